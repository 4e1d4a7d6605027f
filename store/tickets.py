"""Tickets: saved by a conditional update on their version, so that two people cannot both win."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select

from policy.evolved import evolved, filled
from policy.ticket import State, Ticket
from store.clean import fits, fold
from store.cursors import Write
from store.errors import StaleTurn
from store.session import Session
from store.settings import Counters
from store.statements import Patch, Statement, Upsert, among, newer
from store.tables import tickets, watchers
from store.tables.work import OPEN
from store.ticket_rows import COLUMNS, changes, to_row, to_ticket

log = logging.getLogger(__name__)

_INSERT = Statement(insert(tickets))
_ALL: Any = select(*COLUMNS)
_BY_NUMBER = _ALL.where(tickets.c.number == bindparam("number"))
_FIND = Statement(_BY_NUMBER)
_LOCK = Statement(_BY_NUMBER.with_for_update(key_share=True))
SAVE = Patch(
    tickets,
    where=(
        tickets.c.number == bindparam("b_number"),
        tickets.c.version == bindparam("b_from_version"),
        tickets.c.edition == bindparam("b_edition"),
    ),
    always={"edition": tickets.c.edition + 1},
)
_OPEN = _ALL.where(OPEN)
_EVERY_OPEN = Statement(_OPEN.order_by(tickets.c.number), by="INDEXED BY ix_tickets_state_priority")
_OF_REQUESTER = _ALL.where(tickets.c.requester == bindparam("person")).order_by(
    tickets.c.number.desc()
)
_OPEN_OF_REQUESTER = Statement(_OF_REQUESTER.where(OPEN))
_LAST_CLOSED = Statement(
    _ALL.where(tickets.c.requester == bindparam("person"), tickets.c.state == State.CLOSED.value)
    .order_by(tickets.c.closed_at.desc(), tickets.c.number.desc())
    .limit(1)
)
_WATCH = Upsert(watchers, ["ticket", "person"], newer("conversation"))
_WATCHERS = Statement(
    select(watchers).where(watchers.c.ticket == bindparam("ticket")).order_by(watchers.c.person)
)


_WATCHED = among(
    watchers.c.ticket,
    lambda these: select(watchers.c.ticket).where(these).distinct().order_by(watchers.c.ticket),
)


def _in_order(these: Any) -> Select[Any]:
    return _ALL.where(these).order_by(tickets.c.number)


_AMONG = among(tickets.c.number, _in_order)
_AMONG_LOCKED = among(
    tickets.c.number, lambda these: _in_order(these).with_for_update(key_share=True)
)
_STATES = among(
    tickets.c.number, lambda these: select(tickets.c.number, tickets.c.state).where(these)
)
_TWIN = among(
    tickets.c.state,
    lambda these: (
        _ALL.where(
            tickets.c.organisation == bindparam("organisation"),
            tickets.c.typology == bindparam("typology"),
            tickets.c.opened_at >= bindparam("since"),
            tickets.c.requester != bindparam("not_of"),
            tickets.c.number > bindparam("after"),
            these,
        )
        .order_by(tickets.c.opened_at.desc(), tickets.c.number.desc())
        .limit(1)
    ),
    by="INDEXED BY ix_tickets_organisation_typology_opened_at",
)
_HERE = frozenset({"tickets"})


@dataclass(slots=True)
class _Known:
    """A ticket as this turn knows it, and `stored` as the database does."""

    ticket: Ticket
    stored: Ticket
    edition: int
    locked: bool


class Tickets:
    """The cases. What is read here can be saved here; a change by another turn is noticed."""

    def __init__(self, session: Session, first_number: int) -> None:
        self._session = session
        self._run = session.run
        self._first_number = first_number
        self._known: dict[int, _Known] = {}
        self._opened: dict[int, list[int]] = {}  # the open cases of a requester, as read

    def add(self, **fields: Any) -> Ticket:
        """A new ticket: the fields of `policy.ticket.Ticket` without `number`, which comes next."""
        number = Counters(self._session).hand_out("ticket", self._first_number)
        ticket = filled(Ticket, {"number": number, **fields})
        self._session.send(_INSERT, to_row(ticket) | {"version": ticket.version, "edition": 1})
        self._opened.clear()
        self._known[number] = _Known(ticket, ticket, 1, locked=True)
        return ticket

    def find(self, number: int) -> Ticket | None:
        """The ticket of that number. Saving it later fails if another turn wrote it meanwhile."""
        known = self._known.get(number)
        return known.ticket if known else self._one(_FIND, number)

    def lock(self, number: int) -> Ticket | None:
        """The ticket, held until the turn ends: other turns wait (PostgreSQL) for at most 1 s."""
        known = self._known.get(number)
        if known and (known.locked or self._session.reading):
            return known.ticket
        return self._one(_FIND if self._session.reading else _LOCK, number, locked=True)

    def save(self, ticket: Ticket, *, quiet: bool = False) -> Ticket:
        """Keep it, to be written when the turn ends; returns it as it will be.

        Raises StaleTurn, now or at the end, if another turn wrote it since, and LookupError for
        one that this turn never read. The version moves, so that buttons drawn before are judged
        anew; `quiet` leaves it, for changes that no button depends on (pauses, answered_at...).
        """
        known = self._known.get(ticket.number)
        if known is None:
            raise LookupError(f"ticket {ticket.number} is saved in a turn that never read it")
        if known.ticket.version != ticket.version:
            raise StaleTurn(f"ticket {ticket.number}")
        known.ticket = ticket if quiet else evolved(ticket, version=ticket.version + 1)
        self._session.shelve(self, _HERE)
        return known.ticket

    def take(self) -> list[Write]:
        """Changed tickets, each once, however often it was saved, and only what changed."""
        alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for known in self._known.values():
            if known.ticket is not known.stored and (row := changes(known.stored, known.ticket)):
                alike[tuple(row)].append(_saved(known, row))
                known.stored, known.edition = known.ticket, known.edition + 1
        write = self._session.write
        return [w for names, rows in alike.items() for w in write(SAVE.of(names), rows, "ticket")]

    def forget(self) -> None:
        """What was read may no longer be so."""
        self._known.clear()
        self._opened.clear()

    def find_all(self, numbers: Sequence[int], *, lock: bool = False) -> list[Ticket]:
        """The tickets of those numbers, by number; with `lock`, held until the turn ends."""
        lock = lock and not self._session.reading
        found = _AMONG_LOCKED if lock else _AMONG
        return self._many(found, locked=lock, among=[n for n in numbers if fits(n)])

    def states(self, numbers: Sequence[int]) -> dict[int, str]:
        """The state of each of these tickets, and nothing else; none is held."""
        return {row.number: row.state for row in self._run(_STATES, {"among": list(numbers)})}

    def let_go(self, numbers: Iterable[int]) -> None:
        """What this turn read of these tickets no longer holds: they were written past it."""
        self._opened.clear()
        for number in numbers:
            self._known.pop(number, None)

    def of_requester(self, person: int, open_only: bool = True) -> list[Ticket]:
        """The tickets this person opened, the newest first."""
        if not open_only:
            return self._many(_OF_REQUESTER, person=person)
        if person not in self._opened:
            read = self._many(_OPEN_OF_REQUESTER, person=person)
            self._opened[person] = [ticket.number for ticket in read]
        known = (self._known[number].ticket for number in self._opened[person])
        return [ticket for ticket in known if ticket.state is not State.CLOSED]

    def of_organisation(self, organisation: int, open_only: bool = True) -> list[Ticket]:
        """The tickets of an organisation, the newest first."""
        found = _OPEN if open_only else _ALL
        return self._many(
            found.where(tickets.c.organisation == organisation).order_by(tickets.c.number.desc())
        )

    def ahead(self, before: Iterable[str], same: Iterable[str], number: int) -> int:
        """How many cases wait for their first answer before this one: those of the priorities
        `before`, and earlier ones of the priorities that are the `same`."""
        waiting = OPEN & tickets.c.state.in_([State.NEW.value, State.TAKEN.value])
        first = tickets.c.priority.in_(list(before))
        earlier = tickets.c.priority.in_(list(same)) & (tickets.c.number < number)
        found = select(func.count()).where(
            waiting, tickets.c.answered_at.is_(None), tickets.c.number != number, first | earlier
        )
        return int(self._run(found).scalar_one())

    def open(self) -> list[Ticket]:
        """Every ticket not closed, the oldest first."""
        return self._many(_EVERY_OPEN)

    def held_by(self, person: int) -> list[Ticket]:
        """The open tickets this engineer holds, the oldest first."""
        return self._many(_OPEN.where(tickets.c.holder == person).order_by(tickets.c.number))

    def last_closed(self, person: int) -> Ticket | None:
        """The ticket of this requester that was closed last."""
        return next(iter(self._many(_LAST_CLOSED, person=person)), None)

    def twin(
        self,
        organisation: int,
        typology: str,
        since: datetime,
        *,
        states: Iterable[State],
        not_of: int,
        after: int = 0,
    ) -> Ticket | None:
        """The newest of this organisation and typology opened since, in one of these states, of
        another requester and with a greater number than `after`."""
        found = self._many(
            _TWIN,
            organisation=organisation,
            typology=typology,
            since=since,
            among=[state.value for state in states],
            not_of=not_of,
            after=after,
        )
        return next(iter(found), None)

    def search(
        self, words: str, *, organisation: int | None = None, limit: int = 20
    ) -> list[Ticket]:
        """Tickets whose subject or text holds all the words, the newest first."""
        found = _ALL
        if organisation is not None:
            found = found.where(tickets.c.organisation == organisation)
        wanted = fold(words).split()
        matching: list[Ticket] = []
        for row in self._run(found.order_by(tickets.c.number.desc())):
            text = fold(f"{row.subject} {row.text}")
            if all(word in text for word in wanted) and (
                known := self._readable(row, locked=False)
            ):
                matching.append(known)
            if len(matching) >= limit:
                break
        return matching

    def watch(self, number: int, person: int, conversation: int) -> None:
        """This person hears the news of the ticket too, in that conversation."""
        self._run(
            _WATCH,
            {"ticket": number, "person": person, "conversation": conversation},
        )

    def unwatch(self, number: int, person: int) -> None:
        """This person no longer hears of the ticket."""
        self._run(watchers.delete().where(watchers.c.ticket == number, watchers.c.person == person))

    def watchers(self, number: int) -> list[tuple[int, int]]:
        """(person id, conversation id) of everybody who watches, by person."""
        rows = self._run(_WATCHERS, {"ticket": number})
        return [(row.person, row.conversation) for row in rows]

    def watched(self, numbers: Sequence[int]) -> list[int]:
        """Those of these tickets that anybody watches."""
        return [row.ticket for row in self._run(_WATCHED, {"among": list(numbers)})]

    def _one(self, found: Statement, number: int, *, locked: bool = False) -> Ticket | None:
        row = self._run(found, {"number": number}).first() if fits(number) else None
        return self._read(row, locked=locked) if row else None

    def _many(
        self, found: Statement | Select[Any], *, locked: bool = False, **values: Any
    ) -> list[Ticket]:
        """A ticket that only a newer release can read is left out: the others are served."""
        read = (self._readable(row, locked=locked) for row in self._run(found, values))
        return [ticket for ticket in read if ticket is not None]

    def _readable(self, row: Any, *, locked: bool) -> Ticket | None:
        try:
            return self._read(row, locked=locked)
        except ValueError as error:
            log.warning("a ticket is not of this release: %s", error, extra={"ticket": row.number})
            return None

    def _read(self, row: Any, *, locked: bool) -> Ticket:
        ticket = to_ticket(row)
        self._known[ticket.number] = _Known(ticket, ticket, row.edition, locked)
        return ticket


def _saved(known: _Known, changed: Mapping[str, Any]) -> dict[str, Any]:
    return {f"b_{name}": value for name, value in changed.items()} | {
        "b_number": known.ticket.number,
        "b_from_version": known.stored.version,
        "b_edition": known.edition,
    }
