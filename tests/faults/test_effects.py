"""What follows from a letter's end is never lost: clocks start, engineers are told (G4, G7)."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from handlers import silence
from handlers.delivery import DOUBT
from policy.errors import Outage
from policy.ticket import State, Ticket
from scheduler import dispatch, drive
from scheduler.channel import Outcome, Result
from scheduler.clock import VirtualClock
from store.database import Database
from store.turn import Turn
from store.values import Destination
from tests.saying import said
from tests.scheduler.bench import START, Bench
from tests.store.givens import a_ticket, promise

LOST = Outcome(result=Result.UNKNOWN, code="timed_out")
GONE = Outcome(result=Result.PERMANENT, code="channel_not_found")


def client_chat(turn: Turn, ticket: Ticket) -> Destination:
    """Where the case's client is."""
    talk = turn.conversations.get(ticket.conversation)
    return Destination(channel="telegram", account="777", chat=talk.chat, person=ticket.requester)


async def solved_case(bench: Bench, on_sent: str = "solution") -> tuple[int, int]:
    """A solved case whose notice is about to leave; its number and the notice's id."""

    def solve(turn: Turn) -> tuple[int, int]:
        engineer = turn.people.add_person("Persona Dos", roles={"engineer"})
        turn.people.bind(engineer.id, "slack", "T1", "U2", "U2")
        opened = a_ticket(turn, promise=promise(None), holder=engineer.id, level=1)
        ticket = turn.tickets.save(replace(opened, state=State.SOLVED, solved_at=turn.now))
        turn.messages.set_card(ticket.number, "slack", "T1", "C1", "card-1")
        to = client_chat(turn, ticket)
        facts = {"reference": "#notice#"}
        letter = said(turn, to, "quarantine.apology", facts, on_sent=on_sent, ticket=ticket.number)
        return ticket.number, letter

    return await bench.run(solve)


async def clocks(bench: Bench, number: int) -> dict[str, Any]:
    """The silence clocks that run."""
    timers = await bench.read(lambda turn: turn.timers.of(str(number)))
    return {timer.kind: timer.due_at for timer in timers}


async def ticket_of(bench: Bench, number: int) -> Ticket:
    found = await bench.read(lambda turn: turn.tickets.find(number))
    assert found is not None
    return found


@pytest.fixture
def many_writers(postgresql_url: str, clock: VirtualClock) -> Iterator[Bench]:
    """PostgreSQL alone: on SQLite nobody can hold a ticket meanwhile."""
    database = Database.open(postgresql_url, clock=clock.now)
    yield Bench(database, clock)
    database.close()


@pytest.mark.postgres
async def test_a_ticket_that_somebody_holds_does_not_cost_the_silence_clocks(
    many_writers: Bench,
) -> None:
    """The letter is sent once, and its clocks run from the moment at which it was."""
    bench = many_writers
    number, letter = await solved_case(bench)
    held, gate = Event(), Event()

    def hold(turn: Turn) -> None:
        turn.tickets.lock(number)
        held.set()
        gate.wait(20)

    holding = bench.desk.turns.run(hold)
    await asyncio.to_thread(held.wait, 20)
    await dispatch.run_once(bench.desk)
    gate.set()
    await asyncio.wrap_future(holding)
    assert (await bench.row(letter)).state == "sent"
    await drive.advance(bench.desk, START + timedelta(minutes=1))
    assert [letter for _, letter, _ in bench.telegram.heard].count("notice") == 1
    running = await clocks(bench, number)
    assert running[silence.REMIND] == START + timedelta(hours=24)
    assert running[silence.CLOSE] == START + timedelta(hours=72)
    assert (await ticket_of(bench, number)).notice_sent_at == START


async def test_a_fault_in_what_follows_is_tried_again_and_not_forgotten(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, letter = await solved_case(bench)
    begin, failures = silence.start, iter([True])

    def fails_once(*given: Any, **more: Any) -> None:
        if next(failures, False):
            raise KeyError("a bug")
        begin(*given, **more)

    monkeypatch.setattr(silence, "start", fails_once)
    await dispatch.run_once(bench.desk)
    assert (await bench.row(letter)).state == "sent"
    assert silence.CLOSE not in await clocks(bench, number)
    await drive.advance(bench.desk, START + timedelta(minutes=1))
    assert (await clocks(bench, number))[silence.CLOSE] == START + timedelta(hours=72)


@pytest.mark.parametrize("on_sent", ["solution", "reminder"])
async def test_a_notice_that_may_not_have_arrived_starts_no_clock_and_is_told(
    bench: Bench, on_sent: str
) -> None:
    """Two answers lost on the way: nobody knows, so silence closes nothing."""
    number, letter = await solved_case(bench, on_sent)
    chat = (await bench.row(letter)).chat
    bench.telegram.answers[chat] = [LOST, LOST]
    await drive.advance(bench.desk, START + timedelta(minutes=5))
    assert (await bench.row(letter)).error.startswith(DOUBT)
    assert (await ticket_of(bench, number)).undelivered
    assert silence.CLOSE not in await clocks(bench, number)
    assert bench.slack.to("U2")  # the holder


async def test_a_dead_card_does_not_keep_its_thread_waiting_for_ever(bench: Bench) -> None:
    """The bot was not yet in the channel; once it is, the card is drawn and the thread follows."""

    def open_case(turn: Turn) -> tuple[int, int]:
        ticket = a_ticket(turn, promise=promise(None))
        room = Destination(channel="slack", account="T1", chat="C1", ticket=ticket.number)
        turn.say(room, "card", kind="card", ticket=ticket.number)
        return ticket.number, said(turn, room, "quarantine.apology", {"reference": "#word#"})

    bench.slack.answers["C1"] = [GONE]
    _, word = await bench.run(open_case)
    await drive.advance(bench.desk, START + timedelta(minutes=5))
    assert (await bench.row(word)).state == "pending"
    await drive.advance(bench.desk, START + timedelta(minutes=15))
    assert (await bench.row(word)).state == "sent"


async def test_a_letter_that_could_not_be_read_goes_back_at_once_and_without_doubt(
    bench: Bench,
) -> None:
    """The database was away for the read alone: no lease is waited for, nothing counts."""
    away = iter([True])

    def reads(*_: Any) -> None:
        if next(away, False):
            raise Outage("snapshot too old")

    bench.desk.finisher = reads
    letter = await bench.say("50", 1)
    await dispatch.run_once(bench.desk)
    row = await bench.row(letter)
    assert (row.state, row.doubtful, row.attempt) == ("pending", False, 0)
    await drive.advance(bench.desk, START + timedelta(seconds=2))
    assert bench.telegram.to("50") == ["1"]
    assert (await bench.row(letter)).attempt == 1
