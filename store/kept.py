"""Connections that stay out of the pool between works: to check one out costs as much as asking."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Final

from sqlalchemy import Connection, Engine

from store.errors import Busy
from store.libpq import Link

POOL_SECONDS: Final = 2


class Kept:
    """A few connections of an engine, each lent to one work at a time, the last used first."""

    def __init__(self, engine: Engine, size: int) -> None:
        self._engine = engine
        self._free: LifoQueue[Connection | None] = LifoQueue()  # None: not opened yet
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection whose server is there, outside any transaction, where it must end too.

        Raises Busy when none comes free in time, and what SQLAlchemy raises when none can be had.
        """
        try:
            rested = self._free.get(timeout=POOL_SECONDS)
        except Empty:
            raise Busy("no connection free") from None
        lent: Connection | None = None
        try:
            lent = self._looked_at(rested)
            yield lent
        finally:
            self._free.put(lent)

    def close(self) -> None:
        """Let go of all of them; none may be lent any more."""
        while not self._free.empty():
            connection = self._free.get()
            if connection is not None:
                connection.close()
        self._engine.dispose()

    def _looked_at(self, rested: Connection | None) -> Connection:
        if rested is not None and not rested.invalidated and rested.info[Link].answers():
            return rested
        if rested is not None:
            rested.invalidate()
            rested.close()
        return self._engine.connect()
