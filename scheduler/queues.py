"""One queue a chat: events of a chat are handled in order of arrival, chats side by side."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from time import monotonic

from policy.errors import Outage

LONGEST = 200  # events of one chat that may wait; more are left for the platform to send again


class Queues:
    """First come, first served inside a key. A key without waiters takes no room."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._lengths: dict[Hashable, int] = {}
        self._waiting: dict[object, float] = {}  # since when, by the monotonic clock; oldest first

    @asynccontextmanager
    async def turn_of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for the key's turn. Raises Outage at once when its queue is full."""
        if self._lengths.get(key, 0) >= self._longest:
            raise Outage("too many events of one chat are waiting")
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._lengths[key] = self._lengths.get(key, 0) + 1
        ticket = object()
        self._waiting[ticket] = monotonic()
        try:
            async with lock:
                yield
        finally:
            del self._waiting[ticket]
            self._leave(key)

    def waiting(self) -> int:
        """How many events were taken and are not handled yet."""
        return len(self._waiting)

    def oldest(self) -> float:
        """For how many seconds the oldest of them has been there."""
        since = next(iter(self._waiting.values()), None)
        return 0.0 if since is None else monotonic() - since

    def _leave(self, key: Hashable) -> None:
        self._lengths[key] -= 1
        if not self._lengths[key]:
            del self._lengths[key], self._locks[key]
