"""Turns on their way to the database's threads and back: those of one moment go together.

A wake costs both threads more than many a statement, and two that are awake hold each other up for
the interpreter. So what one round of the loop has made ready leaves when the round is over, and
turns that share a commit come back in one wake.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from functools import partial
from typing import Any

from store.job import Ends

Starts = Callable[[Ends], None]
Landed = tuple["asyncio.Future[Any]", Any, BaseException | None]
Leaving = tuple["asyncio.Future[Any]", Context, Starts]


class Landing:
    """Used from one event loop at a time, and from any thread."""

    def __init__(self) -> None:
        self._ready: deque[Landed] = deque()
        self._held = False
        self._called: asyncio.AbstractEventLoop | None = None  # will look, and has not yet
        self._leaving: list[Leaving] = []
        self._leaves: asyncio.AbstractEventLoop | None = None  # will let them go, and has not yet

    def of(self, start: Starts) -> "asyncio.Future[Any]":
        """The result of what is started, in the caller's context, at the end of this round.

        `start` is given whom to tell how it ended. To cancel it does not stop what makes it.
        """
        loop = asyncio.get_running_loop()
        if self._leaves is not loop:
            self._leaving.clear()  # of a loop that ended before: nobody waits for them
            self._leaves = loop
            loop.call_soon(self._leave)
        waiting: asyncio.Future[Any] = loop.create_future()
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
                context.run(start, partial(self._done, waiting.get_loop(), waiting))
            except Exception as error:
                _settle(waiting, None, error)

    def _done(
        self,
        loop: asyncio.AbstractEventLoop,
        waiting: "asyncio.Future[Any]",
        result: Any,
        error: BaseException | None,
    ) -> None:
        self._ready.append((waiting, result, error))
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
            _settle(*self._ready.popleft())


def _settle(waiting: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if waiting.done():
        return  # whoever waited has gone away
    if error is None:
        waiting.set_result(result)
    else:
        waiting.set_exception(error)
