"""The tables of docs/performance.md, written from a file of results.

`python -m benchmarks.page FILE` replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`
by the newest result of that name. Everything else on the page is written by hand and stays.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report import bound, figure, verdict

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def main(argv: Sequence[str] | None = None) -> None:
    """Exits with 1 when the page has no place for a result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args(argv)
    page, missing = made(given.page.read_text(encoding="utf-8"), read(given.file))
    given.page.write_text(page, encoding="utf-8")
    for name in missing:
        print(f"the page has no place for {name}", file=sys.stderr)
    sys.exit(1 if missing else 0)


def read(file: Path) -> dict[str, dict[str, Any]]:
    """The newest result of each name."""
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)
    return {str(sheet["name"]): sheet for sheet in lines}


def made(page: str, sheets: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[str]]:
    """The page with these results, and the names that it has no place for."""
    missing: list[str] = []
    for name, sheet in sheets.items():
        place = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.S)
        table = "\n".join(section(sheet)) + "\n"
        page, found = place.subn(lambda at, table=table: at[1] + table + at[2], page)
        if not found:
            missing.append(name)
    return page, missing


def section(sheet: Mapping[str, Any]) -> Iterator[str]:
    """What a command found out, as Markdown."""
    low, high = sheet["load"]
    yield f"`{sheet['command']}`, {day(sheet)}; {sheet['machine']}, {sheet['engine']};"
    yield f"rounds: {sheet['rounds']}; load average {low:.1f} to {high:.1f}."
    if sheet["lines"] or sheet["absent"]:
        yield ""
        yield "| Radica | beside | ratio | lowest to highest | goal | aim |"
        yield "|---|---|---:|---|---|---|"
        yield from map(_line, sheet["lines"])
        yield from (f"| | {name} | not run | {why} | | |" for name, why in sheet["absent"].items())
    if sheet["figures"]:
        yield ""
        yield "| Radica | measured | goal | aim |"
        yield "|---|---:|---|---|"
        yield from map(_figure, sheet["figures"])
    if sheet["notes"]:
        yield ""
        yield from (f"- {note}" for note in sheet["notes"])


def day(sheet: Mapping[str, Any]) -> str:
    """The day of a result."""
    at = datetime.fromisoformat(sheet["at"]).astimezone(UTC)
    return f"{at.day} {at:%B %Y}"


def _line(line: Mapping[str, Any]) -> str:
    pair, ratios = line["pair"], line["ratios"]
    middle = median(ratios)
    return (
        f"| {pair['ours']} | {pair['beside']} | {figure(middle)} "
        f"| {figure(min(ratios))} to {figure(max(ratios))} "
        f"| {verdict(middle, pair['goal'])} | {verdict(middle, pair['aim'])} |"
    )


def _figure(one: Mapping[str, Any]) -> str:
    return (
        f"| {one['what']} | {figure(one['value'])} {one['unit']} "
        f"| {bound(one['value'], one['most'])} | {bound(one['value'], one['aim'])} |"
    )


if __name__ == "__main__":
    main()
