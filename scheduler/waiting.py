"""To wait for what goes on whether or not somebody waits for it.

`asyncio.shield` and `asyncio.wait` do the same for anything; for one task, which every event has,
they take as long as a read of the database.
"""

import asyncio
from functools import partial
from typing import Any


async def ends(task: "asyncio.Task[Any]", within: float | None = None) -> bool:
    """Whether it ended within so many seconds, told as soon as it did; its result is not looked at.

    Neither the time nor a waiting that is cancelled stops it. What it raises when nobody waits any
    more is nobody's.
    """
    loop = asyncio.get_running_loop()
    seen: asyncio.Future[None] = loop.create_future()
    wake = partial(_wake, seen)
    task.add_done_callback(wake)
    late = None if within is None else loop.call_later(max(0.0, within), wake)
    try:
        await seen
    except asyncio.CancelledError:
        task.add_done_callback(_nobodys)
        raise
    finally:
        task.remove_done_callback(wake)
        if late is not None:
            late.cancel()
    return task.done()


def _wake(seen: "asyncio.Future[None]", *_task: object) -> None:
    if not seen.done():
        seen.set_result(None)


def _nobodys(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled():
        task.exception()  # it was looked at, which is all that asyncio asks for
