"""workclock's side of business time, under an interpreter that has it. Talks JSON on its pipes."""

import importlib
import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any


def schedule(hours: dict[str, Any]) -> Any:
    """The same opening hours in the peer's own terms."""
    workclock = importlib.import_module("workclock")
    rules = [
        workclock.WorkDay(_time(start), _time(end), days=[day])
        for day, windows in enumerate(hours["weekly"])
        for start, end in windows
    ]
    closed = [date.fromisoformat(day) for day in hours["closed"]]
    return workclock.Schedule([*rules, workclock.Holidays(closed)], time_zone=hours["zone"])


def answer(question: dict[str, Any], known: Any) -> dict[str, Any]:
    """Sums and spans of every case, and how many calls a second each took."""
    starts = [datetime.fromtimestamp(epoch, UTC) for epoch in question["starts"]]
    ends = [datetime.fromtimestamp(epoch, UTC) for epoch in question["ends"]]
    spans = [timedelta(seconds=span) for span in question["spans"]]
    began = perf_counter()
    added = [known.add(start, span) for start, span in zip(starts, spans, strict=True)]
    middle = perf_counter()
    between = [known.between(start, end) for start, end in zip(starts, ends, strict=True)]
    finished = perf_counter()
    return {
        "add": len(starts) / (middle - began),
        "between": len(starts) / (finished - middle),
        "added": [int(moment.timestamp()) for moment in added],
        "spans": [int(span.total_seconds()) for span in between],
    }


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def main() -> None:
    """One question a line: a question with hours makes the schedule that the next ones use."""
    known: Any = None
    for line in sys.stdin:
        question = json.loads(line)
        if "hours" in question:
            known = schedule(question["hours"])
            print(json.dumps({}), flush=True)
        else:
            print(json.dumps(answer(question, known)), flush=True)


if __name__ == "__main__":
    main()
