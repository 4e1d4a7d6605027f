"""Moves, old rows and stops: what a desk does beside its work never stands in its way."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from handlers import timers as speaking
from scheduler import drive
from scheduler.channel import Outcome, Result
from scheduler.ticker import ROUNDS, Ticker
from store.database import Database
from store.turn import Turn
from store.values import Timer
from tests.databases import bare_turns
from tests.scheduler.bench import Bench, until
from tests.store.givens import a_ticket

OLD, NEW = "-100", "-1001"
MOVED = Outcome(result=Result.NOT_SENT, code="chat_migrated", moved_to=NEW)


@pytest.mark.fault("F36")
async def test_a_group_moves_although_people_spoke_in_the_new_one_first(bench: Bench) -> None:
    """F36: the letter follows, and nothing is tried for ever."""

    def speak(turn: Turn) -> None:
        number = a_ticket(turn).number
        for chat in (OLD, NEW):
            for user in ("7", "8") if chat == OLD else ("8",):
                talk = turn.conversations.at("telegram", "777", chat, user)
                turn.conversations.save(replace(talk, draft={"in": chat}))
            turn.messages.record(
                ticket=number,
                channel="telegram",
                account="777",
                chat=chat,
                ref="5",
                person=None,
                direction="out",
                kind="message",
            )

    await bench.run(speak)
    letter = await bench.say(OLD, 1)
    bench.telegram.answers[OLD] = [MOVED]
    await drive.advance(bench.desk, bench.clock.now() + timedelta(minutes=1))
    row = await bench.row(letter)
    assert (row.state, row.chat) == ("sent", NEW)

    def drafts(turn: Turn) -> list[object]:
        talks = (turn.conversations.at("telegram", "777", NEW, user) for user in ("7", "8"))
        return [talk.draft["in"] for talk in talks]

    assert await bench.run(drafts) == [OLD, NEW]


async def test_old_rows_go_in_batches_that_no_statement_outlives(bench: Bench) -> None:
    def see(turn: Turn) -> None:
        for number in range(7):
            turn.inbox.is_new("telegram", "777", str(number), turn.now)

    await bench.run(see)
    for number in range(3):
        await bench.say(f"{number}", number)
    await drive.advance(bench.desk, bench.clock.now() + timedelta(minutes=1))
    bench.forward(days=100)
    before = bench.clock.now() - timedelta(days=8)
    batches = [await bench.run(lambda turn: turn.inbox.forget(before, 3)) for _ in range(4)]
    assert batches == [3, 3, 1, 0]
    letters = [await bench.run(lambda turn: turn.outbox.tidy(before, 1)) for _ in range(3)]
    assert letters == [1, 1, 0]  # the newest stays: its id must not be given out again


@pytest.mark.fault("F48")
async def test_a_stop_does_not_wait_for_all_timers_of_a_long_night(
    bench: Bench, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F48: the turn in hand is committed whole; what it did not reach is still due."""
    began, gate = Event(), Event()

    def slow(turn: Turn, timer: Timer) -> None:
        began.set()
        gate.wait(20)
        turn.settings.set(f"fired.{timer.about}", True)

    monkeypatch.setattr(speaking, "TALK_TIMERS", {"slow": slow})

    def arm(turn: Turn) -> None:
        for number in range(120):
            turn.timers.set("slow", str(number), turn.now)

    await bench.run(arm)
    ticker = Ticker(bench.desk, ROUNDS[:1])
    ticker.start()
    await until(began.is_set)
    stopping = asyncio.create_task(ticker.stop(grace=0.2))
    await until(lambda: not ticker._running)
    gate.set()
    await stopping
    await asyncio.to_thread(bench.database.close)
    seen = Database.open(database_url, clock=bench.clock.now, fast=True)
    turns = bare_turns(seen, bench.clock.now)
    fired = turns.read(lambda turn: turn.settings.starting("fired.")).result(20)
    due = turns.read(lambda turn: turn.timers.list(200)).result(20)
    seen.close()
    assert len(fired) > 0
    assert len(fired) + len(due) == 120
