"""Paces: which limits a letter uses up, what a 429 holds, and who has to wait for whom (G9)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from scheduler import dispatch, drive
from scheduler.channel import Outcome, Result
from scheduler.pace import ACCOUNT, CHAT, Holds, limited, paces
from store.tables import tickets
from store.turn import Turn
from store.values import Destination, OutboxRow, Pace
from tests.scheduler.bench import START, Bench
from tests.store.givens import a_ticket

SECOND = timedelta(seconds=1)
LANES = 1_300
COLUMNS = ", ".join(column.name for column in tickets.c if column.name != "number")
MANY = f"""
INSERT INTO tickets (number, {COLUMNS})
WITH RECURSIVE numbers(n) AS (
    SELECT CAST(:first AS BIGINT) + 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)
SELECT n, {COLUMNS} FROM tickets CROSS JOIN numbers WHERE number = :first
"""


def row(channel: str = "slack", chat: str = "C1", kind: str = "message", **more: Any) -> OutboxRow:
    values: dict[str, Any] = {
        "id": 1,
        "kind": kind,
        "channel": channel,
        "account": "T1",
        "chat": chat,
        "key": "k",
        "lane": "l",
        "created_at": START,
    }
    return OutboxRow(**values | more)


def keys(letter: OutboxRow) -> set[str]:
    return {pace.key for pace in paces(letter)}


def test_every_letter_of_a_platform_uses_up_its_account() -> None:
    """Accounts are locked first: a letter without one could make two claims wait for each other."""
    kinds = ("message", "card", "home", "mark", "delete", "edit", "report", "relay")
    for letter in (row(channel, kind=kind) for channel in ("telegram", "slack") for kind in kinds):
        assert [pace.key for pace in paces(letter) if pace.account] == [f"{letter.channel}:T1"]
    assert paces(row(account="local")) == ()


@pytest.mark.parametrize(
    ("letter", "methods"),
    [
        (row(), set()),
        (row(kind="card"), {"chat.update"}),
        (row(edits="7.1"), {"chat.update"}),
        (row(kind="mark", facts={"instead": "⏳"}), {"reactions.add", "reactions.remove"}),
        (row(kind="home", chat="U1"), {"views.publish"}),
        (row(chat="U1"), {"conversations.open"}),
        (row(only="U1"), {"chat.postEphemeral"}),
        (row(files=(1,)), {"files.getUploadURLExternal", "files.completeUploadExternal"}),
    ],
)
def test_slacks_methods_have_limits_of_their_own(letter: OutboxRow, methods: set[str]) -> None:
    assert {key.partition("/")[2] for key in keys(letter) if "/" in key} == methods


def test_a_429_is_about_a_chat_an_account_or_a_method() -> None:
    letter = row(kind="card")
    assert limited(letter, "") == limited(letter, CHAT) == "slack:T1:C1"
    assert limited(letter, ACCOUNT) == "slack:T1"
    assert limited(letter, "chat.update") == "slack:T1/chat.update"
    assert {limited(letter, limit) for limit in (CHAT, ACCOUNT, "chat.update")} <= keys(letter)


def test_what_was_just_held_is_left_alone_by_this_process_and_nothing_else() -> None:
    holds = Holds()
    holds.note("a", START + SECOND, START)
    holds.note("a", START, START)
    wanted = [Pace(key="a", seconds=1), Pace(key="b", seconds=1)]
    assert holds.until(wanted, START) == START + SECOND
    assert holds.until(wanted[1:], START) is None
    assert holds.until(wanted, START + SECOND) is None


@pytest.mark.fault("F28")
async def test_a_method_that_must_wait_holds_its_own_letters_and_lets_the_channel_go_on(
    bench: Bench,
) -> None:
    refused = Outcome(result=Result.NOT_SENT, code="429", retry_after=30, limit="chat.update")
    bench.slack.answers["C1"] = [refused]
    await bench.say("C1", 1, channel="slack", kind="edit", edits="7.1")
    await bench.say("C2", 2, channel="slack", kind="edit", edits="7.2")
    await drive.advance(bench.desk, START + timedelta(seconds=5))
    before = list(bench.slack.heard)
    await bench.say("C3", 3, channel="slack")
    await drive.advance(bench.desk, START + timedelta(seconds=10))
    assert bench.slack.to("C3") == ["3"]
    await bench.say("C4", 4, channel="slack", kind="edit", edits="7.4")
    await drive.advance(bench.desk, START + timedelta(seconds=29))
    assert len(bench.slack.heard) == len(before) + 1
    await drive.advance(bench.desk, START + timedelta(seconds=40))
    assert {chat for chat, _, _ in bench.slack.heard} == {"C1", "C2", "C3", "C4"}


@pytest.mark.fault("F30")
async def test_an_account_that_must_wait_holds_every_chat_of_it_and_no_other_account(
    bench: Bench,
) -> None:
    flooded = Outcome(result=Result.NOT_SENT, code="429", retry_after=30, limit=ACCOUNT)
    bench.telegram.answers["10"] = [flooded]
    await bench.say("10", 1)
    await drive.quiet(bench.desk)
    for chat in ("11", "12"):
        await bench.say(chat, 2)
    await bench.say("C1", 3, channel="slack")
    await drive.advance(bench.desk, START + timedelta(seconds=29))
    assert [chat for chat, _, _ in bench.telegram.heard] == ["10"]
    assert bench.slack.to("C1") == ["3"]
    await drive.advance(bench.desk, START + timedelta(seconds=40))
    later = bench.telegram.heard[1:]
    assert sorted(chat for chat, _, _ in later) == ["10", "11", "12"]
    assert all(at - START >= timedelta(seconds=30) for _, _, at in later)


async def test_a_burst_is_spent_once_and_comes_back_with_time(bench: Bench) -> None:
    """Five letters of the bot at once, then one in a twentieth of a second."""
    for chat in range(12):
        await bench.say(str(chat + 1), chat)
    await drive.quiet(bench.desk)
    assert len(bench.telegram.heard) == 5
    await drive.advance(bench.desk, START + timedelta(milliseconds=110))
    assert len(bench.telegram.heard) == 7
    bench.forward(seconds=30)
    await dispatch.run_once(bench.desk)
    assert len(bench.telegram.heard) == 12


async def test_a_letter_of_several_messages_pays_for_all_of_them(bench: Bench) -> None:
    parts = Outcome(result=Result.SENT, refs=("1", "2", "3"))
    bench.telegram.answers["10"] = [parts]
    await bench.say("10", 1)
    await bench.say("10", 2)
    await drive.advance(bench.desk, START + timedelta(milliseconds=2_900))
    assert bench.telegram.to("10") == ["1"]
    await drive.advance(bench.desk, START + timedelta(seconds=4))
    assert bench.telegram.to("10") == ["1", "2"]


async def test_a_channel_with_a_thousand_waiting_threads_holds_up_nobody(bench: Bench) -> None:
    """More lanes than a claim looks at, all of one channel: another chat goes with the next."""

    def crowd(turn: Turn) -> None:
        first = a_ticket(turn).number
        turn._session.run(text(MANY), {"first": first, "last": first + LANES})
        for number in range(first, first + LANES):
            turn.messages.set_card(number, "slack", "T1", "C1", f"{number}.0")
            to = Destination(channel="slack", account="T1", chat="C1", ticket=number)
            turn.say(to, "quarantine.apology", {"reference": f"#{number - first}#"})

    await bench.run(crowd)
    await bench.say("C2", "other", channel="slack")
    await dispatch.run_once(bench.desk)
    await dispatch.run_once(bench.desk)
    assert bench.slack.to("C2") == ["other"]
    assert bench.slack.to("C1") == ["0"]
