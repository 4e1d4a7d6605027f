"""Whoever waits may lose patience or go away: what they wait for goes on."""

import asyncio
import gc
from typing import Any

import pytest

from scheduler.waiting import ends


async def _after(gate: asyncio.Event, error: Exception | None = None) -> int:
    await gate.wait()
    if error is not None:
        raise error
    return 7


async def test_what_ends_is_seen_at_once_and_keeps_its_result() -> None:
    gate = asyncio.Event()
    task = asyncio.create_task(_after(gate))
    waiting = asyncio.create_task(ends(task, within=3_600))
    gate.set()
    assert await waiting
    assert task.result() == 7
    assert await ends(task)  # and again, when it has long ended


async def test_a_failure_is_an_end_and_is_for_who_looks_at_it() -> None:
    gate = asyncio.Event()
    gate.set()
    task = asyncio.create_task(_after(gate, LookupError("a bug")))
    assert await ends(task)
    with pytest.raises(LookupError, match="a bug"):
        task.result()


@pytest.mark.parametrize("within", [0.0, -1.0, 0.001])
async def test_who_has_no_time_leaves_and_it_goes_on(within: float) -> None:
    gate = asyncio.Event()
    task = asyncio.create_task(_after(gate))
    assert not await ends(task, within=within)
    assert not task.done()
    gate.set()
    assert await task == 7


async def test_several_wait_and_one_goes_away() -> None:
    gate = asyncio.Event()
    task = asyncio.create_task(_after(gate))
    gone, stays = asyncio.create_task(ends(task)), asyncio.create_task(ends(task))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    gate.set()
    assert await stays
    assert task.result() == 7


async def test_what_fails_when_nobody_waits_any_more_is_no_stray() -> None:
    strays: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: strays.append(context))
    gate = asyncio.Event()
    task = asyncio.create_task(_after(gate, LookupError("late")))
    waiting = asyncio.create_task(ends(task))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.set()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait({task})
    await asyncio.sleep(0)
    del task, waiting
    gc.collect()
    assert strays == []
