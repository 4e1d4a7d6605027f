"""A ticket as a row, and back: the promise, the waits and the pauses travel as plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from policy.calendar import Hours
from policy.ticket import Closing, Pause, Promise, State, Ticket, Waits

_NAMES = tuple(field.name for field in fields(Ticket))


def to_row(ticket: Ticket) -> dict[str, Any]:
    """The ticket's columns, without those that the store minds itself (version, edition)."""
    values = {name: getattr(ticket, name) for name in _NAMES if name != "version"}
    return values | {
        "state": ticket.state.value,
        "closing": ticket.closing.value if ticket.closing else None,
        "details": dict(ticket.details),
        "promise": _flat(ticket.promise) | {"hours": ticket.promise.hours.to_json()},
        "due_at": ticket.promise.due,
        "waits": _flat(ticket.waits),
        "pauses": [asdict(pause) for pause in ticket.pauses],
    }


def to_ticket(row: Row[Any]) -> Ticket:
    """The ticket in a row of the tickets table. Raises ValueError for a state it does not know.

    What a newer release added to the promise, the waits or the pauses is left out.
    """
    found = row._asdict()
    values = {name: found[name] for name in _NAMES}
    return Ticket(
        **values
        | {
            "state": State(found["state"]),
            "closing": Closing(found["closing"]) if found["closing"] else None,
            "promise": _promise(found["promise"]),
            "waits": Waits(**_named(Waits, found["waits"])),
            "pauses": tuple(Pause(**_named(Pause, pause)) for pause in found["pauses"]),
        }
    )


def _promise(value: Mapping[str, Any]) -> Promise:
    values = _named(Promise, value)
    values["hours"] = Hours.from_json(value["hours"])
    return Promise(**values)


def _named(kind: type[Promise | Waits | Pause], value: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: part for name, part in value.items() if name in names}


def _flat(value: Promise | Waits) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
