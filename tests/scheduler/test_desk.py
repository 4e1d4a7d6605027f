"""Events in: order inside a chat, chats side by side, nothing lost when somebody goes away."""

import asyncio
import threading
from typing import Any

import pytest

from handlers.inbound import Address, Commanded, Done, Said, Toast
from policy.errors import Outage
from scheduler import sweeps
from scheduler.counts import Counts
from scheduler.desk import Desk
from scheduler.queues import Queues
from scheduler.ticker import Round, Ticker
from store.turn import Turn
from tests.scheduler.bench import START, Bench, until


def said(text: str, *, key: str, chat: str = "50") -> Said:
    address = Address(channel="telegram", account="777", user=chat, chat=chat)
    return Said(address=address, key=key, at=START, ref=key, text=text)


async def seen(bench: Bench, key: str) -> bool:
    """Whether the event's dedupe key is taken."""

    def look(turn: Turn) -> bool:
        fresh: bool = turn.inbox.is_new("telegram", "777", key, turn.now)
        return not fresh

    return await bench.run(look)


async def test_an_event_is_handled_and_its_twin_changes_nothing(bench: Bench) -> None:
    await bench.desk.receive(said("hola", key="1"))
    before = await bench.read(lambda turn: turn.outbox.counts())
    receipt = await bench.desk.receive(said("hola", key="1"))
    assert receipt == Done()
    assert await bench.read(lambda turn: turn.outbox.counts()) == before


async def test_the_text_is_read_before_the_turn(bench: Bench) -> None:
    message = bench.desk._read_text(said("no puedo cerrar una lista", key="1"))
    assert isinstance(message, Said)
    assert message.reading is not None
    assert message.reading.text == "no puedo cerrar una lista"
    command = Commanded(address=message.address, key="2", at=START, name="nuevo", args="hola")
    read = bench.desk._read_text(command)
    assert isinstance(read, Commanded)
    assert read.reading is not None


async def test_who_goes_away_does_not_stop_the_turn(bench: Bench) -> None:
    """A request that is cancelled after it was taken is committed all the same."""
    waiting = asyncio.create_task(bench.desk.receive(said("hola", key="1")))
    for _ in range(3):  # it is taken in the next rounds of the loop
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await bench.desk.drain()
    assert await seen(bench, "1")


async def test_a_desk_that_is_stopping_takes_nothing_more(bench: Bench) -> None:
    await bench.desk.drain()
    with pytest.raises(Outage, match="stopping"):
        await bench.desk.receive(said("hola", key="1"))
    assert not await seen(bench, "1")


async def test_a_receipt_is_shown_in_words(bench: Bench) -> None:
    shown = await bench.desk.show(
        Toast(key="quarantine.toast", facts={"reference": "Q-1"}), said("hola", key="1")
    )
    assert shown.toast
    assert "Q-1" in shown.toast


async def test_a_chat_is_served_in_order_and_chats_do_not_wait_for_each_other() -> None:
    queues, gate = Queues(), asyncio.Event()
    order: list[str] = []

    async def event(chat: str, name: str) -> None:
        async with queues.turn_of(chat):
            if name == "a1":
                await gate.wait()
            order.append(name)

    tasks = [
        asyncio.create_task(event(chat, name))
        for chat, name in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3"))
    ]
    await until(lambda: order == ["b1"])
    gate.set()
    await asyncio.gather(*tasks)
    assert order == ["b1", "a1", "a2", "a3"]


async def test_a_queue_that_is_full_says_so_at_once_and_takes_no_room_afterwards() -> None:
    queues, gate = Queues(longest=2), asyncio.Event()

    async def wait() -> None:
        async with queues.turn_of("a"):
            await gate.wait()

    tasks = [asyncio.create_task(wait()) for _ in range(2)]
    await until(lambda: queues._lengths.get("a") == 2)
    with pytest.raises(Outage, match="too many"):
        async with queues.turn_of("a"):
            raise AssertionError("let in")
    async with queues.turn_of("b"):
        gate.set()
    await asyncio.gather(*tasks)
    assert queues._locks == {}


async def test_the_ticker_rings_tells_of_success_and_stops_without_cutting_anybody_short(
    bench: Bench,
) -> None:
    began, finish = asyncio.Event(), asyncio.Event()
    ended: list[bool] = []

    async def slow(desk: Desk) -> Counts:
        began.set()
        await finish.wait()
        ended.append(True)
        return Counts()

    ticker = Ticker(bench.desk, (Round("slow", slow, 60),))
    ticker.start()
    await began.wait()
    stopping = asyncio.create_task(ticker.stop(grace=1))
    await asyncio.sleep(0)
    assert not stopping.done()
    finish.set()
    await stopping
    await ticker.stop()
    assert ended == [True]
    assert bench.desk.meter.succeeded_at["slow"] == START


async def test_a_round_that_fails_is_logged_and_the_next_one_runs(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[int] = []

    async def failing(desk: Desk) -> Counts:
        runs.append(len(runs))
        if len(runs) == 1:
            raise LookupError("a bug")
        return Counts()

    ticker = Ticker(bench.desk, (Round("failing", failing, 0.02),))
    ticker.start()
    await until(lambda: len(runs) >= 2)
    await ticker.stop()
    assert "round failed" in caplog.text
    assert "failing" in bench.desk.meter.succeeded_at


async def test_the_ticker_sends_what_appears(bench: Bench) -> None:
    ticker = Ticker(bench.desk)
    ticker.start()
    await bench.say("10", 1)
    bench.desk.nudge()
    await until(lambda: bench.telegram.to("10") == ["1"])
    await ticker.stop()


async def test_old_keys_are_forgotten_after_eight_days_and_not_before(bench: Bench) -> None:
    await bench.desk.receive(said("hola", key="1"))
    bench.forward(days=7, hours=23)
    await sweeps.run_once(bench.desk)
    assert await seen(bench, "1")
    bench.forward(days=8, hours=1)
    await sweeps.run_once(bench.desk)
    assert not await seen(bench, "1")


async def test_turns_run_on_threads_of_the_database(bench: Bench) -> None:
    here = threading.current_thread().name
    there: Any = await bench.run(lambda turn: threading.current_thread().name)
    assert there != here


async def test_in_the_engineers_channel_one_case_does_not_wait_for_another(bench: Bench) -> None:
    """Each case's thread is a line of its own; what is said in one keeps its order (G6)."""
    room = bench.desk.turns.house.room
    assert room is not None
    chat = (room.channel, room.account, room.chat)

    def in_thread(key: str, thread: str) -> Said:
        address = Address(
            channel=chat[0], account=chat[1], chat=chat[2], user="U1", thread=thread, private=False
        )
        return Said(address=address, key=key, at=START, ref=key, text="hola")

    async with bench.desk.queues.turn_of((*chat, "1.1")):
        held = asyncio.create_task(bench.desk.receive(in_thread("2.1", "1.1")))
        await bench.desk.receive(in_thread("2.2", "1.2"))
        assert not held.done()
    await held
    assert bench.desk.queues.waiting() == 0
