"""Results of threads come back to the loop: each once, those that belong together in one wake."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from scheduler.landing import Landing


async def test_a_result_and_a_failure_come_back_as_they_are() -> None:
    landing = Landing()
    with ThreadPoolExecutor(2) as threads:
        assert await landing.of(threads.submit(int, "7")) == 7
        with pytest.raises(ValueError, match="invalid literal"):
            await landing.of(threads.submit(int, "x"))


async def test_what_is_settled_together_comes_in_one_wake() -> None:
    landing, made = Landing(), [Future[int]() for _ in range(3)]
    waiting = [landing.of(each) for each in made]

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
    leaves, waits = landing.of(gone), landing.of(kept)
    leaves.cancel()
    gone.set_result(1)
    kept.set_result(2)
    assert await waits == 2


def test_the_next_loop_is_called_although_the_last_one_never_looked() -> None:
    landing, late = Landing(), Future[int]()

    async def ask() -> None:
        landing.of(late)

    asyncio.run(ask())
    late.set_result(1)  # its loop is closed
    with ThreadPoolExecutor(1) as threads:

        async def again() -> int:
            return await landing.of(threads.submit(int, "5"))

        assert asyncio.run(again()) == 5
