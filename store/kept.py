"""Connections that stay out of the pool between works: to check one out costs as much as asking."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore
from typing import Final

from sqlalchemy import Connection, Engine

from store.errors import Busy
from store.libpq import Link

POOL_SECONDS: Final = 2


class Kept:
    """A few connections of an engine, each lent to one work at a time, the last used first."""

    def __init__(self, engine: Engine, size: int) -> None:
        self._engine = engine
        self._free: deque[Connection | None] = deque([None] * size)  # None: not opened yet
        self._left = Semaphore(size)

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection whose server is there, outside any transaction, where it must end too.

        Raises Busy when none comes free in time, and what SQLAlchemy raises when none can be had.
        """
        if not self._left.acquire(timeout=POOL_SECONDS):
            raise Busy("no connection free")
        rested = self._free.pop()
        lent: Connection | None = None
        try:
            lent = self._looked_at(rested)
            yield lent
        finally:
            self._free.append(lent)
            self._left.release()

    def close(self) -> None:
        """Let go of all of them; none may be lent any more."""
        while self._free:
            connection = self._free.pop()
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
