"""Numbers that are drawn one by one, and in a rush a few at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.errors import Outage
from store.apart import CLOSE, RUSH, Series
from store.turn import Turn, Turns
from tests.databases import Watch

MOMENT = timedelta(milliseconds=1)


class Server:
    """Counts, and remembers how many numbers it was asked for at a time."""

    def __init__(self) -> None:
        self.last = 0
        self.asked: list[int] = []
        self._lock = Lock()

    def draw(self, many: int) -> range:
        with self._lock:
            self.asked.append(many)
            self.last += many
            return range(self.last - many + 1, self.last + 1)


@given(st.lists(st.integers(50, 5_000), max_size=40))
def test_without_a_rush_every_number_is_asked_for(waits: list[int]) -> None:
    server, series, watch = Server(), Series(), Watch()
    numbers = [series.next(watch.forward(milliseconds=wait), server.draw) for wait in waits]
    assert numbers == [*range(1, len(waits) + 1)]
    assert set(server.asked) <= {1}


@given(st.lists(st.integers(0, 200), max_size=80))
def test_whatever_the_pace_numbers_grow_and_are_given_once(waits: list[int]) -> None:
    server, series, watch = Server(), Series(), Watch()
    numbers = [series.next(watch.forward(milliseconds=wait), server.draw) for wait in waits]
    assert all(one < other for one, other in pairwise(numbers))


def test_a_rush_is_asked_for_together() -> None:
    server, series, watch = Server(), Series(), Watch()
    many = RUSH * 5
    numbers = [series.next(watch.now, server.draw) for _ in range(many)]
    assert numbers == [*range(1, many + 1)]
    assert server.asked == [1] * RUSH + [RUSH] * 4


def test_what_a_rush_leaves_is_never_used() -> None:
    """Another replica may have given out higher numbers meanwhile."""
    server, series, watch = Server(), Series(), Watch()
    for _ in range(RUSH + 2):
        series.next(watch.now, server.draw)
    server.draw(1)
    late = series.next(watch.forward(seconds=(CLOSE + MOMENT).total_seconds()), server.draw)
    assert late == server.last == RUSH * 2 + 2
    assert server.asked[-1] == 1


def test_a_draw_that_fails_leaves_the_next_one_well() -> None:
    server, series, watch = Server(), Series(), Watch()

    def away(many: int) -> range:
        raise Outage("away")

    with pytest.raises(Outage):
        series.next(watch.now, away)
    assert [series.next(watch.now, server.draw) for _ in range(20)] == [*range(1, 21)]


def test_a_rush_on_many_threads_gives_every_number_once() -> None:
    server, series, watch = Server(), Series(), Watch()

    def one(_: int) -> int:
        return series.next(watch.now, server.draw)

    with ThreadPoolExecutor(8) as threads:
        numbers = [*threads.map(one, range(400))]
    assert len({*numbers}) == 400


def _handed_out(turn: Turn) -> int:
    return turn.counters.hand_out("case", 1042)


def test_a_desk_in_a_rush_counts_on(turns: Turns, watch: Watch) -> None:
    """On both databases: a crowd at one moment, and whoever comes later has a later number."""
    crowd = [future.result(30) for future in [turns.run(_handed_out) for _ in range(30)]]
    assert len({*crowd}) == 30
    assert min(crowd) == 1042
    watch.forward(seconds=1)
    assert turns.run(_handed_out).result(30) > max(crowd)
