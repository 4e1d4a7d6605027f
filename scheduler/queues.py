"""One queue a chat: events of a chat are handled in order of arrival, chats side by side."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from policy.errors import Outage

LONGEST = 200  # events of one chat that may wait; more are left for the platform to send again


class Queues:
    """First come, first served inside a key. A key without waiters takes no room."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._lengths: dict[Hashable, int] = {}

    @asynccontextmanager
    async def turn_of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for the key's turn. Raises Outage at once when its queue is full."""
        if self._lengths.get(key, 0) >= self._longest:
            raise Outage("too many events of one chat are waiting")
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._lengths[key] = self._lengths.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._leave(key)

    def _leave(self, key: Hashable) -> None:
        self._lengths[key] -= 1
        if not self._lengths[key]:
            del self._lengths[key], self._locks[key]
