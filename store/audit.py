"""The audit trail, and the story that the console tells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from store.session import Session
from store.statements import Statement
from store.tables import audit, story
from store.values import NOTHING, AuditRow, StoryRow

_ADD = Statement(insert(audit))
_OF = Statement(select(audit).where(audit.c.ticket == bindparam("ticket")).order_by(audit.c.id))
_TELL = Statement(insert(story))


class Audit:
    """Every change, with actor, time and cause. Rows are added, never changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        ticket: int | None,
        what: str,
        facts: Mapping[str, Any] = NOTHING,
        actor: int | None = None,
    ) -> None:
        """Record it; without `actor` it was the turn's actor, and None there is the desk itself."""
        who = actor if actor is not None else self._session.actor
        self._session.later(_ADD, self._row(ticket, what, facts, who))

    def add_all(self, rows: Sequence[tuple[int | None, str, Mapping[str, Any]]]) -> None:
        """A batch of (ticket, what, facts) by the turn's actor, in one statement."""
        now, turn, who = self._session.now, self._session.turn, self._session.actor
        made = [(ticket, now, who, what, facts, turn) for ticket, what, facts in rows]
        self._session.later_rows(_ADD, ("ticket", "at", "actor", "what", "facts", "turn"), made)

    def of(self, ticket: int) -> list[AuditRow]:
        """The ticket's trail in the order of writing."""
        rows = self._session.run(_OF, {"ticket": ticket})
        return [AuditRow(**row._asdict()) for row in rows]

    def between(self, since: datetime, until: datetime) -> list[AuditRow]:
        """Everything in [since, until), in the order of writing."""
        found = select(audit).where(audit.c.at >= since, audit.c.at < until).order_by(audit.c.id)
        return [AuditRow(**row._asdict()) for row in self._session.run(found)]

    def _row(
        self, ticket: int | None, what: str, facts: Mapping[str, Any], who: int | None
    ) -> dict[str, Any]:
        now, turn = self._session.now, self._session.turn
        return {
            "ticket": ticket,
            "at": now,
            "actor": who,
            "what": what,
            "facts": facts,
            "turn": turn,
        }


class Story:
    """One line for each thing worth telling: catalogue keys with their facts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: str, facts: Mapping[str, Any] = NOTHING) -> None:
        """Tell it."""
        now, turn = self._session.now, self._session.turn
        self._session.later(_TELL, {"at": now, "key": key, "facts": facts, "turn": turn})

    def add_all(self, key: str, told: Iterable[Mapping[str, Any]]) -> None:
        """The same line about many things."""
        now, turn = self._session.now, self._session.turn
        rows = [(now, key, facts, turn) for facts in told]
        self._session.later_rows(_TELL, ("at", "key", "facts", "turn"), rows)

    def list(self, after: int = 0, limit: int = 200) -> list[StoryRow]:
        """Lines after that id, the oldest first; without `after`, the latest ones."""
        found = select(story).where(story.c.id > after)
        if after:
            rows = list(self._session.run(found.order_by(story.c.id).limit(limit)))
        else:
            latest = found.order_by(story.c.id.desc()).limit(limit)
            rows = list(self._session.run(latest))[::-1]
        return [StoryRow(**row._asdict()) for row in rows]
