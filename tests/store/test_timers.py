"""Timers are rows: set in the turn of their cause, moved, cancelled, fired once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from store.database import Database
from store.turn import Turn, Turns
from tests.databases import Watch, bare_turns

ABOUT = "ticket:1042"


def due(turns: Turns, limit: int = 500) -> list[tuple[str, str]]:
    """(kind, key) of what is due now, struck out."""

    def work(turn: Turn) -> list[tuple[str, str]]:
        found = turn.timers.due(turn.now, limit)
        turn.timers.done(found)
        return [(timer.kind, timer.key) for timer in found]

    return turns.run(work).result(30)


def test_a_timer_fires_when_it_is_due_and_once(turns: Turns, watch: Watch) -> None:
    when = watch.now + timedelta(hours=1)
    turns.run(lambda turn: turn.timers.set("close", ABOUT, when, facts={"rung": 2})).result(30)
    watch.forward(minutes=59, seconds=59)
    assert due(turns) == []
    watch.forward(seconds=1)
    (timer,) = turns.read(lambda turn: turn.timers.of(ABOUT)).result(30)
    assert (timer.due_at, timer.facts) == (when, {"rung": 2})
    assert due(turns) == [("close", "")]
    assert due(turns) == []


def test_setting_it_again_moves_it(turns: Turns, watch: Watch) -> None:
    for hours in (1, 2):
        when = watch.now + timedelta(hours=hours)
        turns.run(lambda turn, when=when: turn.timers.set("close", ABOUT, when)).result(30)
    watch.forward(hours=1)
    assert due(turns) == []
    watch.forward(hours=1)
    assert due(turns) == [("close", "")]


def test_a_timer_that_sets_itself_again_while_firing_survives(turns: Turns, watch: Watch) -> None:
    """Also when the new time has passed already: nothing is forgotten after a long stop."""
    turns.run(lambda turn: turn.timers.set("remind", ABOUT, watch.now)).result(30)

    def fire(turn: Turn) -> None:
        (timer,) = turn.timers.due(turn.now)
        turn.timers.set("remind", ABOUT, turn.now)
        turn.timers.done([timer])

    turns.run(fire).result(30)
    assert due(turns) == [("remind", "")]


def test_timers_of_one_kind_differ_by_key(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> None:
        for key in ("2", "1"):
            turn.timers.set("warn", ABOUT, turn.now, key=key)

    turns.run(work).result(30)
    assert due(turns) == [("warn", "1"), ("warn", "2")]


def test_cancelling_drops_all_or_a_kind_or_one(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> list[list[tuple[str, str]]]:
        for kind, key in (("warn", "1"), ("warn", "2"), ("close", ""), ("remind", "")):
            turn.timers.set(kind, ABOUT, turn.now, key=key)
        turn.timers.set("close", "ticket:7", turn.now)
        left = []
        for narrower in (("warn", "1"), ("warn",), (), ()):
            turn.timers.cancel(ABOUT, *narrower)
            left.append([(timer.kind, timer.key) for timer in turn.timers.of(ABOUT)])
        return left

    rest = [("close", ""), ("remind", "")]
    assert turns.run(work).result(30) == [[rest[0], rest[1], ("warn", "2")], rest, [], []]
    assert due(turns) == [("close", "")]


def test_cancelled_and_set_again_in_one_turn_it_stays_and_set_and_cancelled_it_goes(
    turns: Turns,
) -> None:
    turns.run(lambda turn: turn.timers.set("warn", ABOUT, turn.now, key="old")).result(30)

    def work(turn: Turn) -> None:
        turn.timers.cancel(ABOUT, "warn")
        turn.timers.set("warn", ABOUT, turn.now, key="new")
        turn.timers.set("close", ABOUT, turn.now)
        turn.timers.cancel(ABOUT, "close")

    turns.run(work).result(30)
    assert due(turns) == [("warn", "new")]


def test_a_batch_takes_the_earliest_first(turns: Turns, watch: Watch) -> None:
    def work(turn: Turn) -> None:
        for number in range(10):
            when = turn.now + timedelta(seconds=10 - number)
            turn.timers.set("t", f"ticket:{number}", when, key=str(number))

    turns.run(work).result(30)
    first = turns.read(lambda turn: turn.timers.next()).result(30)
    assert first is not None
    assert first.key == "9"
    watch.forward(minutes=1)
    assert [key for _, key in due(turns, 4)] == ["9", "8", "7", "6"]
    assert len(due(turns)) == 6


@pytest.mark.fault("F44")
@pytest.mark.postgres
def test_two_replicas_never_fire_the_same_timer(postgresql_url: str, watch: Watch) -> None:
    """F44: each holds its batch until its turn ends, and skips what the other holds."""
    database = Database.open(postgresql_url, clock=watch)
    turns = bare_turns(database, watch)
    both = Barrier(2, timeout=20)

    def sets(turn: Turn) -> None:
        for number in range(20):
            turn.timers.set("t", f"ticket:{number}", turn.now)

    def fires(turn: Turn) -> list[str]:
        found = turn.timers.due(turn.now, 8)
        both.wait()
        turn.timers.done(found)
        return [timer.about for timer in found]

    try:
        turns.run(sets).result(30)
        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(lambda: turns.run(fires).result(30)) for _ in range(2)]
            fired = [about for run in runs for about in run.result(30)]
        assert len(fired) == len(set(fired)) == 16
    finally:
        database.close()
