"""Whose limit a 429 is about: a chat's, or the whole bot's."""

import pytest

from bot.channels.telegram.floods import Floods
from scheduler.channel import Outcome, Result
from scheduler.pace import ACCOUNT, CHAT

SENT = Outcome(result=Result.SENT)


class Watch:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def refused(seconds: float | None) -> Outcome:
    return Outcome(result=Result.NOT_SENT, code="429", retry_after=seconds, limit=CHAT)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def floods(watch: Watch) -> Floods:
    return Floods(watch)


@pytest.mark.fault("F30")
def test_three_chats_in_a_row_that_wait_for_the_same_moment_are_the_bot(
    floods: Floods, watch: Watch
) -> None:
    told = []
    for chat, seconds in (("1", 5.0), ("2", 5.0), ("3", 4.0), ("4", 4.0)):
        told.append(floods.judged(chat, refused(seconds)).limit)
        watch.now += 0.4
    assert told == [CHAT, CHAT, ACCOUNT, ACCOUNT]


@pytest.mark.fault("F28")
def test_one_chat_that_is_refused_again_and_again_is_that_chat(floods: Floods) -> None:
    assert {floods.judged("1", refused(3)).limit for _ in range(9)} == {CHAT}


@pytest.mark.fault("F28")
def test_chats_between_which_somebody_was_served_are_chats(floods: Floods) -> None:
    for chat in "1234":
        assert floods.judged(chat, refused(3)).limit == CHAT
        assert floods.judged("9", SENT) == SENT


@pytest.mark.fault("F28")
def test_chats_that_wait_for_other_moments_or_at_other_times_are_chats(
    floods: Floods, watch: Watch
) -> None:
    for chat, seconds in zip("1234", (1, 5, 12, 30), strict=True):
        assert floods.judged(chat, refused(seconds)).limit == CHAT
    for chat in "5678":
        watch.now += 3
        assert floods.judged(chat, refused(60)).limit == CHAT


@pytest.mark.fault("F29")
def test_refusals_without_a_time_belong_together_too(floods: Floods) -> None:
    assert [floods.judged(chat, refused(None)).limit for chat in "123"] == [CHAT, CHAT, ACCOUNT]


def test_an_outcome_that_is_no_limit_is_left_as_it_is(floods: Floods) -> None:
    lost = Outcome(result=Result.UNKNOWN, code="timed_out")
    assert floods.judged("1", lost) is lost
