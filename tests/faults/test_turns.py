"""Turns under trouble: nothing is acknowledged that is not kept, nothing is kept half (G1-G3)."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text

from handlers import timers as speaking
from handlers.inbound import Address, Said
from kb.reader import Reader
from policy.errors import Outage
from scheduler import desk as desks
from scheduler import dispatch, timers
from scheduler.clock import VirtualClock
from scheduler.ticker import Ticker
from store.database import Database
from store.turn import Turn
from store.values import Timer
from tests.scheduler.bench import START, Bench, until


def said(words: str, *, key: str = "1", chat: str = "50") -> Said:
    address = Address(channel="telegram", account="777", user=chat, chat=chat)
    return Said(address=address, key=key, at=START, ref=key, text=words)


@pytest.fixture
def on_sqlite(sqlite_url: str, clock: VirtualClock) -> Iterator[Bench]:
    """SQLite alone, for what only its one writer does."""
    database = Database.open(sqlite_url, clock=clock.now, fast=True)
    yield Bench(database, clock)
    database.close()


@pytest.fixture
def many_writers(postgresql_url: str, clock: VirtualClock) -> Iterator[Bench]:
    """PostgreSQL alone, where turns may be in each other's way."""
    database = Database.open(postgresql_url, clock=clock.now)
    yield Bench(database, clock)
    database.close()


@pytest.mark.fault("F57")
async def test_timers_whose_transaction_vanished_are_still_due(
    on_sqlite: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F57, G7: two fire, the disk is full at the third; none of them may be struck out."""
    vanishing = iter([True])

    def note(turn: Turn, timer: Timer) -> None:
        turn.settings.set(f"fired.{timer.about}", True)

    def vanish(turn: Turn, timer: Timer) -> None:
        if next(vanishing, False):
            raw: Any = turn._session.connection.connection.dbapi_connection
            raw.execute("ROLLBACK")
            raise KeyError("as a driver tells it")
        note(turn, timer)

    monkeypatch.setattr(speaking, "TALK_TIMERS", {"note": note, "vanish": vanish})

    def arm(turn: Turn) -> None:
        for number, kind in enumerate(("note", "note", "vanish", "note")):
            turn.timers.set(kind, str(number), turn.now + timedelta(seconds=number))

    await on_sqlite.run(arm)
    on_sqlite.forward(minutes=1)
    for _ in range(2):
        await timers.run_once(on_sqlite.desk)
        on_sqlite.forward(minutes=2)
    fired = await on_sqlite.read(lambda turn: turn.settings.starting("fired."))
    assert sorted(fired) == ["fired.0", "fired.1", "fired.2", "fired.3"]


@pytest.mark.fault("F23")
@pytest.mark.postgres
async def test_a_row_that_others_hold_means_come_again_and_never_quarantine(
    many_writers: Bench,
) -> None:
    """F23: the lock is awaited for a second, twice; nothing is stored, and the next try works."""
    bench = many_writers
    held, gate = Event(), Event()

    def hold(turn: Turn) -> None:
        turn.inbox.is_new("telegram", "777", "1", turn.now)
        held.set()
        gate.wait(20)
        raise KeyError("and it is undone")

    holding = bench.desk.turns.run(hold)
    await asyncio.to_thread(held.wait, 20)
    with pytest.raises(Outage):
        await bench.desk.receive(said("hola"))
    gate.set()
    await asyncio.to_thread(holding.exception, 20)
    assert await bench.read(lambda turn: turn.quarantine.list()) == []
    await bench.desk.receive(said("hola"))
    assert (await bench.read(lambda turn: turn.outbox.counts())) == {"pending": 1}


async def test_a_text_that_cannot_be_read_is_still_somebodys_message(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in reading must not make an event that comes again and again, or is lost."""

    def stumbles(_reader: Reader, _text: str) -> Any:
        raise RecursionError("a bug in reading")

    monkeypatch.setattr(Reader, "read", stumbles)
    await bench.desk.receive(said("no pasan imágenes"))
    before = await bench.read(lambda turn: turn.outbox.counts())
    assert before == {"pending": 1}
    await bench.desk.receive(said("no pasan imágenes"))
    assert await bench.read(lambda turn: turn.outbox.counts()) == before


async def test_an_event_that_waited_past_its_budget_is_not_run_late(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack has shown its own failure by then: what was pressed must not happen after all."""
    monkeypatch.setattr(desks, "BUDGET", 0.0)
    with pytest.raises(Outage):
        await bench.desk.receive(said("hola"))
    monkeypatch.undo()
    assert await bench.read(lambda turn: turn.outbox.counts()) == {}


@pytest.mark.fault("F48")
async def test_a_stop_in_the_middle_of_a_claim_leaves_no_claim(on_sqlite: Bench) -> None:
    """F48: the rows were leased to us, so they are sent, or given back."""
    bench = on_sqlite
    gate = Event()
    ticker = Ticker(bench.desk, ())
    ticker.start()
    await until(lambda: not bench.desk.claims)
    await bench.say("10", 1)
    holding = bench.desk.turns.run(lambda turn: gate.wait(20), alone=True)
    bench.desk.nudge()
    await until(lambda: bool(bench.desk.claims))
    stopping = asyncio.create_task(ticker.stop())
    await asyncio.sleep(0)
    gate.set()
    await asyncio.wrap_future(holding)
    await stopping
    assert await bench.read(lambda turn: turn.outbox.counts()) == {"sent": 1}
    assert bench.telegram.to("10") == ["1"]


async def test_a_stop_while_a_letter_is_composed_gives_it_back(bench: Bench) -> None:
    began, gate = Event(), Event()

    def draws(*_: Any) -> Any:
        def slowly() -> Any:
            began.set()
            gate.wait(20)

        return slowly

    bench.desk.finisher = draws
    letter = await bench.say("10", 1)
    await dispatch.launch(bench.desk)
    await until(began.is_set)
    await dispatch.finish(bench.desk, grace=0)
    gate.set()
    row = await bench.row(letter)
    assert (row.state, row.doubtful) == ("pending", False)


async def test_what_people_wrote_stays_out_of_the_logs_of_a_database_fault(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """G11, 16.2.5: the statement is told, its values are not."""
    caplog.set_level(logging.DEBUG)
    wrong = text("INSERT INTO settings (nowhere) VALUES (:said)")
    with pytest.raises(Exception, match="nowhere") as fault:
        await bench.run(lambda turn: turn._session.connection.execute(wrong, {"said": "secreto"}))
    assert "secreto" not in str(fault.value) + caplog.text
