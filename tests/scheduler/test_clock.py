"""Clocks: aware, UTC, forwards only."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.clock import (
    Movable,
    OffsetClock,
    ServerClock,
    SteadyClock,
    SystemClock,
    VirtualClock,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_virtual_clock_stands_still_until_it_is_told() -> None:
    clock = VirtualClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)


def test_no_clock_goes_back() -> None:
    clock = VirtualClock(NOON)
    with pytest.raises(ValueError, match="forwards"):
        clock.set(NOON - timedelta(seconds=1))
    with pytest.raises(ValueError, match="forwards"):
        OffsetClock(clock).advance(timedelta(seconds=-1))


def test_reaching_a_moment_that_is_past_changes_nothing() -> None:
    for clock in (VirtualClock(NOON), OffsetClock(VirtualClock(NOON))):
        clock.reach(NOON - timedelta(days=1))
        assert clock.now() == NOON
        clock.reach(NOON + timedelta(days=1))
        assert clock.now() == NOON + timedelta(days=1)


def test_times_are_utc_and_a_naive_one_is_refused() -> None:
    bogota = timezone(timedelta(hours=-5))
    clock = VirtualClock(datetime(2026, 11, 24, 7, 0, tzinfo=bogota))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        clock.set(NOON.replace(tzinfo=None))
    assert SystemClock().now().tzinfo is UTC


def test_an_offset_clock_runs_on_from_where_it_was_put() -> None:
    base = VirtualClock(NOON)
    clock = OffsetClock(base)
    clock.reach(NOON + timedelta(days=3))
    base.advance(timedelta(minutes=5))
    assert clock.now() == NOON + timedelta(days=3, minutes=5)
    assert clock.offset == timedelta(days=3)


@pytest.mark.fault("F47")
def test_a_server_clock_follows_the_server_both_ways() -> None:
    base = VirtualClock(NOON)
    clock = ServerClock(base)
    assert clock.correct(NOON + timedelta(seconds=90)) == timedelta(seconds=90)
    assert clock.now() == NOON + timedelta(seconds=90)
    clock.correct(NOON - timedelta(seconds=30))
    assert clock.now() == NOON - timedelta(seconds=30)


@pytest.mark.fault("F47")
def test_an_answer_that_was_long_under_way_does_not_turn_the_clock_back() -> None:
    """F47: the server stood still for a while; its time was right when it was read, not now."""
    base = VirtualClock(NOON)
    clock = ServerClock(base)
    clock.correct(NOON + timedelta(seconds=90))
    asked_at = clock.unmoved()
    base.advance(timedelta(milliseconds=400))
    clock.correct(NOON + timedelta(seconds=90, milliseconds=200), asked_at)
    assert clock.now() == NOON + timedelta(seconds=90, milliseconds=400)
    asked_at = clock.unmoved()
    base.advance(timedelta(seconds=9))
    clock.correct(NOON + timedelta(seconds=91), asked_at)
    assert clock.now() == NOON + timedelta(seconds=99, milliseconds=400)


@pytest.mark.fault("F47")
def test_answers_narrow_each_other_and_the_clock_hardly_moves() -> None:
    """Four answers of a busy server: the difference of 5 s lies in all of their spans."""
    base = VirtualClock(NOON)
    clock = ServerClock(base)
    shown = []
    for late, back in ((0.5, 0.1), (0.0, 0.4), (0.01, 0.01), (0.3, 0.0)):
        asked_at = clock.unmoved()
        base.advance(timedelta(seconds=late))
        there = base.now() + timedelta(seconds=5)
        base.advance(timedelta(seconds=back))
        clock.correct(there, asked_at)
        shown.append((clock.now() - base.now()).total_seconds())
        base.advance(timedelta(seconds=10))
    assert shown == pytest.approx([4.9, 4.9, 4.99, 5.0], abs=0.001)


@pytest.mark.fault("F47")
@given(st.lists(st.tuples(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0, 60)), min_size=1))
def test_a_server_clock_is_never_ahead_of_the_server(
    answers: list[tuple[float, float, float]],
) -> None:
    """However long question and answer were under way: else a timer would be early (G7)."""
    base, ahead = VirtualClock(NOON), timedelta(seconds=5)
    clock = ServerClock(base)
    for there_in, back_in, pause in answers:
        asked_at = clock.unmoved()
        base.advance(timedelta(seconds=there_in))
        there = base.now() + ahead
        base.advance(timedelta(seconds=back_in))
        clock.correct(there, asked_at)
        assert clock.now() <= base.now() + ahead
        base.advance(timedelta(seconds=pause))
        assert clock.now() <= base.now() + ahead


@pytest.mark.fault("F47")
def test_a_machine_whose_clock_is_set_goes_on_by_its_watch() -> None:
    base = VirtualClock(NOON)
    clock = SteadyClock(base)
    before = clock.now()
    base.advance(timedelta(hours=2))
    assert timedelta() <= clock.now() - before < timedelta(minutes=1)


def test_only_clocks_of_the_console_and_of_tests_can_be_moved() -> None:
    assert isinstance(VirtualClock(NOON), Movable)
    assert isinstance(OffsetClock(SystemClock()), Movable)
    assert not isinstance(SystemClock(), Movable)
    assert not isinstance(ServerClock(SystemClock()), Movable)
