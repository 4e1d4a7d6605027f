"""Turns leave together and come back together: each once, in its own context, none forgotten."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial

import pytest

from scheduler.landing import Landing


def itself(future: "Future[int]") -> "Future[int]":
    return future


async def test_what_one_round_makes_ready_leaves_when_it_is_over() -> None:
    """In the order in which it was asked, each as if it had been started where it was."""
    landing, place, started = Landing(), ContextVar[int]("place"), list[tuple[int, int]]()

    async def ask(number: int) -> int:
        place.set(number)

        def start() -> "Future[int]":
            started.append((number, place.get()))
            made = Future[int]()
            made.set_result(number)
            return made

        waiting = landing.of(start)
        asked.append(len(started))
        return await waiting

    asked: list[int] = []
    assert await asyncio.gather(*map(ask, range(3))) == [0, 1, 2]
    assert asked == [0, 0, 0]
    assert started == [(0, 0), (1, 1), (2, 2)]


async def test_what_cannot_start_fails_alone() -> None:
    landing = Landing()

    def fails() -> "Future[int]":
        raise LookupError("a bug")

    with ThreadPoolExecutor(1) as threads:
        lost, kept = landing.of(fails), landing.of(lambda: threads.submit(int, "3"))
        with pytest.raises(LookupError, match="a bug"):
            await lost
        assert await kept == 3


def test_what_an_ended_loop_left_behind_is_never_started() -> None:
    """Nobody waits for it, and nobody was told that it would be done."""
    landing, started = Landing(), list[str]()

    def start(name: str) -> "Future[int]":
        started.append(name)
        made = Future[int]()
        made.set_result(1)
        return made

    async def leaves() -> None:
        landing.of(partial(start, "left"))

    async def stays() -> int:
        return await landing.of(partial(start, "kept"))

    loop = asyncio.new_event_loop()
    task = loop.create_task(leaves())
    task.add_done_callback(lambda _: loop.stop())
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert asyncio.run(stays()) == 1
    assert started == ["kept"]


async def test_a_result_and_a_failure_come_back_as_they_are() -> None:
    landing = Landing()
    with ThreadPoolExecutor(2) as threads:
        assert await landing.of(lambda: threads.submit(int, "7")) == 7
        with pytest.raises(ValueError, match="invalid literal"):
            await landing.of(lambda: threads.submit(int, "x"))


async def test_what_is_settled_together_comes_in_one_wake() -> None:
    landing, made = Landing(), [Future[int]() for _ in range(3)]
    waiting = [landing.of(partial(itself, each)) for each in made]
    await asyncio.sleep(0)

    def settle() -> None:
        with landing.together():
            for number, each in enumerate(made):
                each.set_result(number)
            seen.append([one.done() for one in waiting])

    seen: list[list[bool]] = []
    await asyncio.to_thread(settle)
    assert await asyncio.gather(*waiting) == [0, 1, 2]
    assert seen == [[False] * 3]


async def test_who_goes_away_holds_nobody_up() -> None:
    landing, gone, kept = Landing(), Future[int](), Future[int]()
    leaves, waits = landing.of(lambda: gone), landing.of(lambda: kept)
    leaves.cancel()
    gone.set_result(1)
    kept.set_result(2)
    assert await waits == 2


def test_the_next_loop_is_called_although_the_last_one_never_looked() -> None:
    landing, late = Landing(), Future[int]()

    async def ask() -> None:
        landing.of(lambda: late)
        await asyncio.sleep(0)

    asyncio.run(ask())
    late.set_result(1)  # its loop is closed
    with ThreadPoolExecutor(1) as threads:

        async def again() -> int:
            return await landing.of(lambda: threads.submit(int, "5"))

        assert asyncio.run(again()) == 5
