"""The generated parts of docs/guarantees.md: the table, what waits, the counts of the last runs."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.matrix.faults import FAULTS, LATER, PARTLY
from tests.matrix.marks import Proof, proofs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guarantees.md"
RUNS = ROOT / "docs" / "runs"


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
    """The last runs, as the benches wrote them: a table a file, a column a run."""
    files = sorted(RUNS.glob("*.json")) if RUNS.is_dir() else []
    if not files:
        return "Not run yet."
    return "\n\n".join(_run(path.stem, json.loads(path.read_text())) for path in files)


def _run(name: str, told: Any) -> str:
    columns = [_flat(one) for one in (told if isinstance(told, list) else [told])]
    names = list(dict.fromkeys(name for column in columns for name in column))
    heads = [column.pop("database", "count") for column in columns]
    lines = [f"### {name}", "", f"| | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for one in names:
        if one != "database":
            lines.append(f"| {one} | {' | '.join(column.get(one, '') for column in columns)} |")
    return "\n".join(lines)


def _flat(told: Mapping[str, Any], under: str = "") -> dict[str, str]:
    """Figures by their whole name; of a list, how many."""
    found: dict[str, str] = {}
    for name, one in told.items():
        whole = f"{under}{name}"
        if isinstance(one, Mapping):
            found |= _flat(one, f"{whole}: ")
        else:
            found[whole.replace("_", " ")] = _figure(one)
    return found


def _figure(one: Any) -> str:
    if not isinstance(one, list):
        return str(one)
    figures = all(isinstance(part, int | float) for part in one)
    return ", ".join(map(str, one)) if one and figures else str(len(one))


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
