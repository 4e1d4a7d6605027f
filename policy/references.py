"""Whether the names in a pack lead somewhere: checked on the raw tables, whatever their shape."""

from collections.abc import Collection, Iterator
from functools import cache
from zoneinfo import available_timezones

from policy.faults import Fault, path_of
from policy.names import fold
from policy.opening import holiday_countries
from policy.raw import Table, keys, required, rows, strings, table, unknown
from policy.references_papers import of_papers
from policy.references_reviews import of_reviews
from policy.references_service import of_service


def of_references(raw: Table, articles: Collection[str] | None = None) -> list[Fault]:
    """Every name that leads nowhere, every key given twice, every gap.

    `articles` are the guides that exist; None where that is not known here.
    """
    return [
        *_zones(raw),
        *_holidays(raw),
        *_twice(raw),
        *_countries(raw),
        *_priorities(raw),
        *_catalogue(raw),
        *_listed_twice(raw),
        *_articles(raw, articles),
        *_ladder(raw),
        *of_papers(raw),
        *of_reviews(raw),
        *of_service(raw),
    ]


@cache
def _all_zones() -> frozenset[str]:
    """Read from disk, so once."""
    return frozenset(available_timezones())


def _zones(raw: Table) -> Iterator[Fault]:
    known = _all_zones()
    yield from unknown("zone", ("desk", "zone"), table(raw.get("desk")).get("zone"), known)
    for i, row in enumerate(rows(raw, "countries")):
        yield from unknown("zone", ("countries", i, "zone"), row.get("zone"), known)


def _holidays(raw: Table) -> Iterator[Fault]:
    known = holiday_countries()
    for i, row in enumerate(rows(raw, "plans")):
        yield from unknown("country", ("plans", i, "holidays"), row.get("holidays"), known)
    for name in ("hybrid", "reactivation"):
        skipped = table(raw.get(name)).get("holidays")
        yield from unknown("country", (name, "holidays"), skipped, known)


def _twice(raw: Table) -> Iterator[Fault]:
    columns = {"countries": "code", "typologies": "id", "ladder": "number", "datings": "kind"}
    for name, value in raw.items():
        if not isinstance(value, list):
            continue
        column, seen = columns.get(name, "key"), set[object]()
        for i, row in enumerate(rows(raw, name)):
            key = row.get(column)
            if isinstance(key, str | int) and key in seen:
                yield Fault(path_of((name, i, column)), f"{key!r} is given twice")
            seen.add(key if isinstance(key, str | int) else None)


def _countries(raw: Table) -> Iterator[Fault]:
    for i, row in enumerate(rows(raw, "countries")):
        yield from unknown(
            "country", ("countries", i, "code"), row.get("code"), holiday_countries()
        )
    known = required(raw, "countries", "code")
    yield from unknown("country", ("desk", "country"), table(raw.get("desk")).get("country"), known)
    hybrid = table(raw.get("hybrid"))
    yield from unknown("country", ("hybrid", "country"), hybrid.get("country"), known)
    for i, row in enumerate(rows(raw, "plans")):
        hours = table(row.get("hours"))
        for code in hours:
            yield from unknown("country", ("plans", i, "hours", code), code, known)
        if not hours and not row.get("always"):
            yield Fault(path_of(("plans", i, "hours")), "no hours; state them, or always = true")


def _priorities(raw: Table) -> Iterator[Fault]:
    known = required(raw, "priorities")
    clocks: list[tuple[tuple[object, ...], Table]] = [
        (("plans", i), row) for i, row in enumerate(rows(raw, "plans"))
    ]
    clocks.append((("hybrid",), table(raw.get("hybrid"))))
    for where, row in clocks:
        for key in table(row.get("response")):
            yield from unknown("priority", (*where, "response", key), key, known)
    matrix = table(raw.get("matrix"))
    for impact in ("high", "medium", "low"):
        for urgency, cell in table(matrix.get(impact)).items():
            path = ("matrix", impact, urgency, "priority")
            yield from unknown("priority", path, table(cell).get("priority"), known)
    for key in table(table(raw.get("closing")).get("priorities")):
        yield from unknown("priority", ("closing", "priorities", key), key, known)
    for i, row in enumerate(rows(raw, "typologies")):
        yield from unknown("priority", ("typologies", i, "priority"), row.get("priority"), known)


