"""One queue a chat: events of a chat are handled in order of arrival, chats side by side."""

import asyncio
from collections.abc import Hashable
from time import monotonic

from policy.errors import Outage

LONGEST = 200  # events of one chat that may wait; more are left for the platform to send again


class Queues:
    """First come, first served inside a key. A key without waiters takes no room."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._lengths: dict[Hashable, int] = {}
        self._waiting: dict[Place, float] = {}  # since when, by the monotonic clock; oldest first

    def turn_of(self, key: Hashable) -> "Place":
        """Wait for the key's turn, which lasts as long as the block. Entering it raises Outage at
        once when the key's queue is full."""
        return Place(self, key)

    def waiting(self) -> int:
        """How many events were taken and are not handled yet."""
        return len(self._waiting)

    def oldest(self) -> float:
        """For how many seconds the oldest of them has been there."""
        since = next(iter(self._waiting.values()), None)
        return 0.0 if since is None else monotonic() - since

    def _join(self, place: "Place", key: Hashable) -> asyncio.Lock:
        length = self._lengths.get(key, 0)
        if length >= self._longest:
            raise Outage("too many events of one chat are waiting")
        self._lengths[key] = length + 1
        self._waiting[place] = monotonic()
        return self._locks.setdefault(key, asyncio.Lock())

    def _leave(self, place: "Place", key: Hashable) -> None:
        del self._waiting[place]
        self._lengths[key] -= 1
        if not self._lengths[key]:
            del self._lengths[key], self._locks[key]


class Place:
    """Somebody's place in a queue."""

    def __init__(self, queues: Queues, key: Hashable) -> None:
        self._queues = queues
        self._key = key
        self._lock: asyncio.Lock | None = None

    async def __aenter__(self) -> None:
        lock = self._queues._join(self, self._key)
        try:
            await lock.acquire()
        except BaseException:
            self._queues._leave(self, self._key)
            raise
        self._lock = lock

    async def __aexit__(self, *_raised: object) -> None:
        if self._lock is not None:
            self._lock.release()
        self._queues._leave(self, self._key)
