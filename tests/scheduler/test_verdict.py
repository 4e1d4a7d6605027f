"""What follows from one attempt: PLATFORM's classes as a table."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.delivery import DOUBT
from scheduler.channel import Outcome, Result
from scheduler.pace import CHAT
from scheduler.verdict import (
    GIVE_UP,
    LONGEST_ASKED,
    MARGIN,
    ROLL_OUT,
    backoff,
    judge,
    unfamiliar,
    unwritten,
)
from store.values import OutboxRow, Urgency
from tests.scheduler.bench import START

ROW = OutboxRow(
    id=1,
    kind="message",
    channel="telegram",
    account="777",
    chat="5",
    key="k",
    lane="l",
    attempt=1,
    created_at=START,
)
LOST = Outcome(result=Result.UNKNOWN, code="read_timeout")
LATER = START + GIVE_UP + timedelta(seconds=1)


def test_what_certainly_did_not_go_out_is_tried_again_until_a_day_is_over() -> None:
    refused = Outcome(result=Result.NOT_SENT, code="connect")
    verdict = judge(replace(ROW, attempt=40), refused, START)
    assert (verdict.state, verdict.counts) == ("pending", True)
    assert verdict.next_try is not None
    assert START < verdict.next_try <= START + timedelta(minutes=1)
    assert judge(ROW, refused, LATER).state == "dead"


def test_an_asked_wait_is_kept_to_and_uses_up_no_attempt() -> None:
    verdict = judge(ROW, Outcome(result=Result.NOT_SENT, code="429", retry_after=30), LATER)
    assert verdict.next_try == verdict.hold_until == LATER + timedelta(seconds=30) + MARGIN
    assert not verdict.counts
    assert not verdict.alert


@pytest.mark.fault("F29")
@pytest.mark.parametrize("asked", [None, -5.0, 0.0, math.nan, math.inf])
def test_a_wait_that_makes_no_sense_is_our_own_backoff(asked: float | None) -> None:
    verdict = judge(ROW, Outcome(result=Result.NOT_SENT, retry_after=asked), START)
    assert verdict.hold_until is None
    assert verdict.next_try is not None
    assert verdict.next_try - START <= timedelta(seconds=1)


@pytest.mark.fault("F29")
def test_a_limit_without_a_time_holds_what_it_is_about_for_our_own_backoff() -> None:
    """It is still a limit, so others of the chat wait too; and it waits longer each time."""
    limited = Outcome(result=Result.NOT_SENT, code="429", limit=CHAT)
    first = judge(ROW, limited, START)
    later = judge(replace(ROW, attempt=6), limited, START)
    assert first.hold_until == first.next_try
    assert first.counts
    assert later.next_try is not None
    assert later.next_try - START >= timedelta(seconds=16)


@pytest.mark.fault("F52")
def test_a_letter_of_a_kind_of_a_newer_release_waits_for_it_and_is_then_put_aside() -> None:
    fresh = unfamiliar(replace(ROW, created_at=START), START)
    assert not fresh.final
    old = unfamiliar(replace(ROW, created_at=START), START + ROLL_OUT + timedelta(seconds=1))
    assert (old.state, old.final, old.alert) == ("dead", True, True)


@pytest.mark.fault("F29")
def test_a_wait_of_a_day_is_cut_to_an_hour_and_told() -> None:
    verdict = judge(ROW, Outcome(result=Result.NOT_SENT, retry_after=86_400), START)
    assert verdict.next_try == START + timedelta(seconds=LONGEST_ASKED) + MARGIN
    assert verdict.alert


def test_what_may_have_arrived_is_sent_once_more_and_then_over_with_that_reason() -> None:
    first = judge(ROW, LOST, START)
    assert first.state == "unknown"
    assert first.next_try is not None
    second = judge(replace(ROW, doubtful=True), LOST, START)
    assert (second.state, second.final) == ("dead", True)
    assert second.error.startswith(DOUBT)


def test_a_notice_in_bulk_that_may_have_arrived_is_not_repeated() -> None:
    assert judge(replace(ROW, urgency=Urgency.BULK), LOST, START).final


@pytest.mark.parametrize("row", [replace(ROW, kind="card"), replace(ROW, edits="12")])
def test_what_is_rewritten_in_place_may_be_tried_again(row: OutboxRow) -> None:
    doubtful = replace(row, doubtful=True)
    assert not judge(doubtful, LOST, START).final
    assert judge(doubtful, LOST, LATER).final


def test_a_permanent_answer_ends_the_row_and_a_refused_token_the_account() -> None:
    dead = judge(ROW, Outcome(result=Result.PERMANENT, code="blocked"), START)
    assert (dead.state, dead.error, dead.final) == ("dead", "blocked", True)
    paused = judge(ROW, Outcome(result=Result.AUTH, code="token_revoked"), START)
    assert (paused.state, paused.counts) == ("pending", False)
    assert paused.pause_until == paused.next_try


def test_a_group_that_moved_is_written_to_at_once() -> None:
    outcome = Outcome(result=Result.NOT_SENT, code="migrated", moved_to="-100")
    assert judge(ROW, outcome, START).next_try == START


def test_a_letter_without_words_is_given_up_after_a_few_looks() -> None:
    assert unwritten(ROW, "KeyError", START).state == "pending"
    assert unwritten(replace(ROW, attempt=4), "KeyError", START).state == "dead"


def test_waits_double_from_a_second_to_a_minute() -> None:
    for attempt, most in ((1, 1), (2, 2), (4, 8), (7, 60), (500, 60)):
        wait = backoff(attempt).total_seconds()
        assert most / 2 <= wait <= most
