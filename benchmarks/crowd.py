"""Thousands of people and cases, written straight into the tables: only what follows is played.

Two thousand people of fifty organisations, each with a phone, a seat in Slack and a conversation.
Cases are copies of one that went the whole way, each with its own client, card and timer.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal, select, text

from benchmarks.databases import aside
from benchmarks.office import ACCOUNT, TUESDAY, Office
from policy.ticket import State
from store.tables import (
    audit,
    bindings,
    cards,
    conversations,
    organisations,
    people,
    tickets,
    timers,
)
from store.turn import Turn

FIRST = 1_000_000  # ids far from those that a desk hands out
HOMES, PEOPLE = 50, 2_000
ZONE = "America/Bogota"
DUE = TUESDAY + timedelta(days=1)
LATER = TUESDAY + timedelta(days=2)  # when everything is due
HEARD = {"postponed": False, "reminded": TUESDAY - timedelta(days=2), "from": TUESDAY}


def populate(url: str, many: int = PEOPLE, *, talking: bool = False) -> range:
    """So many people; with `talking`, each in the middle of a guided talk. Their numbers."""
    numbers = range(FIRST, FIRST + many)
    with aside(url) as connection:
        connection.execute(insert(organisations), [_home(n) for n in range(FIRST, FIRST + HOMES)])
        connection.execute(insert(people), [_person(n) for n in numbers])
        connection.execute(insert(bindings), [_bound(n, "telegram", str(n)) for n in numbers])
        connection.execute(insert(bindings), [_bound(n, "slack", f"U{n}") for n in numbers])
        connection.execute(insert(conversations), [_talk(n, talking=talking) for n in numbers])
    return numbers


def lay_out_new(desk: Office, many: int) -> None:
    """So many cases that nobody has yet: copies of the newest one."""
    template = desk.turns.run(lambda turn: max(t.number for t in turn.tickets.open())).result()
    with aside(desk.url) as connection:
        _copy(connection, template, range(1, many + 1), State.NEW)
        n = _numbers(1, many)
        connection.execute(insert(cards).from_select(_names(cards), _card(n, desk)))


def lay_out(desk: Office, waiting: int, due: int, kind: str, state: State) -> None:
    """So many cases in the table, the first of them with a timer of this kind, due at `DUE`."""
    template = desk.turns.run(lambda turn: _solved(turn, desk.agent)).result()
    with aside(desk.url) as connection:
        _copy(connection, template, range(1, due + 1), state)
        _copy(connection, template, range(due + 1, waiting + 1), State.TAKEN)
        n = _numbers(1, waiting)
        connection.execute(insert(cards).from_select(_names(cards), _card(n, desk)))
        n = _numbers(1, due)
        connection.execute(insert(timers).from_select(_names(timers), _timer(n, kind)))
    with aside(desk.url) as connection:
        connection.execute(text("ANALYZE"))


def in_state(url: str, state: State) -> int:
    """How many of the copies are in this state now."""
    counted = select(func.count()).select_from(tickets)
    with aside(url) as connection:
        found = connection.execute(
            counted.where(tickets.c.state == state.value, tickets.c.number > FIRST)
        )
        return int(found.scalar_one())


def told(url: str, what: str) -> int:
    """How many rows of the audit say this of the copies."""
    counted = select(func.count()).select_from(audit)
    with aside(url) as connection:
        found = connection.execute(counted.where(audit.c.what == what, audit.c.ticket > FIRST))
        return int(found.scalar_one())


def _home(n: int) -> dict[str, Any]:
    return {"id": n, "name": f"Hospital {n}", "folded": f"hospital {n}"} | {
        "country": "CO",
        "plan": "silver",
    }


def _person(n: int) -> dict[str, Any]:
    return {"id": n, "name": f"Cliente {n}", "organisation": FIRST + n % HOMES, "zone": ZONE}


def _bound(n: int, channel: str, user: str) -> dict[str, Any]:
    return {"channel": channel, "account": ACCOUNT, "user": user, "chat": user, "person": n}


def _talk(n: int, *, talking: bool) -> dict[str, Any]:
    place = {"channel": "telegram", "account": ACCOUNT, "chat": str(n), "user": str(n)}
    asked = {"form": "ticket", "asked": "detail", "answers": {"text": "no pasan imágenes"}}
    nothing = {"form": None, "asked": None, "answers": {}}
    return {"id": n, "person": n, "language": "es", **place, **(asked if talking else nothing)}


def _solved(turn: Turn, agent: int) -> int:
    """The newest case, as it stands when its client was told that it is solved."""
    newest = max(ticket.number for ticket in turn.tickets.open())
    ticket = turn.tickets.find(newest)
    if ticket is None:
        raise LookupError(newest)
    turn.timers.cancel(str(newest))
    solved = replace(
        ticket, state=State.SOLVED, solved_at=turn.now, answered_at=turn.now, holder=agent
    )
    return turn.tickets.save(solved).number


def _numbers(first: int, last: int) -> Any:
    """A column of whole numbers, on both databases."""
    n = select(literal(first).label("n")).cte("numbers", recursive=True)
    return n.union_all(select(n.c.n + 1).where(n.c.n < last))


def _copy(connection: Connection, template: int, numbers: range, state: State) -> None:
    if not numbers:
        return
    n = _numbers(numbers.start, numbers.stop - 1)
    client = FIRST + n.c.n % PEOPLE
    own: dict[str, Any] = {
        "number": FIRST + n.c.n,
        "organisation": FIRST + client % HOMES,
        "requester": client,
        "conversation": client,
        "state": literal(state.value),
    }
    columns = [own.get(column.name, column) for column in tickets.c]
    chosen = select(*columns).select_from(n.join(tickets, tickets.c.number == bindparam("of")))
    connection.execute(insert(tickets).from_select(_names(tickets), chosen), {"of": template})


def _card(n: Any, desk: Office) -> Any:
    ref = (FIRST + n.c.n).cast(cards.c.ref.type).concat(".0001")
    own: dict[str, Any] = {
        "ticket": FIRST + n.c.n,
        "channel": literal("slack"),
        "account": literal(desk.seats.slack),
        "chat": literal(desk.room),
        "ref": ref,
    }
    return select(*(own[name] for name in _names(cards)))


def _timer(n: Any, kind: str) -> Any:
    own: dict[str, Any] = {
        "id": FIRST + n.c.n,
        "kind": literal(kind),
        "about": (FIRST + n.c.n).cast(timers.c.about.type),
        "key": literal(""),
        "due_at": literal(DUE, timers.c.due_at.type),
        "facts": literal(HEARD, timers.c.facts.type),
    }
    return select(*(own[name] for name in _names(timers)))


def _names(table: Any) -> list[str]:
    return [column.name for column in table.c]
