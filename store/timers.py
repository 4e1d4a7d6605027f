"""Timers: rows with a due time, set and cancelled in the turn of their cause."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import randbits
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from store.session import Session
from store.statements import Upsert, newer
from store.tables import timers
from store.values import NOTHING, Timer

# A timer set again gets a new id: whoever fires the old one and then marks it done
# does not strike out the new one.
_SET = Upsert(timers, ["kind", "about", "key"], newer("id", "due_at", "facts"))
_ORDER = (timers.c.due_at, timers.c.kind, timers.c.about, timers.c.key)
_DUE = (
    select(timers)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(*_ORDER)
    .limit(bindparam("limit"))
)
_CLAIM = _DUE.with_for_update(skip_locked=True)
_NEXT = select(timers).order_by(*_ORDER).limit(1)
_OF = select(timers).where(timers.c.about == bindparam("about")).order_by(*_ORDER)
_DONE = delete(timers).where(timers.c.id == bindparam("b_id"))
_CANCEL = delete(timers).where(timers.c.about == bindparam("about"))
_CANCEL_KIND = _CANCEL.where(timers.c.kind == bindparam("kind"))
_CANCEL_ONE = _CANCEL_KIND.where(timers.c.key == bindparam("key"))


class Timers:
    """What falls due. (kind, about, key) is unique: setting a timer again moves it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.connection.execute

    def set(
        self,
        kind: str,
        about: str,
        due_at: datetime,
        *,
        key: str = "",
        facts: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Arm it, or move the one that is there."""
        values = {"kind": kind, "about": about, "key": key, "due_at": due_at, "facts": facts}
        self._run(_SET.on(self._session), {"id": randbits(53), **values})

    def cancel(self, about: str, kind: str | None = None, key: str | None = None) -> int:
        """Drop the timers about something: all, those of a kind, or one. Returns how many."""
        if kind is None:
            return self._run(_CANCEL, {"about": about}).rowcount
        if key is None:
            return self._run(_CANCEL_KIND, {"about": about, "kind": kind}).rowcount
        return self._run(_CANCEL_ONE, {"about": about, "kind": kind, "key": key}).rowcount

    def due(self, now: datetime, limit: int = 500) -> list[Timer]:
        """What is due, the earliest first; on PostgreSQL held, and what others hold is skipped."""
        lock = self._session.postgres and not self._session.reading
        rows = self._run(_CLAIM if lock else _DUE, {"now": now, "limit": limit})
        return [_timer(row) for row in rows]

    def done(self, ids: Sequence[int]) -> None:
        """Strike them out. A timer set again since it was read has another id and stays."""
        if ids:
            self._run(_DONE, [{"b_id": i} for i in ids])

    def next(self) -> Timer | None:
        """The one that falls due first."""
        row = self._run(_NEXT).first()
        return _timer(row) if row else None

    def get(self, timer: int) -> Timer | None:
        """The timer of that id, if it is still set."""
        row = self._run(select(timers).where(timers.c.id == timer)).first()
        return _timer(row) if row else None

    def of(self, about: str) -> list[Timer]:
        """The timers about something, the earliest first."""
        return [_timer(row) for row in self._run(_OF, {"about": about})]

    def list(self, limit: int = 100) -> list[Timer]:
        """What comes next, for the console."""
        return [_timer(row) for row in self._run(select(timers).order_by(*_ORDER).limit(limit))]


def _timer(row: Row[Any]) -> Timer:
    return Timer(**row._asdict())
