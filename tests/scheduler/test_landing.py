"""Turns leave together and come back together: each once, in its own context, none forgotten."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial

import pytest

from scheduler.landing import Landing
from store.job import Ends


class Later:
    """Work that is under way until somebody says how it ended."""

    def __init__(self) -> None:
        self.ends: Ends | None = None

    def __call__(self, ends: Ends) -> None:
        self.ends = ends

    def end(self, result: int) -> None:
        assert self.ends is not None
        self.ends(result, None)


def in_a(threads: ThreadPoolExecutor, text: str) -> Callable[[Ends], None]:
    """A number, read in another thread."""

    def read(ends: Ends) -> None:
        try:
            ends(int(text), None)
        except ValueError as error:
            ends(None, error)

    def start(ends: Ends) -> None:
        threads.submit(read, ends)

    return start


async def test_what_one_round_makes_ready_leaves_when_it_is_over() -> None:
    """In the order in which it was asked, each as if it had been started where it was."""
    landing, place, started = Landing(), ContextVar[int]("place"), list[tuple[int, int]]()

    async def ask(number: int) -> int:
        place.set(number)

        def start(ends: Ends) -> None:
            started.append((number, place.get()))
            ends(number, None)

        waiting = landing.of(start)
        asked.append(len(started))
        return await waiting

    asked: list[int] = []
    assert await asyncio.gather(*map(ask, range(3))) == [0, 1, 2]
    assert asked == [0, 0, 0]
    assert started == [(0, 0), (1, 1), (2, 2)]


async def test_what_cannot_start_fails_alone() -> None:
    landing = Landing()

    def fails(_: Ends) -> None:
        raise LookupError("a bug")

    with ThreadPoolExecutor(1) as threads:
        gone, lost = landing.of(fails), landing.of(fails)
        kept = landing.of(in_a(threads, "3"))
        gone.cancel()
        with pytest.raises(LookupError, match="a bug"):
            await lost
        assert await kept == 3


def test_what_an_ended_loop_left_behind_is_never_started() -> None:
    """Nobody waits for it, and nobody was told that it would be done."""
    landing, started = Landing(), list[str]()

    def start(name: str, ends: Ends) -> None:
        started.append(name)
        ends(1, None)

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
        assert await landing.of(in_a(threads, "7")) == 7
        with pytest.raises(ValueError, match="invalid literal"):
            await landing.of(in_a(threads, "x"))


async def test_what_is_settled_together_comes_in_one_wake() -> None:
    landing, made = Landing(), [Later() for _ in range(3)]
    waiting = [landing.of(each) for each in made]
    await asyncio.sleep(0)

    def settle() -> None:
        with landing.together():
            for number, each in enumerate(made):
                each.end(number)
            seen.append([one.done() for one in waiting])

    seen: list[list[bool]] = []
    await asyncio.to_thread(settle)
    assert await asyncio.gather(*waiting) == [0, 1, 2]
    assert seen == [[False] * 3]


async def test_who_goes_away_holds_nobody_up() -> None:
    landing, gone, kept = Landing(), Later(), Later()
    leaves, waits = landing.of(gone), landing.of(kept)
    leaves.cancel()
    await asyncio.sleep(0)
    gone.end(1)
    kept.end(2)
    assert await waits == 2


def test_the_next_loop_is_called_although_the_last_one_never_looked() -> None:
    landing, late = Landing(), Later()

    async def ask() -> None:
        landing.of(late)
        await asyncio.sleep(0)

    asyncio.run(ask())
    late.end(1)  # its loop is closed
    with ThreadPoolExecutor(1) as threads:

        async def again() -> int:
            return await landing.of(in_a(threads, "5"))

        assert asyncio.run(again()) == 5
