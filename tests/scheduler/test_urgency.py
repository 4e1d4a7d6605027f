"""A person waits at most one send slot behind a mass notice (PERFORMANCE.md, section 7)."""

from collections.abc import Sequence
from datetime import timedelta

from scheduler import dispatch, drive
from store.turn import Turn
from store.values import Destination, Urgency
from tests.scheduler.bench import Bench
from tests.store.givens import a_client, a_ticket

MANY = 500
CHANNEL = Destination(channel="slack", account="T1", chat="C1")


async def flood(bench: Bench, channel: str, chats: list[str], urgency: Urgency) -> None:
    """A notice to each of these chats, written in one turn."""
    account = "777" if channel == "telegram" else "T1"

    def work(turn: Turn) -> None:
        for chat in chats:
            to = Destination(channel=channel, account=account, chat=chat)
            turn.say(to, "quarantine.apology", {"reference": f"#mass {chat}#"}, urgency=urgency)

    await bench.run(work)


async def slots_until(bench: Bench, heard: Sequence[tuple[str, str, object]], number: str) -> int:
    """How many letters leave before this one does, from now on."""
    before = len(heard)
    while number not in (told for _, told, _ in heard):
        due = await bench.read(lambda turn: turn.outbox.wakes_at(turn.now))
        if due is not None:
            bench.clock.reach(due)
        await dispatch.run_once(bench.desk)
    return len(heard) - before - 1


async def test_an_answer_leaves_in_the_next_slot_of_a_busy_account(bench: Bench) -> None:
    """Five hundred notices wait at thirty a second; somebody writes, and is answered next."""
    await flood(bench, "telegram", [str(1000 + n) for n in range(MANY)], Urgency.BULK)
    await drive.advance(bench.desk, bench.clock.now() + timedelta(milliseconds=100))
    assert 0 < len(bench.telegram.heard) < 10
    await bench.say("10", "answer")
    assert await slots_until(bench, bench.telegram.heard, "answer") == 0


async def test_an_answer_in_a_chat_that_waits_for_the_notice_too_comes_right_after_it(
    bench: Bench,
) -> None:
    """Order in a chat stands: the notice goes first, at once, not in its place among the many."""
    chats = [str(1000 + n) for n in range(MANY)]
    await flood(bench, "telegram", chats, Urgency.BULK)
    await drive.advance(bench.desk, bench.clock.now() + timedelta(milliseconds=100))
    last = chats[-1]
    await bench.say(last, "answer")
    for number in (f"mass {last}", "answer"):
        before = len(bench.telegram.heard)
        bench.forward(seconds=1.001)
        await dispatch.run_once(bench.desk)
        slot = [(chat, told) for chat, told, _ in bench.telegram.heard[before:]]
        assert (last, number) in slot
        assert len(slot) < 10


async def test_an_answer_leaves_in_the_next_slot_of_a_busy_channel(bench: Bench) -> None:
    """One letter a second into a Slack channel, whose threads are lanes of their own."""

    def work(turn: Turn) -> int:
        tickets = [a_ticket(turn, a_client(turn, user=str(n))).number for n in range(11)]
        for number in tickets:
            turn.messages.set_card(number, "slack", "T1", "C1", f"{number}.1")
        for n in range(MANY):
            into = CHANNEL._replace(ticket=tickets[n % 10])
            turn.say(into, "quarantine.apology", {"reference": "#mass#"}, urgency=Urgency.BULK)
        return tickets[-1]

    quiet_one = await bench.run(work)
    await drive.advance(bench.desk, bench.clock.now() + timedelta(seconds=2))
    assert len(bench.slack.heard) == 3
    place = CHANNEL._replace(ticket=quiet_one)
    await bench.run(lambda turn: turn.say(place, "quarantine.apology", {"reference": "#answer#"}))
    assert await slots_until(bench, bench.slack.heard, "answer") == 0


async def test_a_letter_that_takes_the_place_of_an_urgent_one_is_as_urgent(bench: Bench) -> None:
    outbox = await bench.say("10", 1, replaces="card:7")
    again = await bench.say("10", 2, replaces="card:7", urgency=Urgency.BULK)
    assert (await bench.row(outbox)).state == "expired"
    assert (await bench.row(again)).urgency is Urgency.NOW
