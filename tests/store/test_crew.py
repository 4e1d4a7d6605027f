"""Jobs and the threads that take them: whatever one of them does, the next has its turn."""

from collections.abc import Iterator
from concurrent.futures import Future
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection

from policy.errors import Outage
from store.crew import Crew
from store.job import Ends, Job, promised


def _nothing(_: Connection) -> None:
    """The work of a job that only its crew looks at."""


@pytest.fixture
def taken() -> list[Job]:
    """What the crew has been given."""
    return []


@pytest.fixture
def crew(taken: list[Job]) -> Iterator[Crew]:
    """Two threads, which settle what they are given, or stumble where it cannot be."""

    def run(job: Job) -> None:
        taken.append(job)
        if job.alone:
            raise LookupError("a bug")
        job.result = len(taken)
        job.settle()

    hands = Crew(2, run, "test-crew")
    yield hands
    hands.close()


def _asked(crew: Crew, *, alone: bool = False) -> "Future[Any]":
    return promised(lambda ends: crew.put(Job(_nothing, ends, alone)))


def test_a_thread_that_stumbles_takes_the_next_job(crew: Crew) -> None:
    for _ in range(4):
        assert isinstance(_asked(crew, alone=True).exception(30), LookupError)
    assert _asked(crew).result(30) == 5


def test_who_cannot_be_told_holds_nobody_up(crew: Crew) -> None:
    def deaf(result: Any, error: BaseException | None) -> None:
        raise RuntimeError("the loop is closed")

    for _ in range(4):
        crew.put(Job(_nothing, deaf))
    assert _asked(crew).result(30) == 5


def test_as_many_at_once_as_there_are_threads() -> None:
    both = Barrier(2, timeout=30)

    def run(job: Job) -> None:
        both.wait()
        job.settle()

    crew = Crew(2, run, "test-crew")
    for each in [_asked(crew) for _ in range(4)]:
        each.result(30)
    crew.close()


def test_what_waits_is_done_before_the_end_and_what_comes_later_is_refused(
    crew: Crew, taken: list[Job]
) -> None:
    waiting = [_asked(crew) for _ in range(20)]
    crew.close()
    crew.close()
    assert sorted(each.result(0) for each in waiting)[-1] <= 20
    assert len(taken) == 20
    late = _asked(crew)
    assert isinstance(late.exception(0), Outage)
    assert len(taken) == 20


def test_nobody_is_told_who_no_longer_waits() -> None:
    kept: list[Ends] = []
    future = promised(kept.append)
    assert future.cancel()
    kept[0]("late", None)
    assert future.cancelled()
