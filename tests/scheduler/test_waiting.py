"""Whoever waits may lose patience or go away: what they wait for goes on."""

import asyncio
import gc
from typing import Any

import pytest

from scheduler.waiting import Patience, ends


async def _after(gate: asyncio.Event, error: Exception | None = None) -> int:
    await gate.wait()
    if error is not None:
        raise error
    return 7


async def test_what_ends_is_seen_at_once_and_keeps_its_result() -> None:
    gate = asyncio.Event()
    task = asyncio.create_task(_after(gate))
    waiting = [asyncio.create_task(ends(task)), asyncio.create_task(Patience().ends(task, 3_600))]
    gate.set()
    assert await asyncio.gather(*waiting) == [None, True]
    assert task.result() == 7
    await ends(task)  # and again, when it has long ended
    assert await Patience().ends(task, 0.0)


async def test_a_failure_is_an_end_and_is_for_who_looks_at_it() -> None:
    gate = asyncio.Event()
    gate.set()
    task = asyncio.create_task(_after(gate, LookupError("a bug")))
    await ends(task)
    assert await Patience().ends(task, 1.0)
    with pytest.raises(LookupError, match="a bug"):
        task.result()


@pytest.mark.parametrize("within", [0.0, -1.0, 0.001])
async def test_who_has_no_time_leaves_and_it_goes_on(within: float) -> None:
    gate = asyncio.Event()
    task, patience = asyncio.create_task(_after(gate)), Patience()
    for _ in range(2):  # it looks again after it had nobody to look at
        assert not await patience.ends(task, within)
    assert not task.done()
    gate.set()
    assert await task == 7


async def test_several_wait_and_one_goes_away() -> None:
    gate = asyncio.Event()
    task = asyncio.create_task(_after(gate))
    patience = Patience()
    gone = asyncio.create_task(patience.ends(task, 3_600))
    short = asyncio.create_task(patience.ends(task, 0.0))
    stays = asyncio.create_task(patience.ends(task, 3_600))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert not await short
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


def test_the_next_loop_looks_although_the_last_one_never_did() -> None:
    patience = Patience()

    async def hastes() -> bool:
        return await patience.ends(asyncio.create_task(asyncio.sleep(0)), 60)

    async def waits() -> bool:
        never = asyncio.create_task(asyncio.Event().wait())
        told = await patience.ends(never, 0.0)
        never.cancel()
        return told

    assert asyncio.run(hastes())
    assert not asyncio.run(waits())
