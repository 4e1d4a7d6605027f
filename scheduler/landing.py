"""Turns on their way to the database's threads and back: those of one moment go together.

A wake costs both threads more than many a statement, and two that are awake hold each other up for
the interpreter. So what one round of the loop has made ready leaves when the round is over, and
turns that share a commit come back in one wake.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from contextvars import Context, copy_context
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Landed = tuple["asyncio.Future[Any]", "Future[Any]"]
Leaving = tuple["asyncio.Future[Any]", Context, Callable[[], "Future[Any]"]]


class Landing:
    """Used from one event loop at a time, and from any thread."""

    def __init__(self) -> None:
        self._ready: deque[Landed] = deque()
        self._held = False
        self._called: asyncio.AbstractEventLoop | None = None  # will look, and has not yet
        self._leaving: list[Leaving] = []
        self._leaves: asyncio.AbstractEventLoop | None = None  # will let them go, and has not yet

    def of(self, start: Callable[[], "Future[T]"]) -> "asyncio.Future[T]":
        """The result of what is started, in the caller's context, at the end of this round.

        To cancel it does not stop what makes it.
        """
        loop = asyncio.get_running_loop()
        if self._leaves is not loop:
            self._leaving.clear()  # of a loop that ended before: nobody waits for them
            self._leaves = loop
            loop.call_soon(self._leave)
        waiting: asyncio.Future[T] = loop.create_future()
        self._leaving.append((waiting, copy_context(), start))
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

    def _leave(self) -> None:
        leaving = self._leaving.copy()
        self._leaving.clear()
        self._leaves = None
        for waiting, context, start in leaving:
            try:
                self._await(context.run(start), waiting)
            except Exception as error:
                waiting.set_exception(error)

    def _await(self, future: "Future[Any]", waiting: "asyncio.Future[Any]") -> None:
        future.add_done_callback(partial(self._done, waiting.get_loop(), waiting))

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
