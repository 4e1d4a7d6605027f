"""`python -m tests.alter --policy P`: change one value at a time; list what no test sees."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.alter.hunt import NOTICED, SURVIVED, UNTESTED, Found, Verdict, hunt


def main() -> None:
    """Exit code 1 where a change survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.alter", description=__doc__)
    parser.add_argument("--policy", required=True, help="a pack that ships, such as imexhs")
    parser.add_argument("--only", nargs="*", default=[], help="requirements, such as S0-36")
    parser.add_argument("--minutes", type=float, default=0, help="stop beginning after so many")
    parser.add_argument(
        "--at-work", action="store_true", help="without tests that only compare the printed pack"
    )
    parser.add_argument("--json", type=Path, help="write verdicts here; go on where they end")
    asked = parser.parse_args()
    only = [id.upper() for ids in asked.only for id in ids.split(",") if id]
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(asked.policy, total=None)

        def report(done: int, of: int, newest: Verdict | None) -> None:
            bar.update(task, completed=done, total=of)
            if newest is not None and newest.verdict == SURVIVED:
                bar.console.print(f"survived: {newest.change}", markup=False, highlight=False)

        found = hunt(
            asked.policy,
            only=only,
            minutes=asked.minutes,
            known=asked.json,
            at_work=asked.at_work,
            report=report,
        )
    if asked.json is not None:
        found.keep(asked.json)
    print(told(found))
    sys.exit(bool(found.of(SURVIVED)))


def told(found: Found) -> str:
    """The summary, with every change that was not noticed."""
    counts = {name: len(found.of(name)) for name in (NOTICED, SURVIVED, UNTESTED)}
    lines = [
        f"{found.policy} ({found.digest}): {sum(counts.values())} changes, "
        + ", ".join(f"{count} {name}" for name, count in counts.items())
        + (f", {found.left} left for want of time" if found.left else ""),
        f"not judged: {found.without_id} values without a requirement, {found.open} open",
    ]
    for test in found.broken:
        lines.append(f"fails without any change, and was left out: {test}")
    for verdict in (SURVIVED, UNTESTED):
        for one in found.of(verdict):
            lines.append(f"{verdict}: {one.change}  [{' '.join(one.ids)}] ({one.tried} tests)")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