def _catalogue(raw: Table) -> Iterator[Fault]:
    categories, checks = required(raw, "categories"), keys(raw, "checks")
    typologies = required(raw, "typologies", "id")
    for i, row in enumerate(rows(raw, "typologies")):
        where = ("typologies", i)
        yield from unknown("category", (*where, "category"), row.get("category"), categories)
        for j, key in enumerate(strings(row.get("checks"))):
            yield from unknown("check", (*where, "checks", j), key, checks)
        if row.get("misuse") and not row.get("article"):
            problem = "misuse without an article: the person would be sent nowhere"
            yield Fault(path_of((*where, "article")), problem)
    for i, row in enumerate(rows(raw, "groups")):
        typology = row.get("typology")
        yield from unknown("typology", ("groups", i, "typology"), typology, typologies)
        for j, key in enumerate(strings(row.get("categories"))):
            yield from unknown("category", ("groups", i, "categories", j), key, categories)


def _listed_twice(raw: Table) -> Iterator[Fault]:
    """A typology that its category lists twice under two ids."""
    seen: dict[tuple[str, str], int] = {}
    listed = rows(raw, "typologies")
    for i, row in enumerate(listed):
        category, label = row.get("category"), row.get("label")
        if not isinstance(category, str) or not isinstance(label, str):
            continue
        first = seen.setdefault((category, fold(label)), i)
        if first != i and listed[first].get("id") != row.get("id"):
            problem = f"listed twice in the category {category!r}: also typologies[{first}]"
            yield Fault(path_of(("typologies", i, "label")), problem, "leave one of them out")


def _articles(raw: Table, articles: Collection[str] | None) -> Iterator[Fault]:
    """Articles that do not exist; a pack under a name without any is told so once."""
    if (
        articles is not None
        and not articles
        and any("article" in r for r in rows(raw, "typologies"))
    ):
        mend = "keep the name of the pack that you copied, or leave misuse and article out"
        yield Fault("name", "typologies name articles, and a policy of this name has none", mend)
        return
    for i, row in enumerate(rows(raw, "typologies")):
        yield from unknown("article", ("typologies", i, "article"), row.get("article"), articles)


def _ladder(raw: Table) -> Iterator[Fault]:
    levels = [row.get("number") for row in rows(raw, "ladder")]
    if not levels or levels != list(range(1, len(levels) + 1)):
        yield Fault("ladder", f"levels go 1, 2, 3... without a gap; these are {levels}")
    for i, row in enumerate(rows(raw, "warnings")):
        if isinstance(row.get("level"), int) and row["level"] not in levels:
            problem = f"no level {row['level']} on the ladder"
            yield Fault(path_of(("warnings", i, "level")), problem)
    yield from _reach(raw)


def _reach(raw: Table) -> Iterator[Fault]:
    """The level that desk.reach_from_all asks for is there, and any other may turn to it."""
    asked = table(raw.get("desk")).get("reach_from_all")
    if not isinstance(asked, int) or "ladder" not in raw:
        return
    for i, row in enumerate(rows(raw, "ladder")):
        if row.get("number") == asked:
            if row.get("direct") is not True:
                problem = f"level {asked} must be reachable from any other (desk.reach_from_all)"
                yield Fault(path_of(("ladder", i, "direct")), problem, "write direct = true")
            return
    problem = f"no level {asked}, which desk.reach_from_all asks for"
    yield Fault("ladder", problem, f"add a [[ladder]] with number = {asked} and direct = true")
