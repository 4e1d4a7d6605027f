"""docs/traceability.md: a table for each source, a row for each requirement."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from policy import pack
from tests.trace.ids import DECISIONS, SOURCES, labels, source_of
from tests.trace.rules import WAYS, Place, kind, places
from tests.trace.shown import Shown, shown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "traceability.md"
MOST = 4  # rules, and tests, named in one row

HEAD = Path(__file__).with_name("head.md")


def drawn() -> str:
    """The whole page as it is now."""
    rules, tests = places(), shown()
    parts = [HEAD.read_text(encoding="utf-8"), _summary(rules, tests)]
    for source, name in SOURCES.items():
        if name in pack.names():
            policy = pack.load(name)
            title = f"## {source} · {name}: {policy.title} ({policy.source.code}, {policy.version})"
        else:
            title = f"## {source} · {name}"
        parts.append(f"{title}\n\n{_table(_of(source), rules, tests)}")
    parts.append(f"## Decisions\n\n{_table(_of(DECISIONS), rules, tests)}")
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _of(source: str) -> list[str]:
    return [id for id in labels() if source_of(id) == source]


def _summary(rules: Mapping[str, Sequence[Place]], tests: Mapping[str, Sequence[Shown]]) -> str:
    lines = [f"| | {' | '.join(WAYS)} | no rule | with a test | at work |"]
    lines.append("|---|" + "---:|" * (len(WAYS) + 3))
    for source in (*SOURCES, DECISIONS):
        ids = _of(source)
        ways = [kind(rules.get(id, ())) for id in ids]
        counts = [*(ways.count(way) for way in WAYS), ways.count("")]
        counts.append(sum(bool(tests.get(id)) for id in ids))
        counts.append(sum(any(not test.prints for test in tests.get(id, ())) for id in ids))
        lines.append(f"| {source} ({len(ids)}) | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def _table(
    ids: Iterable[str],
    rules: Mapping[str, Sequence[Place]],
    tests: Mapping[str, Sequence[Shown]],
) -> str:
    lines = ["| id | what | clause | rule | kept | shown by |", "|---|---|---|---|---|---|"]
    for id in ids:
        kept, seen = rules.get(id, ()), tests.get(id, ())
        lines.append(
            f"| {id} | {labels()[id]} | {_clauses(kept)} | {_rules(kept)} "
            f"| {kind(kept) or '-'} | {_tests(seen)} |"
        )
    return "\n".join(lines)


def _clauses(kept: Sequence[Place]) -> str:
    return _some(list(dict.fromkeys(place.clause.replace("|", "/") for place in kept)))


def _rules(kept: Sequence[Place]) -> str:
    return _some([f"`{place.pack}: {place.path}`" for place in kept])


def _tests(seen: Sequence[Shown]) -> str:
    return _some([f"[{test.sentence}](../{test.file})" for test in seen])


def _some(told: Sequence[str]) -> str:
    """The first of them, and how many more."""
    more = [f"and {len(told) - MOST} more"] if len(told) > MOST else []
    return "<br>".join([*told[:MOST], *more]) or "-"
