"""Timers fire once, never early, never forgotten, and none in another's way (G7; F44 to F46)."""

import asyncio
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial

import pytest

from handlers import timers as speaking
from policy.errors import Outage
from scheduler import drive, timers
from scheduler.clock import SystemClock
from store.turn import Turn
from store.values import Timer
from tests.scheduler.bench import START, Bench

Fired = list[tuple[str, str, datetime]]


@pytest.fixture
def fired(monkeypatch: pytest.MonkeyPatch) -> Fired:
    """Timers of the kind `test` note themselves; `bad` ones raise, `again` ones set themselves."""
    seen: Fired = []

    def note(turn: Turn, timer: Timer) -> None:
        seen.append((timer.about, timer.key, turn.now))
        turn.settings.set(f"fired.{timer.about}.{timer.key}", True)

    def bad(turn: Turn, timer: Timer) -> None:
        turn.settings.set("bad.half", True)
        raise LookupError(timer.about)

    def again(turn: Turn, timer: Timer) -> None:
        note(turn, timer)
        turn.timers.set("again", timer.about, turn.now + timedelta(minutes=10))

    kinds = {"test": note, "bad": bad, "again": again}
    monkeypatch.setattr(speaking, "TALK_TIMERS", {**speaking.TALK_TIMERS, **kinds})
    return seen


async def arm(bench: Bench, kind: str, about: str, at: datetime, key: str = "") -> None:
    await bench.run(lambda turn: turn.timers.set(kind, about, at, key=key))


async def test_a_timer_fires_once_and_not_before_its_time(bench: Bench, fired: Fired) -> None:
    await arm(bench, "test", "1", START + timedelta(minutes=5))
    bench.forward(minutes=5, seconds=-1)
    assert not await timers.run_once(bench.desk)
    bench.forward(seconds=1)
    assert (await timers.run_once(bench.desk)).done == 1
    assert not await timers.run_once(bench.desk)
    assert fired == [("1", "", START + timedelta(minutes=5))]


async def test_many_that_are_due_together_all_fire_in_the_order_of_their_times(
    bench: Bench, fired: Fired
) -> None:
    def many(turn: Turn) -> None:
        for n in range(130):
            turn.timers.set("test", str(n), START + timedelta(seconds=n))

    await bench.run(many)
    bench.forward(hours=3)
    counts = await timers.run_once(bench.desk)
    assert counts.done == 130
    assert [about for about, _, _ in fired] == [str(n) for n in range(130)]
    assert await bench.read(lambda turn: turn.timers.next()) is None


async def test_a_crowd_fires_once_each_however_many_batches_go_side_by_side(
    bench: Bench, fired: Fired
) -> None:
    many = 4 * timers.CHUNK_BESIDE
    later = START + timedelta(minutes=5)

    def crowd(turn: Turn) -> None:
        for n in range(many):
            turn.timers.set("test", str(n), START)
            turn.timers.set("test", str(n), later, key="not yet")

    await bench.run(crowd)
    counts = await timers.run_once(bench.desk)
    assert counts.done == many
    assert sorted(fired) == sorted((str(n), "", START) for n in range(many))


async def test_one_that_fails_waits_alone_and_longer_each_time(bench: Bench, fired: Fired) -> None:
    await arm(bench, "bad", "9", START)
    for n in range(3):
        await arm(bench, "test", str(n), START)
    counts = await timers.run_once(bench.desk)
    assert (counts.done, counts.later) == (3, 1)
    first = await bench.read(lambda turn: turn.timers.next())
    assert first is not None
    assert START < first.due_at <= START + timedelta(seconds=1)
    for _ in range(5):
        bench.forward(minutes=2)
        assert (await timers.run_once(bench.desk)).later == 1
    kept = await bench.read(lambda turn: turn.timers.next())
    assert kept is not None
    assert kept.due_at - bench.clock.now() > timedelta(seconds=10)


