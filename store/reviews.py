"""Reviews: what a supervisor is asked to decide, and what was decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from store.clean import fits
from store.session import Session
from store.statements import Statement
from store.tables import reviews
from store.values import Review

_ASK = Statement(insert(reviews).returning(reviews))
_FIND = select(reviews).where(reviews.c.id == bindparam("id"))
_GET = Statement(_FIND)
_LOCK = Statement(_FIND.with_for_update(key_share=True))
_OPEN = Statement(
    select(reviews)
    .where(
        reviews.c.person == bindparam("person"),
        reviews.c.kind == bindparam("kind"),
        reviews.c.decided_at.is_(None),
    )
    .order_by(reviews.c.id)
)
_WAITING = Statement(
    select(reviews)
    .where(reviews.c.decided_at.is_(None))
    .order_by(reviews.c.asked_at, reviews.c.id)
    .limit(bindparam("limit"))
)
_SETTLE = Statement(
    update(reviews)
    .where(reviews.c.id == bindparam("b_id"))
    .values(
        decided_at=bindparam("b_at"),
        decided_by=bindparam("b_by"),
        outcome=bindparam("b_outcome"),
        why=bindparam("b_why"),
        ticket=bindparam("b_ticket"),
    )
)


class Reviews:
    """One row for each question; who decides first decides."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(
        self,
        kind: str,
        *,
        person: int,
        conversation: int,
        about: str,
        told: Mapping[str, Any],
        due_at: datetime | None,
    ) -> Review:
        """A new question: `about` is a refusal's code or a typology, `told` what would be filed."""
        values = {
            "kind": kind,
            "person": person,
            "conversation": conversation,
            "about": about,
            "told": told,
            "asked_at": self._session.now,
            "due_at": due_at,
        }
        return _review(self._session.run(_ASK, values).one())

    def lock(self, review: int) -> Review | None:
        """The review, held until the turn ends: of two who decide, the second reads the first."""
        reading = self._session.reading or not self._session.postgres
        if not fits(review):
            return None
        row = self._session.run(_GET if reading else _LOCK, {"id": review}).first()
        return _review(row) if row else None

    def open_of(self, person: int, kind: str) -> list[Review]:
        """What this person asked and nobody has decided, the oldest first."""
        rows = self._session.run(_OPEN, {"person": person, "kind": kind})
        return [_review(row) for row in rows]

    def waiting(self, limit: int = 50) -> list[Review]:
        """What nobody has decided yet, the oldest first."""
        return [_review(row) for row in self._session.run(_WAITING, {"limit": limit})]

    def settle(
        self, review: int, outcome: str, *, by: int | None, why: str = "", ticket: int | None = None
    ) -> None:
        """Decided now, by a person or (None) by the clock."""
        values = {"b_id": review, "b_at": self._session.now, "b_by": by, "b_outcome": outcome}
        self._session.run(_SETTLE, {**values, "b_why": why, "b_ticket": ticket})


def _review(row: Row[Any]) -> Review:
    return Review(**row._asdict())
