"""Lessons: phrases that use proposes, a supervisor's word on each, and which of them hold."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, insert, select, update

from store.clean import fits
from store.session import Session
from store.settings import Counters
from store.statements import Statement
from store.tables import lessons

PENDING: Final = "pending"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
VERSION: Final = "lessons"  # the counter that says which phrases hold
COMPARED = 500  # of the newest: what a new phrase may be a copy of

_PUT = Statement(insert(lessons).returning(lessons))
_FIND = select(lessons).where(lessons.c.id == bindparam("id"))
_GET = Statement(_FIND)
_LOCK = Statement(_FIND.with_for_update(key_share=True))
_NEWEST = Statement(
    select(lessons)
    .where(lessons.c.pack == bindparam("pack"))
    .order_by(lessons.c.id.desc())
    .limit(bindparam("limit"))
)
_IN_STATE = (lessons.c.pack == bindparam("pack"), lessons.c.state == bindparam("state"))
_PAGE = Statement(
    select(lessons)
    .where(*_IN_STATE, lessons.c.id > bindparam("after"))
    .order_by(lessons.c.id)
    .limit(bindparam("limit"))
)
_COUNT = Statement(select(func.count().label("many")).select_from(lessons).where(*_IN_STATE))
_HOLDING = Statement(
    select(lessons.c.topic, lessons.c.phrase).where(*_IN_STATE).order_by(lessons.c.id)
)
_AGAIN = Statement(
    update(lessons)
    .where(lessons.c.id == bindparam("b_id"))
    .values(
        seen=lessons.c.seen + 1,
        seen_at=bindparam("b_at"),
        topic=bindparam("b_topic"),
        source=bindparam("b_source"),
        proposed_by=bindparam("b_by"),
        ticket=bindparam("b_ticket"),
    )
)
_SETTLE = Statement(
    update(lessons)
    .where(lessons.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        topic=bindparam("b_topic"),
        decided_at=bindparam("b_at"),
        decided_by=bindparam("b_by"),
        version=bindparam("b_version"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A phrase for a topic. `version` is that of the phrases from which on the last word holds."""

    id: int
    pack: str
    topic: str  # "article:<id>", "typology:<id>", "notice:<key>"; "not:<id>": not that guide
    phrase: str  # masked and clipped, see kb/lessons.py
    source: str  # "unmatched" | "rejected" | "corrected"
    seen: int = 1
    proposed_by: int | None = None
    ticket: int | None = None
    proposed_at: datetime
    seen_at: datetime
    state: str = PENDING
    decided_at: datetime | None = None
    decided_by: int | None = None  # None while pending, and for the command line
    version: int = 0


class Lessons:
    """One row for each phrase; near copies are counted in it. Who decides first decides."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._counters = Counters(session)

    def propose(
        self, topic: str, phrase: str, source: str, *, pack: str, by: int | None, ticket: int | None
    ) -> Lesson:
        """A phrase that nobody has seen before."""
        now = self._session.now
        values = {"pack": pack, "topic": topic, "phrase": phrase, "source": source}
        who = {"proposed_by": by, "ticket": ticket, "proposed_at": now, "seen_at": now}
        return _lesson(self._session.run(_PUT, {**values, **who}).one())

    def again(self, lesson: Lesson) -> None:
        """Once more, with what is known of it by now: topic, source, by whom, the case."""
        self._session.run(
            _AGAIN,
            {
                "b_id": lesson.id,
                "b_at": self._session.now,
                "b_topic": lesson.topic,
                "b_source": lesson.source,
                "b_by": lesson.proposed_by,
                "b_ticket": lesson.ticket,
            },
        )

    def newest(self, pack: str, limit: int = COMPARED) -> list[Lesson]:
        """In whatever state, the newest first."""
        return self._all(_NEWEST, pack=pack, limit=limit)

    def page(self, pack: str, state: str, *, after: int = 0, limit: int = 50) -> list[Lesson]:
        """Those in a state after that id, in the order in which they were proposed."""
        return self._all(_PAGE, pack=pack, state=state, after=after, limit=limit)

    def count(self, pack: str, state: str = PENDING) -> int:
        """How many are in that state."""
        return int(self._session.run(_COUNT, {"pack": pack, "state": state}).one().many)

    def lock(self, lesson: int) -> Lesson | None:
        """The lesson, held until the turn ends: of two who decide, the second reads the first."""
        reading = self._session.reading or not self._session.postgres
        if not fits(lesson):
            return None
        row = self._session.run(_GET if reading else _LOCK, {"id": lesson}).first()
        return _lesson(row) if row else None

    def settle(self, lesson: Lesson, state: str, *, topic: str, by: int | None) -> int:
        """Decided now. Returns the version of the phrases, a new one where other ones hold now."""
        moved = ACCEPTED in (lesson.state, state)
        version = self._counters.next(VERSION) if moved else lesson.version
        self._session.run(
            _SETTLE,
            {
                "b_id": lesson.id,
                "b_state": state,
                "b_topic": topic,
                "b_at": self._session.now,
                "b_by": by,
                "b_version": version,
            },
        )
        return version

    def version(self) -> int:
        """Moves with every phrase that begins or ceases to hold; 0 before the first."""
        return self._counters.value(VERSION)

    def holding(self, pack: str) -> dict[str, tuple[str, ...]]:
        """The phrases that hold, by topic."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self._session.run(_HOLDING, {"pack": pack, "state": ACCEPTED}):
            found[row.topic].append(row.phrase)
        return {topic: tuple(phrases) for topic, phrases in found.items()}

    def _all(self, statement: Statement, **values: Any) -> list[Lesson]:
        return [_lesson(row) for row in self._session.run(statement, values)]


def _lesson(row: Row[Any]) -> Lesson:
    return Lesson(**row._asdict())
