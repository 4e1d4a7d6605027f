"""To wait for what goes on whether or not somebody waits for it.

`asyncio.shield` and `asyncio.wait` do the same for anything; for one task, which every event has,
they take as long as a read of the database.
"""

import asyncio
from functools import partial
from typing import Any, Final

Seen = asyncio.Future[None]

LOOK: Final = 0.05  # seconds between two looks at who has waited long enough


async def ends(task: "asyncio.Task[Any]") -> None:
    """Until it has ended; its result is not looked at.

    A waiting that is cancelled does not stop it, and what it raises later is nobody's.
    """
    await _ends(task, asyncio.get_running_loop().create_future())


class Patience:
    """Waits that have an end, with one timer for all: hardly any of them lasts so long.

    Used from one event loop at a time.
    """

    def __init__(self) -> None:
        self._until: dict[Seen, float] = {}  # by the loop's clock
        self._looks: asyncio.AbstractEventLoop | None = None  # that will look, and has not yet

    async def ends(self, task: "asyncio.Task[Any]", within: float) -> bool:
        """Whether it ended within so many seconds (and up to a LOOK more), told as soon as it did.

        As for `ends`, neither the time nor a waiting that is cancelled stops it.
        """
        loop = asyncio.get_running_loop()
        seen: Seen = loop.create_future()
        self._until[seen] = loop.time() + within
        if self._looks is not loop:
            self._looks = loop
            loop.call_later(LOOK, self._look, loop)
        try:
            await _ends(task, seen)
        finally:
            del self._until[seen]
        return task.done()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for seen, until in self._until.items():
            if until <= now:
                _wake(seen)
        if self._until:
            loop.call_later(LOOK, self._look, loop)
        else:
            self._looks = None


async def _ends(task: "asyncio.Task[Any]", seen: Seen) -> None:
    wake = partial(_wake, seen)
    task.add_done_callback(wake)
    try:
        await seen
    except asyncio.CancelledError:
        task.add_done_callback(_nobodys)
        raise
    finally:
        task.remove_done_callback(wake)


def _wake(seen: Seen, *_task: object) -> None:
    if not seen.done():
        seen.set_result(None)


def _nobodys(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled():
        task.exception()  # it was looked at, which is all that asyncio asks for
