"""Outbox to platforms: order, limits, outcomes (PLATFORM.md G4, G5, G6, G9; F24 to F36)."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from handlers.delivery import DOUBT
from policy.errors import Outage
from scheduler import dispatch, drive
from scheduler.channel import Delivery, Outcome, Result
from scheduler.counts import Counts
from store.turn import Turn
from store.values import Destination, Urgency
from tests.saying import said
from tests.scheduler.bench import START, Bench, until

LIMITED = Outcome(result=Result.NOT_SENT, code="429", retry_after=30)
REFUSED = Outcome(result=Result.NOT_SENT, code="connect")
LOST = Outcome(result=Result.UNKNOWN, code="read_timeout")
BLOCKED = Outcome(result=Result.PERMANENT, code="blocked")


async def test_letters_of_a_chat_leave_in_the_order_of_their_turns(bench: Bench) -> None:
    for number in range(5):
        await bench.say("10", number)
    await drive.advance(bench.desk, START + timedelta(seconds=10))
    assert bench.telegram.to("10") == ["0", "1", "2", "3", "4"]


async def test_a_chat_hears_at_most_one_letter_a_second_and_a_group_one_in_three(
    bench: Bench,
) -> None:
    for number in range(4):
        await bench.say("10", number)
        await bench.say("-20", number)
    await drive.advance(bench.desk, START + timedelta(seconds=30))
    private = [at for chat, _, at in bench.telegram.heard if chat == "10"]
    group = [at for chat, _, at in bench.telegram.heard if chat == "-20"]
    assert len(private) == len(group) == 4
    assert all(b - a >= timedelta(seconds=1) for a, b in zip(private, private[1:], strict=False))
    assert all(b - a >= timedelta(seconds=3) for a, b in zip(group, group[1:], strict=False))


async def test_the_account_as_a_whole_keeps_to_thirty_a_second(bench: Bench) -> None:
    for chat in range(33):
        await bench.say(str(1000 + chat), chat)
    await drive.advance(bench.desk, START + timedelta(seconds=10))
    times = sorted(at for _, _, at in bench.telegram.heard)
    assert len(times) == 33
    for first, last in zip(times, times[31:], strict=False):
        assert last - first >= timedelta(seconds=1)


@pytest.mark.fault("F28")
async def test_a_chat_that_must_wait_holds_nobody_else(bench: Bench) -> None:
    bench.telegram.answers["10"] = [LIMITED]
    for number in range(2):
        await bench.say("10", number)
        await bench.say("11", number)
    await drive.advance(bench.desk, START + timedelta(seconds=5))
    assert bench.telegram.to("11") == ["0", "1"]
    assert bench.telegram.to("10") == ["0"]
    await drive.advance(bench.desk, START + timedelta(seconds=40))
    assert bench.telegram.to("10") == ["0", "0", "1"]
    again = [at for chat, _, at in bench.telegram.heard if chat == "10"][1]
    assert again - START >= timedelta(seconds=30)


@pytest.mark.fault("F28")
async def test_a_limit_uses_up_no_attempt(bench: Bench) -> None:
    bench.telegram.answers["10"] = [LIMITED] * 3
    outbox = await bench.say("10", 1)
    await drive.advance(bench.desk, START + timedelta(minutes=5))
    row = await bench.row(outbox)
    assert (row.state, row.attempt) == ("sent", 1)


async def test_order_stands_through_limits_and_refusals_of_any_kind(bench: Bench) -> None:
    """G6, with three dispatchers over one database."""
    chance = random.Random(7)
    troubles = (LIMITED, REFUSED, Outcome(result=Result.NOT_SENT, code="dns"))
    chats = [str(100 + n) for n in range(8)]
    for chat in chats:
        bench.telegram.answers[chat] = chance.choices(troubles, k=3)
    for number in range(4):
        for chat in chats:
            await bench.say(chat, number)
    replicas = [bench.desk, bench.another(), bench.another()]
    while (due := await drive.next_due(bench.desk)) or await bench.read(
        lambda turn: turn.outbox.pending_count()
    ):
        await asyncio.gather(*(dispatch.run_once(desk) for desk in replicas))
        if due is not None:
            bench.clock.reach(due)
        assert bench.clock.now() < START + timedelta(hours=1)
    for chat in chats:
        attempts = [int(number) for number in bench.telegram.to(chat)]
        assert attempts == sorted(attempts)
        assert len(attempts) == 4 + 3
        assert set(attempts) == set(range(4))


@pytest.mark.fault("F27")
async def test_ten_minutes_without_a_network_make_the_letter_late_and_nothing_else(
    bench: Bench,
) -> None:
    bench.telegram.answers["10"] = [REFUSED] * 14
    outbox = await bench.say("10", 1)
    await bench.say("10", 2)
    await drive.advance(bench.desk, START + timedelta(minutes=20))
    assert (await bench.row(outbox)).state == "sent"
    assert bench.telegram.to("10") == ["1"] * 15 + ["2"]


async def test_people_come_before_timers_and_timers_before_bulk(bench: Bench) -> None:
    """More than the bot may send at once: who is less urgent leaves later."""
    for number, urgency in enumerate([Urgency.BULK] * 6 + [Urgency.TIMER] * 3 + [Urgency.NOW] * 3):
        await bench.say(str(number), urgency.name, urgency=urgency)
    await drive.advance(bench.desk, START + timedelta(seconds=1))
    left = {
        urgency: [at for _, name, at in bench.telegram.heard if name == urgency.name]
        for urgency in Urgency
    }
    assert [len(left[urgency]) for urgency in Urgency] == [3, 3, 6]
    assert max(left[Urgency.NOW]) <= min(left[Urgency.TIMER])
    assert max(left[Urgency.TIMER]) <= min(left[Urgency.BULK]) < max(left[Urgency.BULK])


async def test_a_letter_that_hangs_does_not_stop_the_others(bench: Bench) -> None:
    """The lanes go side by side: a stuck letter holds its own chat alone."""
    gate = asyncio.Event()

    async def hang(delivery: Delivery) -> None:
        if delivery.place.chat == "C10":
            await gate.wait()

    bench.slack.before = hang
    await bench.say("C10", 1, channel="slack")
    serving = asyncio.create_task(dispatch.serve(bench.desk))
    for number in range(3):
        bench.forward(seconds=2)
        await bench.say("C11", number, channel="slack")
        bench.desk.nudge()
        await until(lambda seen=number: len(bench.slack.to("C11")) == seen + 1)
    assert bench.slack.to("C10") == []
    gate.set()
    await until(lambda: bench.slack.to("C10") == ["1"])
    serving.cancel()
    await dispatch.finish(bench.desk, grace=5)


@pytest.mark.fault("F25", "F26")
async def test_a_letter_that_may_have_arrived_is_asked_about_before_it_is_repeated(
    bench: Bench,
) -> None:
    """F25, F26: where the platform can tell, one copy."""
    outbox = await bench.say("C1", 1, channel="slack")
    bench.slack.answers["C1"] = [LOST]
    bench.slack.knows[outbox] = Outcome(result=Result.SENT, refs=("7.1",))
    await drive.quiet(bench.desk)
    row = await bench.row(outbox)
    assert (row.state, row.refs, bench.slack.to("C1")) == ("sent", ("7.1",), ["1"])


@pytest.mark.fault("F26", "F31")
async def test_where_the_platform_cannot_tell_there_is_at_most_one_more_copy(
    bench: Bench,
) -> None:
    """G5: at most one extra copy for each attempt whose outcome is unknown, and it is counted."""
    bench.telegram.answers["10"] = [LOST, LOST, LOST]
    outbox = await bench.say("10", 1)
    await bench.say("10", 2)
    await drive.advance(bench.desk, START + timedelta(minutes=10))
    over = await bench.row(outbox)
    assert (over.state, over.error.startswith(DOUBT)) == ("dead", True)
    assert bench.telegram.to("10")[:2] == ["1", "1"]
    assert bench.desk.meter.totals["letters.possible_duplicates"] >= 2


@pytest.mark.fault("F25")
async def test_a_platform_that_could_tell_and_cannot_be_asked_now_gets_no_second_copy(
    bench: Bench,
) -> None:
    outbox = await bench.say("C1", 1, channel="slack")
    bench.slack.answers["C1"] = [LOST]
    bench.slack.knows[outbox] = Outcome(result=Result.UNKNOWN, code="not_asked")
    await drive.advance(bench.desk, START + timedelta(minutes=3))
    row = await bench.row(outbox)
    assert (row.state, row.doubtful, bench.slack.to("C1")) == ("pending", True, ["1"])
    bench.slack.knows[outbox] = Outcome(result=Result.SENT, refs=("7.1",))
    await drive.advance(bench.desk, START + timedelta(minutes=6))
    row = await bench.row(outbox)
    assert (row.state, row.refs, bench.slack.to("C1")) == ("sent", ("7.1",), ["1"])


async def test_a_platform_that_knows_it_did_not_arrive_gets_it_again(bench: Bench) -> None:
    outbox = await bench.say("C1", 1, channel="slack")
    bench.slack.answers["C1"] = [LOST]
    bench.slack.knows[outbox] = Outcome(result=Result.NOT_SENT, code="not_there")
    await drive.advance(bench.desk, START + timedelta(minutes=1))
    assert (await bench.row(outbox)).state == "sent"
    assert bench.slack.to("C1") == ["1", "1"]


@pytest.mark.fault("F32")
async def test_a_permanent_answer_ends_the_letter_and_frees_its_lane(bench: Bench) -> None:
    bench.telegram.answers["10"] = [BLOCKED]
    outbox = await bench.say("10", 1)
    await bench.say("10", 2)
    counts = await drive.advance(bench.desk, START + timedelta(seconds=5))
    row = await bench.row(outbox)
    assert (row.state, row.error) == ("dead", "blocked")
    assert bench.telegram.to("10") == ["1", "2"]
    assert counts == Counts(done=1, ended=1)


@pytest.mark.fault("F33")
async def test_a_refused_token_pauses_the_account_and_loses_nothing(bench: Bench) -> None:
    """F33: the rest waits untouched, and goes on with a token that works."""
    bench.telegram.answers["10"] = [Outcome(result=Result.AUTH, code="token_revoked")]
    await bench.say("10", 1)
    await drive.quiet(bench.desk)
    for chat in ("11", "12"):
        await bench.say(chat, 2)
    await bench.say("C1", 3, channel="slack")
    await drive.quiet(bench.desk)
    assert [chat for chat, _, _ in bench.telegram.heard] == ["10"]
    assert bench.slack.to("C1") == ["3"]
    await bench.run(lambda turn: turn.outbox.resume_account("telegram", "777"))
    await drive.advance(bench.desk, START + timedelta(minutes=10))
    assert {chat for chat, _, _ in bench.telegram.heard} == {"10", "11", "12"}
    assert await bench.read(lambda turn: turn.outbox.pending_count()) == 0


@pytest.mark.fault("F36")
async def test_a_group_that_moved_takes_its_letters_along(bench: Bench) -> None:
    """F36: the chat's id is rewritten once; what waits follows in order."""
    moved = Outcome(result=Result.NOT_SENT, code="migrated", moved_to="-100500")
    bench.telegram.answers["-5"] = [moved]
    for number in range(3):
        await bench.say("-5", number)
    await drive.advance(bench.desk, START + timedelta(seconds=30))
    assert bench.telegram.to("-5") == ["0"]
    assert bench.telegram.to("-100500") == ["0", "1", "2"]