async def test_what_a_failing_timer_did_is_undone(bench: Bench, fired: Fired) -> None:
    await arm(bench, "bad", "9", START)
    await arm(bench, "test", "1", START)
    await timers.run_once(bench.desk)
    kept = await bench.read(lambda turn: turn.settings.get("bad.half"))
    assert kept is None
    assert await bench.read(lambda turn: turn.settings.get("fired.1."))


@pytest.mark.fault("F52")
async def test_a_timer_of_a_kind_that_this_release_does_not_know_is_kept(bench: Bench) -> None:
    await arm(bench, "of.tomorrow", "1", START)
    assert (await timers.run_once(bench.desk)).later == 1
    assert await bench.read(lambda turn: turn.timers.of("1"))


async def test_a_timer_that_sets_itself_again_is_not_struck_out(bench: Bench, fired: Fired) -> None:
    await arm(bench, "again", "1", START)
    await drive.advance(bench.desk, START + timedelta(minutes=25))
    assert [at - START for _, _, at in fired] == [timedelta(minutes=m) for m in (0, 10, 20)]


@pytest.mark.fault("F44")
async def test_two_replicas_never_fire_one_timer_twice(bench: Bench, fired: Fired) -> None:
    def many(turn: Turn) -> None:
        for n in range(60):
            turn.timers.set("test", str(n), START)

    await bench.run(many)
    other = bench.another()
    await asyncio.gather(*(timers.run_once(desk) for desk in (bench.desk, other) * 2))
    kept = await bench.read(lambda turn: turn.settings.starting("fired."))
    assert len(kept) == 60
    assert len(fired) == 60


async def test_a_batch_that_takes_long_lets_others_in_between(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, fired: Fired
) -> None:
    monkeypatch.setattr(timers, "HOLD", 0.0)
    await arm(bench, "test", "1", START)
    batch = await bench.run(partial(timers.sweep, bench.desk.turns.database, 1))
    assert batch.fired == 0
    assert fired == []


async def test_a_batch_makes_room_for_a_person_who_waits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, many = bench.desk.turns.database, 30
    written: list[Future[bool]] = []

    def says(turn: Turn, timer: Timer) -> None:
        if not written:  # a person, while the batch runs
            written.append(bench.desk.turns.run(lambda turn: True))

    monkeypatch.setattr(speaking, "TALK_TIMERS", {"test": says})
    monkeypatch.setattr(timers, "HOLD", 60.0)
    for n in range(many):
        await arm(bench, "test", str(n), START)
    batch = await bench.run(partial(timers.sweep, database, 10))
    assert await asyncio.wrap_future(written[0])
    assert batch.fired == (many if database.writers > 1 else 10)


@pytest.mark.fault("F45")
async def test_a_database_that_goes_away_takes_the_whole_batch_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(turn: Turn, timer: Timer) -> None:
        raise Outage("away")

    monkeypatch.setattr(speaking, "TALK_TIMERS", {"test": gone})
    await arm(bench, "test", "1", START)
    with pytest.raises(Outage):
        await timers.run_once(bench.desk)
    kept = await bench.read(lambda turn: turn.timers.of("1"))
    assert [timer.due_at for timer in kept] == [START]


async def test_driving_stops_at_every_due_moment(bench: Bench, fired: Fired) -> None:
    for minutes in (3, 60, 61):
        await arm(bench, "test", str(minutes), START + timedelta(minutes=minutes))
    await drive.advance(bench.desk, START + timedelta(hours=1))
    assert [(about, at - START) for about, _, at in fired] == [
        ("3", timedelta(minutes=3)),
        ("60", timedelta(hours=1)),
    ]
    assert bench.clock.now() == START + timedelta(hours=1)


async def test_a_desk_on_a_running_clock_cannot_be_driven(bench: Bench) -> None:
    bench.desk.clock = SystemClock()
    with pytest.raises(TypeError, match="by itself"):
        await drive.advance(bench.desk, START)


async def test_a_desk_is_not_driven_back(bench: Bench) -> None:
    with pytest.raises(ValueError, match="forwards"):
        await drive.advance(bench.desk, START - timedelta(seconds=1))
