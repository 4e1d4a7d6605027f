"""Solved cases whose client is silent: read narrowly and closed together, by the hundred."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from policy.ticket import Closing, State
from store.cursors import Write
from store.session import Session
from store.statements import among
from store.tables import conversations, organisations, people, tickets
from store.ticket_rows import to_waits
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
            tickets.c.waits,
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
)
_LAPSE = SAVE.of(("state", "since", "closed_at", "closing", "version"))
_HERE = frozenset({"tickets"})


class SilentCases:
    """As much of a solved case as its closing by silence needs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lapsed: list[dict[str, Any]] = []

    def solved(self, numbers: Sequence[int]) -> list[SilentCase]:
        """Those of these tickets that are solved, by number, held until the turn ends."""
        return [_case(row) for row in self._session.run(_SOLVED, {"among": list(numbers)})]

    def close(self, cases: Sequence[SilentCase]) -> None:
        """Closed by silence, now. Raises StaleTurn, at the end, if another turn wrote one."""
        now = self._session.now
        closed = {"b_state": State.CLOSED.value, "b_closing": Closing.SILENCE.value}
        closed |= {"b_since": now, "b_closed_at": now}
        self._lapsed += [
            {
                **closed,
                "b_number": case.number,
                "b_edition": case.edition,
                "b_from_version": case.version,
                "b_version": case.version + 1,
            }
            for case in cases
        ]
        self._session.shelve(self, _HERE)

    def take(self) -> list[Write]:
        """The closings, in one statement."""
        lapsed = self._lapsed
        self.forget()
        return self._session.write(_LAPSE, lapsed, "ticket")

    def forget(self) -> None:
        """Nothing was closed."""
        self._lapsed = []


def _case(row: Any) -> SilentCase:
    place = {"channel": row.channel, "account": row.account, "chat": row.chat}
    return SilentCase(
        number=row.number,
        version=row.version,
        edition=row.edition,
        holder=row.holder,
        opened_at=row.opened_at,
        undelivered=row.undelivered,
        waits=to_waits(row.waits),
        client=Destination(**place, person=row.requester),
        zone=row.zone,
        country=row.country or "",
    )
