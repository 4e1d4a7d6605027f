"""Whether papers and changes lead somewhere: exclusions, typologies, stages."""

from collections.abc import Iterator

from policy.faults import Fault, path_of
from policy.raw import Table, keys, required, rows, strings, table, twice, unknown_in


def of_papers(raw: Table) -> list[Fault]:
    """Names in papers and in the change table that lead nowhere."""
    return [*_papers(raw), *_change(raw)]


def _papers(raw: Table) -> Iterator[Fault]:
    exclusions = required(raw, "out_of_scope")
    typologies = required(raw, "typologies", "id")
    for i, row in enumerate(rows(raw, "papers")):
        where = ("papers", i)
        yield from unknown_in(
            "exclusion", (*where, "exclusions"), row.get("exclusions"), exclusions
        )
        yield from unknown_in("typology", (*where, "typologies"), row.get("typologies"), typologies)


def _change(raw: Table) -> Iterator[Fault]:
    change = table(raw.get("change"))
    typologies = required(raw, "typologies", "id")
    yield from unknown_in(
        "typology", ("change", "typologies"), change.get("typologies"), typologies
    )
    for name in ("fields", "criteria", "outcomes", "stages"):
        yield from twice(("change", name), rows(change, name), "key")
    yield from _stages(change)


def _stages(change: Table) -> Iterator[Fault]:
    """A stage waits for an earlier one; one that waited for a later one would never begin."""
    known, earlier = keys(change, "stages"), list[str]()
    for i, row in enumerate(rows(change, "stages")):
        where = ("change", "stages", i, "after_approval_of")
        yield from unknown_in("stage", where, row.get("after_approval_of"), known)
        for j, name in enumerate(strings(row.get("after_approval_of"))):
            if name in known and name not in earlier:
                yield Fault(path_of((*where, j)), f"{name!r} does not come before this stage")
        earlier.append(str(row.get("key")))
