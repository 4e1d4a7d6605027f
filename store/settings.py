"""Small facts of the deployment, and numbers that only grow."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update

from store.cursors import Found
from store.session import Session
from store.statements import Statement, Upsert, Values, newer
from store.tables import counters, settings

_SET = Upsert(settings, ["key"], newer("value", "at"))
_NEXT = Statement(
    update(counters)
    .where(counters.c.name == bindparam("b_name"))
    .values(value=counters.c.value + bindparam("b_many", type_=counters.c.value.type))
    .returning(counters.c.value)
)
_BEGIN = Upsert(
    counters,
    ["name"],
    changes=lambda new: {"value": counters.c.value + 1},
    returning=[counters.c.value],
)
_VALUE = Statement(select(counters.c.value).where(counters.c.name == bindparam("name")))
_GET = Statement(select(settings.c.value).where(settings.c.key == bindparam("key")))


class Settings:
    """Key and JSON value."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, key: str, default: Any = None) -> Any:
        """The value kept under the key."""
        row = self._session.run(_GET, {"key": key}).first()
        return default if row is None else row.value

    def set(self, key: str, value: Any) -> None:
        """Keep a JSON value under the key."""
        self._session.run(_SET, {"key": key, "value": value, "at": self._session.now})

    def drop(self, key: str) -> None:
        """Forget the key."""
        self._session.run(settings.delete().where(settings.c.key == key))

    def starting(self, prefix: str) -> dict[str, Any]:
        """Every key that starts so, with its value, by key."""
        found = select(settings.c.key, settings.c.value).order_by(settings.c.key)
        rows = self._session.run(found.where(settings.c.key.startswith(prefix, autoescape=True)))
        return {row.key: row.value for row in rows}


class Counters:
    """A number is handed out once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def value(self, name: str) -> int:
        """The last number of the series; 0 before the first."""
        row = self._session.run(_VALUE, {"name": name}).first()
        return int(row.value) if row else 0

    def next(self, name: str, first: int = 1) -> int:
        """The next number of the series, which begins at `first`; a turn that is undone gives it
        back."""
        return self._drawn(self._session.run, name, first, 1)[0]

    def hand_out(self, name: str, first: int = 1) -> int:
        """The same for a series where a gap does no harm: on PostgreSQL nobody waits until this
        turn has ended, and a turn that is undone leaves its number unused."""
        apart = self._session.apart
        if apart is None:
            return self.next(name, first)
        run = partial(self._session.run_apart, apart)
        draw = partial(self._drawn, run, name, first)
        return apart.series(name).next(self._session.now, draw)

    def _drawn(
        self, run: Callable[[Statement, Values], Found], name: str, first: int, many: int
    ) -> range:
        """So many numbers of the series, or where it is new its first."""
        row = run(_NEXT, {"b_name": name, "b_many": many}).first()
        if row is None:
            row, many = run(_BEGIN, {"name": name, "value": first}).one(), 1
        last = int(row.value)
        return range(last - many + 1, last + 1)
