"""Reading a pack's raw tables whatever their shape: what is not there is empty, never a crash."""

from collections.abc import Iterable, Iterator
from typing import Any

from policy.faults import Fault, did_you_mean, path_of

Table = dict[str, Any]
Path = tuple[object, ...]


def table(value: object) -> Table:
    """The table, or an empty one."""
    return value if isinstance(value, dict) else {}


def rows(raw: Table, name: str) -> list[Table]:
    """The rows of a list of tables."""
    value = raw.get(name)
    return [table(row) for row in value] if isinstance(value, list) else []


def keys(raw: Table, name: str, key: str = "key") -> list[str]:
    """What the rows are called."""
    return [row[key] for row in rows(raw, name) if isinstance(row.get(key), str)]


def required(raw: Table, name: str, key: str = "key") -> list[str] | None:
    """The same of a table that every pack has; None where it is missing, which is told once."""
    return keys(raw, name, key) if name in raw else None


def strings(value: object) -> list[str]:
    """The words of a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def unknown(kind: str, where: Path, name: object, known: Iterable[str] | None) -> Iterator[Fault]:
    """The fault of a name that is not among the known ones; none where nothing can be known."""
    if known is None:
        return
    names = list(known)
    if isinstance(name, str) and name not in names:
        yield Fault(path_of(where), f"no such {kind}: {name!r}", did_you_mean(name, names))


def unknown_in(
    kind: str, where: Path, names: object, known: Iterable[str] | None
) -> Iterator[Fault]:
    """The faults of a list of names."""
    listed = None if known is None else list(known)
    for i, name in enumerate(strings(names)):
        yield from unknown(kind, (*where, i), name, listed)


def twice(where: Path, found: list[Table], column: str) -> Iterator[Fault]:
    """The fault of every row whose key an earlier row has."""
    seen = set[object]()
    for i, row in enumerate(found):
        key = row.get(column)
        if isinstance(key, str | int):
            if key in seen:
                yield Fault(path_of((*where, i, column)), f"{key!r} is given twice")
            seen.add(key)
