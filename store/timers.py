"""Timers: rows with a due time, set and cancelled in the turn of their cause."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from store.cursors import Write
from store.session import Session
from store.statements import Statement, Upsert, newer
from store.tables import timers
from store.values import NOTHING, Timer

# A timer set again gets a new id: whoever fires the old one and then marks it done
# does not strike out the new one.
_SET = Upsert(timers, ["kind", "about", "key"], newer("id", "due_at", "facts"))
_ORDER = (timers.c.due_at, timers.c.about, timers.c.kind, timers.c.key)
_DUE_NOW = (
    select(timers)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(*_ORDER)
    .limit(bindparam("limit"))
)
_DUE = Statement(_DUE_NOW)
_CLAIM = Statement(_DUE_NOW.with_for_update(skip_locked=True))
_NEXT = Statement(select(timers).order_by(*_ORDER).limit(1))
_OF = Statement(select(timers).where(timers.c.about == bindparam("about")).order_by(*_ORDER))
_DONE = Statement(
    delete(timers).where(
        timers.c.about == bindparam("b_about"),
        timers.c.kind == bindparam("b_kind"),
        timers.c.key == bindparam("b_key"),
        timers.c.id == bindparam("b_id"),
    )
)
_ABOUT = delete(timers).where(timers.c.about == bindparam("about"))
_OF_KIND = _ABOUT.where(timers.c.kind == bindparam("kind"))
_CANCEL = Statement(_ABOUT)
_CANCEL_KIND = Statement(_OF_KIND)
_CANCEL_ONE = Statement(_OF_KIND.where(timers.c.key == bindparam("key")))
_STANDS = Statement(
    select(timers.c.id).where(
        timers.c.about == bindparam("about"),
        timers.c.kind == bindparam("kind"),
        timers.c.key == bindparam("key"),
        timers.c.id == bindparam("id"),
    )
)
_HERE = frozenset({"timers"})
_ids = Random()  # seeded by the system: no two replicas draw the same


class Timers:
    """What falls due. (kind, about, key) is unique: setting a timer again moves it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._run = session.run
        self._set: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._cancelled: dict[Statement, dict[tuple[str, ...], dict[str, str]]] = {}

    def set(
        self,
        kind: str,
        about: str,
        due_at: datetime,
        *,
        key: str = "",
        facts: Mapping[str, Any] = NOTHING,
    ) -> None:
        """Arm it, or move the one that is there, when the turn ends."""
        values = {"kind": kind, "about": about, "key": key, "due_at": due_at, "facts": facts}
        self._set[(kind, about, key)] = {"id": _ids.getrandbits(53), **values}
        self._session.shelve(self, _HERE)

    def cancel(self, about: str, kind: str | None = None, key: str | None = None) -> None:
        """Drop the timers about something: all, those of a kind, or one."""
        for place in [*self._set]:
            if place[1] == about and kind in (None, place[0]) and key in (None, place[2]):
                del self._set[place]
        which = {"about": about, "kind": kind, "key": key}
        statement = _CANCEL_ONE if key is not None else _CANCEL_KIND if kind else _CANCEL
        values = {name: value for name, value in which.items() if value is not None}
        self._cancelled.setdefault(statement, {})[tuple(values.values())] = values
        self._session.shelve(self, _HERE)

    def take(self) -> list[Write]:
        """What was cancelled, then what was set: a timer set after it was cancelled stays."""
        writes: list[Write] = []
        for statement, given in (*self._cancelled.items(), (_SET, self._set)):
            writes += self._session.write(statement, [*given.values()])
        self.forget()
        return writes

    def forget(self) -> None:
        """Nothing was set or cancelled."""
        self._set.clear()
        self._cancelled.clear()

    def due(self, now: datetime, limit: int = 500) -> list[Timer]:
        """What is due, the earliest first; on PostgreSQL held, and what others hold is skipped."""
        lock = self._session.postgres and not self._session.reading
        rows = self._run(_CLAIM if lock else _DUE, {"now": now, "limit": limit})
        return [_timer(row) for row in rows]

    def done(self, fired: Sequence[Timer]) -> None:
        """Strike them out. A timer set again since it was read has another id and stays."""
        rows = [(timer.about, timer.kind, timer.key, timer.id) for timer in fired]
        self._session.later_rows(_DONE, ("b_about", "b_kind", "b_key", "b_id"), rows)

    def is_set(self, timer: Timer) -> bool:
        """Whether it still stands: not cancelled, and not set again since it was read."""
        place = {"about": timer.about, "kind": timer.kind, "key": timer.key}
        return self._run(_STANDS, {**place, "id": timer.id}).first() is not None

    def next(self) -> Timer | None:
        """The one that falls due first."""
        row = self._run(_NEXT).first()
        return _timer(row) if row else None

    def of(self, about: str) -> list[Timer]:
        """The timers about something, the earliest first."""
        return [_timer(row) for row in self._run(_OF, {"about": about})]

    def list(self, limit: int = 100) -> list[Timer]:
        """What comes next, for the console."""
        return [_timer(row) for row in self._run(select(timers).order_by(*_ORDER).limit(limit))]


def _timer(row: Row[Any]) -> Timer:
    return Timer(row.id, row.kind, row.about, row.key, row.due_at, row.facts)
