"""A ticket as a row, and back: the promise, the waits and the pauses travel as plain JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_not
from typing import Any

from sqlalchemy import Row, Text, type_coerce

from policy.calendar import Hours
from policy.evolved import filled
from policy.ticket import Awaited, Closing, Pause, Promise, State, Ticket, Waits
from store.encoding import decode
from store.tables import tickets

_NAMES = tuple(field.name for field in fields(Ticket))
_WRITTEN = tuple(name for name in _NAMES if name != "version")
_values = attrgetter(*_WRITTEN)
_every = attrgetter(*_NAMES)
_OF_THE_STORE = tuple(column.name for column in tickets.c if column.name not in _NAMES)
_LISTS = ("needs", "one_of", "got")


_AS_TEXT = ("promise", "waits")  # read once for many tickets, or many times for one
COLUMNS: tuple[Any, ...] = tuple(
    type_coerce(column, Text).label(column.name) if column.name in _AS_TEXT else column
    for column in tickets.c
)


def to_row(ticket: Ticket) -> dict[str, Any]:
    """The ticket's columns, without those that the store minds itself (version, edition)."""
    row = dict(zip(_WRITTEN, _values(ticket), strict=True))
    for name, way in _WAYS.items():
        row[name] = way(row[name])
    row["due_at"] = ticket.promise.due
    return row


def changes(before: Ticket, after: Ticket) -> dict[str, Any]:
    """The columns that differ, as `to_row` has them, and the version when it moved."""
    # Few are other objects, and only those need a look at what is in them.
    names = compress(_NAMES, map(is_not, _every(before), _every(after)))
    row = _columns(after, [n for n in names if getattr(before, n) != getattr(after, n)])
    if "promise" in row:
        row["due_at"] = after.promise.due
    return row


def _columns(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    return {name: _WAYS.get(name, _same)(getattr(ticket, name)) for name in names}


def _same(value: Any) -> Any:
    return value


def _state(value: State | Closing | None) -> str | None:
    return value.value if value else None


def _promised(value: Promise) -> dict[str, Any]:
    also = [_promised(one) for one in value.also]
    return _flat(value) | {"hours": _hours(value.hours), "also": also}


def _flat(value: Promise | Waits) -> dict[str, Any]:
    return {**vars(value)}


@lru_cache(maxsize=64)
def _hours(value: Hours) -> dict[str, Any]:
    """The same for all cases of a plan."""
    return value.to_json()


_WAYS: dict[str, Callable[[Any], Any]] = {
    "state": _state,
    "closing": _state,
    "details": dict,
    "promise": _promised,
    "waits": _flat,
    "pauses": lambda value: [asdict(pause) for pause in value],
    "papers": lambda value: [asdict(paper) for paper in value],
}


def to_ticket(row: Row[Any]) -> Ticket:
    """The ticket in a row of `COLUMNS`. Raises ValueError for a state it does not know.

    What a newer release added to the promise, the waits or the pauses is left out.
    """
    found = row._asdict()
    for name in _OF_THE_STORE:
        del found[name]
    found["state"] = State(found["state"])
    found["closing"] = Closing(found["closing"]) if found["closing"] else None
    found["promise"] = read_promise(found["promise"])
    found["waits"] = read_waits(found["waits"])
    found["pauses"] = tuple(Pause(**_named(Pause, pause)) for pause in found["pauses"])
    found["papers"] = tuple(_paper(paper) for paper in found["papers"])
    return filled(Ticket, found)


@lru_cache(maxsize=1024)
def read_promise(text: str) -> Promise:
    """The promise as a row has it: a case is read many times, and its promise changes seldom."""
    return _promise(decode(text))


@lru_cache(maxsize=256)
def read_waits(text: str) -> Waits:
    """The waits as a row has them: the same text for all tickets of a policy."""
    return Waits(**_named(Waits, decode(text)))


def _promise(value: Mapping[str, Any]) -> Promise:
    values = _named(Promise, value)
    values["hours"] = Hours.from_json(value["hours"])
    values["also"] = tuple(_promise(one) for one in value.get("also", ()))
    return Promise(**values)


def _paper(value: Mapping[str, Any]) -> Awaited:
    values = _named(Awaited, value)
    for name in _LISTS:
        values[name] = tuple(values[name])
    return Awaited(**values)


def _named(
    kind: type[Promise | Waits | Pause | Awaited], value: Mapping[str, Any]
) -> dict[str, Any]:
    names = _fields(kind)
    return {name: part for name, part in value.items() if name in names}


@lru_cache(maxsize=8)
def _fields(kind: type[Promise | Waits | Pause | Awaited]) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))
