"""A bell for everybody who watches: it says that something moved, never what."""

import asyncio


class Broadcast:
    """Rung in the event loop. A watcher that was busy hears of all it missed as one ring."""

    def __init__(self) -> None:
        self.count = 0
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Something moved."""
        self.count += 1
        self._event.set()
        self._event = asyncio.Event()

    async def after(self, count: int) -> int:
        """Wait until there was a ring after that count. Returns the count now."""
        while self.count <= count:
            await self._event.wait()
        return self.count
