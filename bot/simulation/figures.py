"""What a played scenario comes to: promises kept and broken, waits, the queue, people's load."""

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulation.cases import Case
from bot.simulation.floor import Played
from policy import sla
from policy.pack import Policy

WORST = 10  # the cases that were missed by most


def figures(policy: Policy, played: Played) -> dict[str, Any]:
    """Plain values for JSON; waits are minutes, moments ISO in the desk's zone."""
    zone = ZoneInfo(policy.desk.zone)
    known = {priority.key: priority.label for priority in policy.priorities}
    plans = {plan.key: plan.label for plan in policy.plans}
    return {
        "from": played.start.astimezone(zone).isoformat(),
        "to": played.end.astimezone(zone).isoformat(),
        "all": _row(played.cases),
        "by_priority": _rows(played.cases, known, lambda case: case.priority),
        "by_plan": _rows(played.cases, plans, lambda case: case.plan),
        "by_hour": _rows(
            played.cases,
            {hour: f"{hour:02}" for hour in range(24)},
            lambda case: case.at.astimezone(zone).hour,
        ),
        "out_of_hours": sum(not case.desk_open for case in played.cases),
        "queue": _queue(played, zone),
        "staff": _staff(played),
        "alarms": [
            {"kind": kind, "level": level, "times": times}
            for (kind, level), times in sorted(played.alarms.items(), key=_warnings_first)
        ],
        "worst": _worst(played.cases, zone),
    }


def _warnings_first(one: tuple[tuple[str, int], int]) -> tuple[bool, int]:
    (kind, level), _ = one
    return kind != "warn", level


def percentile(values: Iterable[float], share: float) -> float | None:
    """The nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def kept(case: Case) -> bool | None:
    """Whether the first answer came in time; None where no figure is promised."""
    due = case.due
    if due is None:
        return None
    return case.answered_at is not None and case.answered_at <= due


def _rows(
    cases: Sequence[Case], names: dict[Any, str], of: Callable[[Case], Any]
) -> list[dict[str, Any]]:
    groups: dict[Any, list[Case]] = {name: [] for name in names}
    for case in cases:
        groups[of(case)].append(case)
    return [{"name": names[key], **_row(found)} for key, found in groups.items() if found]


def _row(cases: Sequence[Case]) -> dict[str, Any]:
    verdicts = [kept(case) for case in cases]
    waits = [_minutes(_elapsed(case)) for case in cases if case.answered_at]
    counted = [_minutes(_counted(case)) for case in cases if case.answered_at]
    promised = len(verdicts) - verdicts.count(None)
    share = verdicts.count(True) / promised if promised else None
    return {
        "cases": len(cases),
        "promised": promised,
        "kept": verdicts.count(True),
        "broken": verdicts.count(False),
        "kept_percent": None if share is None else round(100 * share, 1),
        "never_answered": sum(case.answered_at is None for case in cases),
        "wait_p50": percentile(waits, 0.5),
        "wait_p90": percentile(waits, 0.9),
        "counted_p50": percentile(counted, 0.5),
        "counted_p90": percentile(counted, 0.9),
    }


def _elapsed(case: Case) -> float:
    """From complete information to the first answer, without the client's own time."""
    if case.answered_at is None:
        return 0
    paused = sum((p.until - p.since).total_seconds() for p in case.pauses if p.until)
    return (case.answered_at - case.promise.started_at).total_seconds() - paused


def _counted(case: Case) -> float:
    """The same in the hours of the promise."""
    at = case.answered_at
    return sla.spent(case.promise, case.pauses, at) if at else 0


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _queue(played: Played, zone: ZoneInfo) -> dict[str, Any]:
    queue = played.queue
    span = (played.last - played.start).total_seconds()
    return {
        "most": queue.most,
        "most_at": queue.most_at.astimezone(zone).isoformat() if queue.most_at else None,
        "mean": round(queue.area / span, 2) if span else 0,
        "left": len(queue.waiting),
    }


def _staff(played: Played) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, crew in enumerate(played.crews):
        own = [worker for worker in played.workers if worker.crew == number]
        shift = sum(worker.calendar.between(played.start, played.last) for worker in own)
        worked = sum(worker.worked for worker in own)
        rows.append(
            {
                "name": crew.name,
                "people": crew.count,
                "cases": sum(worker.cases for worker in own),
                "hours_worked": round(worked / 3600, 1),
                "hours_on_shift": round(shift / 3600, 1),
                "load_percent": round(100 * worked / shift, 1) if shift else None,
            }
        )
    return rows


def _worst(cases: Sequence[Case], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Broken promises, those missed by most first; never answered before all."""
    missed: list[tuple[float, Case]] = []
    for case in cases:
        due = case.due
        if due is None or kept(case):
            continue
        late = (case.answered_at - due).total_seconds() if case.answered_at else float("inf")
        missed.append((late, case))
    missed.sort(key=lambda one: (-one[0], one[1].number))
    return [
        {
            "case": case.number,
            "at": case.at.astimezone(zone).isoformat(),
            "plan": case.plan,
            "priority": case.priority,
            "due": case.due.astimezone(zone).isoformat() if case.due else None,
            "answered_at": case.answered_at.astimezone(zone).isoformat()
            if case.answered_at
            else None,
            "late_minutes": _minutes(late) if case.answered_at else None,
        }
        for late, case in missed[:WORST]
    ]
