"""The generated parts of docs/guarantees.md: the table, what waits, the counts of the last runs."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.matrix.faults import FAULTS, LATER, PARTLY
from tests.matrix.marks import Proof, proofs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guarantees.md"
RUNS = ROOT / "docs" / "runs"
COUNTS = ("kills", "restarts", "events", "duplicates", "letters", "copies", "difference")
LONGEST = 8  # columns of one table of counts


def drawn(page: str) -> str:
    """The page with its generated parts as they are now."""
    parts = {"faults": faults(), "later": later(), "counts": counts()}
    for name, body in parts.items():
        page = _replaced(page, name, body)
    return page


def part(page: str, name: str) -> str:
    """What stands between the marks of a generated part."""
    found = _between(name).search(page)
    if found is None:
        raise LookupError(f"the page has no part {name!r}")
    return found[2].strip()


def faults() -> str:
    """Number, fault, tests, databases."""
    known = proofs()
    lines = ["| number | what goes wrong | proved by | on |", "|---|---|---|---|"]
    for number, fault in FAULTS.items():
        tests = known.get(number, [])
        if tests:
            told = "<br>".join([*map(_link, tests), *_limits(number)])
            lines.append(f"| {number} | {fault.what} | {told} | {_databases(tests)} |")
    return "\n".join(lines)


def later() -> str:
    """What cannot be proved before its feature is there."""
    return "\n".join(
        f"- **{number}** {FAULTS[number].what}: {reason}." for number, reason in LATER.items()
    )


def counts() -> str:
    """The last runs, as the fault bench wrote them."""
    files = sorted(RUNS.glob("*.json")) if RUNS.is_dir() else []
    if not files:
        return "Not run yet."
    return "\n\n".join(_run(path.stem, json.loads(path.read_text())) for path in files)


def _run(name: str, told: Any) -> str:
    """One file of figures: a table of the plain ones, one more for each group of them."""
    lines = [f"### {name}", ""]
    for title, figures in _tables(told if isinstance(told, Mapping) else {"rows": told}):
        if title:
            lines += [f"**{title}**", ""]
        lines += [*_table(figures), ""]
    return "\n".join(lines).strip()


def _tables(told: Mapping[str, Any]) -> Iterable[tuple[str, Sequence[Mapping[str, Any]]]]:
    plain = {name: one for name, one in told.items() if isinstance(one, str | int | float)}
    if plain:
        yield "", [dict(sorted(plain.items(), key=_first))]
    for name, one in told.items():
        if isinstance(one, Mapping):
            rows = [{"": key, **row} for key, row in one.items() if isinstance(row, Mapping)]
            yield name, rows or [one]
        elif isinstance(one, list) and one and isinstance(one[0], Mapping):
            yield name, one


def _first(item: tuple[str, Any]) -> int:
    return COUNTS.index(item[0]) if item[0] in COUNTS else -1


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if len(rows) == 1 and len(columns) > LONGEST:
        return ["| | |", "|---|---|", *(f"| {name} | {rows[0][name]} |" for name in columns)]
    head = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return head + [f"| {' | '.join(str(row.get(name, '')) for name in columns)} |" for row in rows]


def _link(proof: Proof) -> str:
    return f"[{proof.sentence}](../{proof.file})"


def _limits(number: str) -> list[str]:
    return [f"*{PARTLY[number]}*"] if number in PARTLY else []


def _databases(tests: Sequence[Proof]) -> str:
    return ", ".join(sorted({name for test in tests for name in test.on})) or "-"


def _replaced(page: str, name: str, body: str) -> str:
    found = _between(name).search(page)
    if found is None:
        raise LookupError(f"the page has no part {name!r}")
    return page[: found.start(2)] + f"\n{body}\n" + page[found.end(2) :]


def _between(name: str) -> "re.Pattern[str]":
    return re.compile(rf"(<!-- {name} -->)(.*?)(<!-- /{name} -->)", re.DOTALL)
