"""What turns do beside their own transactions, so that none waits for the end of another."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from store.cursors import Found
from store.statements import Compiled, Row

CLOSE: Final = timedelta(milliseconds=50)  # numbers that come one so soon after the other
RUSH: Final = 8  # of them in a row are a rush, in which so many numbers are drawn at once

Draw = Callable[[int], range]  # so many new numbers of a series, or fewer


class Series:
    """Numbers that only grow, drawn from the database: one by one, and in a rush a few at a time.

    Whoever finds some left takes the next without asking the server. What is left when the rush is
    over is never used: a case that comes later shall have the later number, on every replica.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: deque[int] = deque()
        self._last: datetime | None = None
        self._close = 0  # numbers in a row that came close to the one before

    def next(self, now: datetime, draw: Draw) -> int:
        """The next number, for a turn of that time. Raises what `draw` raises."""
        with self._lock:
            close = self._last is not None and abs(now - self._last) < CLOSE
            self._last, self._close = now, self._close + 1 if close else 0
            if not close:
                self._left.clear()
            if self._left:
                return self._left.popleft()
            many = RUSH if self._close >= RUSH else 1
        number, *left = draw(many)
        with self._lock:
            self._left.extend(left)
        return number


class Apart:
    """Belongs to a database; safe to use from any thread. `run` runs a statement in a transaction
    of its own, over when it returns."""

    def __init__(self, run: Callable[[Compiled, Row], Found]) -> None:
        self.run = run
        self._series: dict[str, Series] = {}

    def series(self, name: str) -> Series:
        """The one of that name."""
        return self._series.get(name) or self._series.setdefault(name, Series())
