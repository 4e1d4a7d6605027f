"""Tickets: saved by a conditional update on their version, so that two people cannot both win."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update

from policy.ticket import State, Ticket
from store.clean import fits, fold
from store.errors import StaleTurn
from store.session import Session
from store.settings import Counters
from store.statements import Upsert, newer
from store.tables import tickets, watchers
from store.ticket_rows import to_row, to_ticket

log = logging.getLogger(__name__)

_KEPT = ("number", "version", "edition")
_WRITTEN = tuple(column for column in tickets.c if column.name not in _KEPT)
_INSERT = insert(tickets)
_FIND = select(tickets).where(tickets.c.number == bindparam("number"))
_LOCK = _FIND.with_for_update(key_share=True)
_SAVE = (
    update(tickets)
    .where(
        tickets.c.number == bindparam("b_number"),
        tickets.c.version == bindparam("b_version"),
        tickets.c.edition == bindparam("b_edition"),
    )
    .values(
        **{column.name: bindparam(f"b_{column.name}", type_=column.type) for column in _WRITTEN},
        version=tickets.c.version + bindparam("b_step", type_=tickets.c.version.type),
        edition=tickets.c.edition + 1,
    )
)
_OPEN = select(tickets).where(tickets.c.state != State.CLOSED.value)
_OF_REQUESTER = (
    select(tickets)
    .where(tickets.c.requester == bindparam("person"))
    .order_by(tickets.c.number.desc())
)
_OPEN_OF_REQUESTER = _OF_REQUESTER.where(tickets.c.state != State.CLOSED.value)
_LAST_CLOSED = (
    select(tickets)
    .where(tickets.c.requester == bindparam("person"), tickets.c.state == State.CLOSED.value)
    .order_by(tickets.c.closed_at.desc(), tickets.c.number.desc())
    .limit(1)
)
_WATCH = Upsert(watchers, ["ticket", "person"], newer("conversation"))


class Tickets:
    """The cases. What is read here can be saved here; a change by another turn is noticed."""

    def __init__(self, session: Session, first_number: Callable[[], int]) -> None:
        self._session = session
        self._run = session.connection.execute
        self._first_number = first_number
        self._editions: dict[int, int] = {}

    def add(self, **fields: Any) -> Ticket:
        """A new ticket: the fields of `policy.ticket.Ticket` without `number`, which comes next."""
        number = Counters(self._session).next("ticket", self._first_number())
        ticket = Ticket(number=number, **fields)
        self._run(_INSERT, to_row(ticket) | {"version": ticket.version, "edition": 1})
        self._editions[number] = 1
        return ticket

    def find(self, number: int) -> Ticket | None:
        """The ticket of that number. Saving it later fails if another turn wrote it meanwhile."""
        return self._one(_FIND, number)

    def lock(self, number: int) -> Ticket | None:
        """The ticket, held until the turn ends: other turns wait (PostgreSQL) for at most 1 s."""
        return self._one(_FIND if self._session.reading else _LOCK, number)

    def save(self, ticket: Ticket, *, quiet: bool = False) -> Ticket:
        """Write it; returns it as saved. Raises StaleTurn if another turn wrote it since.

        The version moves, so that buttons drawn before are judged anew; `quiet` leaves it, for
        changes that no button depends on (pauses, answered_at, rating...).
        """
        values = {f"b_{name}": value for name, value in to_row(ticket).items()}
        edition = self._edition(ticket.number)
        step = 0 if quiet else 1
        values |= {"b_version": ticket.version, "b_edition": edition, "b_step": step}
        if self._run(_SAVE, values).rowcount != 1:
            raise StaleTurn(f"ticket {ticket.number}")
        self._editions[ticket.number] = edition + 1
        return replace(ticket, version=ticket.version + step)

    def save_all(self, changed: Sequence[Ticket], *, quiet: bool = False) -> list[Ticket]:
        """The same for a batch, in one statement. Raises StaleTurn if any of them was changed."""
        if not changed:
            return []
        step = 0 if quiet else 1
        rows = [
            {f"b_{name}": value for name, value in to_row(ticket).items()}
            | {
                "b_version": ticket.version,
                "b_edition": self._edition(ticket.number),
                "b_step": step,
            }
            for ticket in changed
        ]
        if self._run(_SAVE, rows).rowcount != len(rows):
            raise StaleTurn("a ticket of a batch")
        for ticket in changed:
            self._editions[ticket.number] += 1
        return [replace(ticket, version=ticket.version + step) for ticket in changed]

    def find_all(self, numbers: Sequence[int], *, lock: bool = False) -> list[Ticket]:
        """The tickets of those numbers, by number; with `lock`, held until the turn ends."""
        found = select(tickets).where(tickets.c.number.in_([n for n in numbers if fits(n)]))
        found = found.order_by(tickets.c.number)
        return self._many(found.with_for_update(key_share=True) if lock else found)

    def of_requester(self, person: int, open_only: bool = True) -> list[Ticket]:
        """The tickets this person opened, the newest first."""
        found = _OPEN_OF_REQUESTER if open_only else _OF_REQUESTER
        return self._many(found, person=person)

    def of_organisation(self, organisation: int, open_only: bool = True) -> list[Ticket]:
        """The tickets of an organisation, the newest first."""
        found = _OPEN if open_only else select(tickets)
        return self._many(
            found.where(tickets.c.organisation == organisation).order_by(tickets.c.number.desc())
        )

    def open(self) -> list[Ticket]:
        """Every ticket not closed, the oldest first."""
        return self._many(_OPEN.order_by(tickets.c.number))

    def in_state(self, state: State) -> list[Ticket]:
        """Every ticket in that state, the oldest first."""
        found = select(tickets).where(tickets.c.state == state.value)
        return self._many(found.order_by(tickets.c.number))

    def held_by(self, person: int) -> list[Ticket]:
        """The open tickets this engineer holds, the oldest first."""
        return self._many(_OPEN.where(tickets.c.holder == person).order_by(tickets.c.number))

    def last_closed(self, person: int) -> Ticket | None:
        """The ticket of this requester that was closed last."""
        return next(iter(self._many(_LAST_CLOSED, person=person)), None)

    def similar(
        self, organisation: int, typology: str | None, since: datetime, open_only: bool = True
    ) -> list[Ticket]:
        """Tickets of the same organisation and typology opened since, the newest first."""
        found = (_OPEN if open_only else select(tickets)).where(
            tickets.c.organisation == organisation, tickets.c.opened_at >= since
        )
        if typology is not None:
            found = found.where(tickets.c.typology == typology)
        return self._many(found.order_by(tickets.c.number.desc()))

    def search(
        self, words: str, *, organisation: int | None = None, limit: int = 20
    ) -> list[Ticket]:
        """Tickets whose subject or text holds all the words, the newest first."""
        found = select(tickets)
        if organisation is not None:
            found = found.where(tickets.c.organisation == organisation)
        wanted = fold(words).split()
        matching: list[Ticket] = []
        for row in self._run(found.order_by(tickets.c.number.desc())):
            text = fold(f"{row.subject} {row.text}")
            if all(word in text for word in wanted) and (known := self._readable(row)):
                matching.append(known)
            if len(matching) >= limit:
                break
        return matching

    def watch(self, number: int, person: int, conversation: int) -> None:
        """This person hears the news of the ticket too, in that conversation."""
        self._run(
            _WATCH.on(self._session),
            {"ticket": number, "person": person, "conversation": conversation},
        )

    def unwatch(self, number: int, person: int) -> None:
        """This person no longer hears of the ticket."""
        self._run(watchers.delete().where(watchers.c.ticket == number, watchers.c.person == person))

    def watchers(self, number: int) -> list[tuple[int, int]]:
        """(person id, conversation id) of everybody who watches, by person."""
        found = select(watchers).where(watchers.c.ticket == number).order_by(watchers.c.person)
        return [(row.person, row.conversation) for row in self._run(found)]

    def _one(self, found: Select[Any], number: int) -> Ticket | None:
        row = self._run(found, {"number": number}).first() if fits(number) else None
        return self._known(row) if row else None

    def _many(self, found: Select[Any], **values: Any) -> list[Ticket]:
        """A ticket that only a newer release can read is left out: the others are served."""
        rows = self._run(found, values)
        return [ticket for row in rows if (ticket := self._readable(row)) is not None]

    def _readable(self, row: Any) -> Ticket | None:
        try:
            return self._known(row)
        except ValueError as error:
            log.warning("a ticket is not of this release: %s", error, extra={"ticket": row.number})
            return None

    def _known(self, row: Any) -> Ticket:
        self._editions[row.number] = row.edition
        return to_ticket(row)

    def _edition(self, number: int) -> int:
        known = self._editions.get(number)
        if known is None:
            raise LookupError(f"ticket {number} is saved in a turn that never read it")
        return known