async def test_a_letter_past_its_sense_is_dropped_with_that_reason(bench: Bench) -> None:
    outbox = await bench.say("10", 1, expires_at=START + timedelta(minutes=1))
    await bench.say("10", 2)
    bench.forward(minutes=2)
    await drive.advance(bench.desk, START + timedelta(minutes=3))
    row = await bench.row(outbox)
    assert (row.state, row.error) == ("expired", "too_late")
    assert bench.telegram.to("10") == ["2"]


async def test_a_letter_without_words_is_tried_a_few_times_and_told(bench: Bench) -> None:
    outbox = await bench.say("10", 1)
    wrong = await bench.run(_wordless)
    await drive.advance(bench.desk, START + timedelta(minutes=5))
    assert (await bench.row(outbox)).state == "sent"
    row = await bench.row(wrong)
    assert (row.state, row.attempt) == ("dead", 4)
    assert row.error.startswith("compose:")


def _wordless(turn: Turn) -> int:
    to = Destination(channel="telegram", account="777", chat="11")
    return said(turn, to, "no.such.sentence")


async def test_a_channel_that_breaks_is_told_from_a_platform_that_answers(bench: Bench) -> None:
    async def broken(delivery: Delivery) -> None:
        raise LookupError("a bug of the renderer")

    bench.telegram.before = broken
    outbox = await bench.say("10", 1)
    await drive.advance(bench.desk, START + timedelta(minutes=5))
    row = await bench.row(outbox)
    assert (row.state, row.attempt) == ("dead", 2)
    assert row.error.startswith(DOUBT)
    assert "LookupError" in row.error


