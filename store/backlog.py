"""What an operator looks at: how much waits in each queue, and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, func, or_, select

from store.session import Session
from store.tables import outbox, paces, quarantine, tickets, timers
from store.tables.queues import WAITING
from store.tables.work import OPEN
from store.values import Urgency

_SINCE = func.coalesce(outbox.c.not_before, outbox.c.created_at)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many rows wait, and a moment of theirs: since when, or until when."""

    count: int = 0
    moment: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WaitingLetters(Waiting):
    """The same of the letters of one channel and urgency."""

    channel: str
    urgency: Urgency


class Backlog:
    """Counts and ages; nothing here is read on the way of an event."""

    def __init__(self, session: Session) -> None:
        self._now = session.now
        self._run = session.run

    def letters(self) -> list[WaitingLetters]:
        """Letters that may leave now and have not, with when the oldest of them might have."""
        may_go = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= self._now)
        found = (
            select(outbox.c.channel, outbox.c.urgency, func.count(), func.min(_SINCE))
            .where(WAITING, may_go)
            .group_by(outbox.c.channel, outbox.c.urgency)
        )
        return [
            WaitingLetters(channel=row[0], urgency=Urgency(row[1]), count=row[2], moment=row[3])
            for row in self._run(found)
        ]

    def timers(self) -> Waiting:
        """Timers whose hour has passed, with the hour of the oldest."""
        due = timers.c.due_at
        return self._one(select(func.count(), func.min(due)).where(due <= self._now))

    def timers_set(self) -> int:
        """All timers."""
        return self._one(select(func.count(), func.min(timers.c.due_at))).count

    def quarantine(self) -> Waiting:
        """Events in quarantine that were not replayed, with when the oldest came."""
        found = select(func.count(), func.min(quarantine.c.at))
        return self._one(found.where(quarantine.c.replayed_at.is_(None)))

    def held(self) -> Waiting:
        """Pace keys that a platform asked to be left alone, with the end of the longest hold."""
        until = paces.c.held_until
        return self._one(select(func.count(), func.max(until)).where(until > self._now))

    def tickets(self) -> Waiting:
        """Cases that are not closed, with when the oldest was opened."""
        found = select(func.count(), func.min(tickets.c.opened_at))
        return self._one(found.select_from(tickets).where(OPEN))

    def _one(self, found: Executable) -> Waiting:
        row = self._run(found).one()
        return Waiting(count=row[0], moment=row[1])
