"""Solved cases whose client is silent: read narrowly and closed together, by the hundred."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, select, type_coerce

from policy.ticket import Closing, State
from store.cursors import Write
from store.session import Session
from store.statements import Row, among
from store.tables import conversations, organisations, people, tickets
from store.ticket_rows import read_waits
from store.tickets import SAVE
from store.values import Destination, SilentCase

_SOLVED = among(
    tickets.c.number,
    lambda these: (
        select(
            tickets.c.number,
            tickets.c.version,
            tickets.c.edition,
            tickets.c.holder,
            tickets.c.opened_at,
            tickets.c.undelivered,
            type_coerce(tickets.c.waits, Text).label("waits"),
            tickets.c.requester,
            conversations.c.channel,
            conversations.c.account,
            conversations.c.chat,
            people.c.zone,
            organisations.c.country,
        )
        .join(conversations, conversations.c.id == tickets.c.conversation)
        .join(people, people.c.id == tickets.c.requester)
        .outerjoin(organisations, organisations.c.id == people.c.organisation)
        .where(these, tickets.c.state == State.SOLVED.value)
        .order_by(tickets.c.number)
        .with_for_update(of=tickets, key_share=True)
    ),
    by="NOT INDEXED",  # but by its number
)
_LAPSE = SAVE.of(("state", "since", "closed_at", "closing", "version"))
_CHANGES = (
    *("b_state", "b_closing", "b_since", "b_closed_at"),
    *("b_number", "b_edition", "b_from_version", "b_version"),
)
_HERE = frozenset({"tickets"})


class SilentCases:
    """As much of a solved case as its closing by silence needs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lapsed: list[Row] = []

    def solved(self, numbers: Sequence[int]) -> list[SilentCase]:
        """Those of these tickets that are solved, by number, held until the turn ends."""
        return [_case(row) for row in self._session.run(_SOLVED, {"among": list(numbers)})]

    def close(self, cases: Sequence[SilentCase]) -> None:
        """Closed by silence, now. Raises StaleTurn, at the end, if another turn wrote one."""
        now, state, how = self._session.now, State.CLOSED.value, Closing.SILENCE.value
        self._lapsed += [
            (state, how, now, now, case.number, case.edition, case.version, case.version + 1)
            for case in cases
        ]
        self._session.shelve(self, _HERE)

    def take(self) -> list[Write]:
        """The closings, in one statement."""
        lapsed = self._lapsed
        self.forget()
        return [self._session.write_rows(_LAPSE, _CHANGES, lapsed, "ticket")] if lapsed else []

    def forget(self) -> None:
        """Nothing was closed."""
        self._lapsed = []


def _case(row: Any) -> SilentCase:
    return SilentCase(
        number=row.number,
        version=row.version,
        edition=row.edition,
        holder=row.holder,
        opened_at=row.opened_at,
        undelivered=row.undelivered,
        waits=read_waits(row.waits),
        client=Destination(row.channel, row.account, row.chat, person=row.requester),
        zone=row.zone,
        country=row.country or "",
    )