@pytest.mark.fault("F24", "F49")
async def test_a_claim_whose_holder_died_comes_back_and_a_late_word_of_it_is_refused(
    bench: Bench,
) -> None:
    """F24, F49: the lease returns the row; the zombie's settling no longer counts."""
    outbox = await bench.say("10", 1)
    claimed = await bench.run(
        lambda turn: turn.outbox.claim(
            turn.now,
            5,
            lease=timedelta(seconds=60),
            token="zombie",
            paces=lambda row: (),
            accounts=[("telegram", "777")],
        )
    )
    assert [row.id for row in claimed] == [outbox]
    await drive.quiet(bench.desk)
    assert bench.telegram.heard == []
    await drive.advance(bench.desk, START + timedelta(minutes=3))
    await drive.advance(bench.desk, START + timedelta(minutes=4))
    assert bench.telegram.to("10") == ["1"]
    assert bench.telegram.asked == [outbox]
    late = await bench.run(lambda turn: turn.outbox.settle(outbox, "zombie", "dead"))
    assert not late
    assert (await bench.row(outbox)).state == "sent"


async def test_what_fails_between_sending_and_settling_is_settled_all_the_same(
    bench: Bench,
) -> None:
    """A database that is away for a moment at the worst moment: no second copy."""
    fails = iter((True, True, False))
    desk: Any = bench.desk
    real = desk.run

    async def away(*given: Any, **more: Any) -> Any:
        if bench.telegram.heard and next(fails, False):
            raise Outage("away")
        return await real(*given, **more)

    outbox = await bench.say("10", 1)
    desk.run = away
    await dispatch.run_once(bench.desk)
    assert (await bench.row(outbox)).state == "sent"
    assert bench.telegram.to("10") == ["1"]


@pytest.mark.fault("F48")
@pytest.mark.parametrize("kind", ["serve", "run_once"])
async def test_stopping_settles_what_is_under_way(bench: Bench, kind: str) -> None:
    """F48: after the grace a hanging letter is cut short, and its row says that it may be there."""

    async def hang(delivery: Delivery) -> None:
        await asyncio.Event().wait()

    bench.telegram.before = hang
    outbox = await bench.say("10", 1)
    work = asyncio.create_task(dispatch.serve(bench.desk) if kind == "serve" else _ignored(bench))
    await until(lambda: bool(bench.desk.flights))
    await dispatch.finish(bench.desk, grace=0.2)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    row = await bench.row(outbox)
    assert row.state == "pending"
    assert row.doubtful
    assert row.token is None


async def _ignored(bench: Bench) -> None:
    await dispatch.run_once(bench.desk)
