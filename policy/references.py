"""Whether the names in a pack lead somewhere: checked on the raw tables, whatever their shape."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from policy.faults import Fault, did_you_mean, path_of
from policy.opening import holiday_countries

Table = dict[str, Any]


def of_references(raw: Table) -> list[Fault]:
    """Every name that leads nowhere, every key given twice, every gap."""
    return [
        *_zones(raw),
        *_holidays(raw),
        *_twice(raw),
        *_countries(raw),
        *_priorities(raw),
        *_catalogue(raw),
        *_ladder(raw),
    ]


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _rows(raw: Table, name: str) -> list[Table]:
    value = raw.get(name)
    return [_table(row) for row in value] if isinstance(value, list) else []


def _keys(raw: Table, name: str, key: str = "key") -> list[str]:
    return [row[key] for row in _rows(raw, name) if isinstance(row.get(key), str)]


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _unknown(
    kind: str, where: tuple[object, ...], name: object, known: Iterable[str]
) -> Iterator[Fault]:
    names = list(known)
    if isinstance(name, str) and name not in names:
        yield Fault(path_of(where), f"no such {kind}: {name!r}", did_you_mean(name, names))


@cache
def _all_zones() -> frozenset[str]:
    """Read from disk, so once."""
    return frozenset(available_timezones())


def _zones(raw: Table) -> Iterator[Fault]:
    known = _all_zones()
    yield from _unknown("zone", ("desk", "zone"), _table(raw.get("desk")).get("zone"), known)
    for i, row in enumerate(_rows(raw, "countries")):
        yield from _unknown("zone", ("countries", i, "zone"), row.get("zone"), known)


def _holidays(raw: Table) -> Iterator[Fault]:
    known = holiday_countries()
    for i, row in enumerate(_rows(raw, "plans")):
        yield from _unknown("country", ("plans", i, "holidays"), row.get("holidays"), known)
    for name in ("hybrid", "reactivation"):
        skipped = _table(raw.get(name)).get("holidays")
        yield from _unknown("country", (name, "holidays"), skipped, known)


def _twice(raw: Table) -> Iterator[Fault]:
    columns = {"countries": "code", "typologies": "id", "ladder": "number"}
    for name, value in raw.items():
        if not isinstance(value, list):
            continue
        column, seen = columns.get(name, "key"), set[object]()
        for i, row in enumerate(_rows(raw, name)):
            key = row.get(column)
            if isinstance(key, str | int) and key in seen:
                yield Fault(path_of((name, i, column)), f"{key!r} is given twice")
            seen.add(key if isinstance(key, str | int) else None)


def _countries(raw: Table) -> Iterator[Fault]:
    known = _keys(raw, "countries", "code")
    yield from _unknown(
        "country", ("desk", "country"), _table(raw.get("desk")).get("country"), known
    )
    hybrid = _table(raw.get("hybrid"))
    yield from _unknown("country", ("hybrid", "country"), hybrid.get("country"), known)
    for i, row in enumerate(_rows(raw, "plans")):
        hours = _table(row.get("hours"))
        for code in hours:
            yield from _unknown("country", ("plans", i, "hours", code), code, known)
        if not hours and not row.get("always"):
            yield Fault(path_of(("plans", i, "hours")), "no hours; state them, or always = true")


def _priorities(raw: Table) -> Iterator[Fault]:
    known = _keys(raw, "priorities")
    clocks: list[tuple[tuple[object, ...], Table]] = [
        (("plans", i), row) for i, row in enumerate(_rows(raw, "plans"))
    ]
    clocks.append((("hybrid",), _table(raw.get("hybrid"))))
    for where, row in clocks:
        for key in _table(row.get("response")):
            yield from _unknown("priority", (*where, "response", key), key, known)
    matrix = _table(raw.get("matrix"))
    for impact in ("high", "medium", "low"):
        for urgency, cell in _table(matrix.get(impact)).items():
            path = ("matrix", impact, urgency, "priority")
            yield from _unknown("priority", path, _table(cell).get("priority"), known)
    for key in _table(_table(raw.get("closing")).get("priorities")):
        yield from _unknown("priority", ("closing", "priorities", key), key, known)
    for i, row in enumerate(_rows(raw, "typologies")):
        yield from _unknown("priority", ("typologies", i, "priority"), row.get("priority"), known)


def _catalogue(raw: Table) -> Iterator[Fault]:
    categories, checks = _keys(raw, "categories"), _keys(raw, "checks")
    typologies = _keys(raw, "typologies", "id")
    for i, row in enumerate(_rows(raw, "typologies")):
        where = ("typologies", i)
        yield from _unknown("category", (*where, "category"), row.get("category"), categories)
        for j, key in enumerate(_strings(row.get("checks"))):
            yield from _unknown("check", (*where, "checks", j), key, checks)
        if row.get("misuse") and not row.get("article"):
            problem = "misuse without an article: the person would be sent nowhere"
            yield Fault(path_of((*where, "article")), problem)
    for i, row in enumerate(_rows(raw, "groups")):
        typology = row.get("typology")
        yield from _unknown("typology", ("groups", i, "typology"), typology, typologies)
        for j, key in enumerate(_strings(row.get("categories"))):
            yield from _unknown("category", ("groups", i, "categories", j), key, categories)


def _ladder(raw: Table) -> Iterator[Fault]:
    levels = [row.get("number") for row in _rows(raw, "ladder")]
    if levels != list(range(1, len(levels) + 1)):
        yield Fault("ladder", f"levels go 1, 2, 3... without a gap; these are {levels}")
    for i, row in enumerate(_rows(raw, "warnings")):
        if isinstance(row.get("level"), int) and row["level"] not in levels:
            problem = f"no level {row['level']} on the ladder"
            yield Fault(path_of(("warnings", i, "level")), problem)
