"""What the database's threads made, brought back to the event loop: all that is ready at once.

A wake of the loop costs both threads more than many a statement, so turns that share a commit
share one too.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Landed = tuple["asyncio.Future[Any]", "Future[Any]"]


class Landing:
    """Used from one event loop at a time, and from any thread."""

    def __init__(self) -> None:
        self._ready: deque[Landed] = deque()
        self._held = False
        self._called: asyncio.AbstractEventLoop | None = None  # will look, and has not yet

    def of(self, future: "Future[T]") -> "asyncio.Future[T]":
        """The same result in the running loop. To cancel it does not stop what makes it."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(partial(self._done, loop, waiting))
        return waiting

    @contextmanager
    def together(self) -> Iterator[None]:
        """What one thread settles in here is brought over in one go."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._ready:
                self._call(self._ready[0][0].get_loop())

    def _done(
        self, loop: asyncio.AbstractEventLoop, waiting: "asyncio.Future[Any]", future: "Future[Any]"
    ) -> None:
        self._ready.append((waiting, future))
        if not self._held:
            self._call(loop)

    def _call(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._called is loop or loop.is_closed():
            return
        self._called = loop
        loop.call_soon_threadsafe(self._land)

    def _land(self) -> None:
        self._called = None  # before looking: what comes now is either seen or calls again
        while self._ready:
            waiting, future = self._ready.popleft()
            if not waiting.done():
                _copy(future, waiting)


def _copy(future: "Future[Any]", waiting: "asyncio.Future[Any]") -> None:
    try:
        error = future.exception()
    except CancelledError:
        waiting.cancel()
        return
    if error is None:
        waiting.set_result(future.result())
    else:
        waiting.set_exception(error)
