"""Whose limit a 429 is about. Telegram does not say whether a chat or the whole bot must wait.

A chat that is told to wait says nothing about others: between its refusals other chats are
served. When the bot as a whole is over its limit, nobody is: refusals of several chats follow
each other, none sent in between, and all of them name the same moment. So that is the sign:
three chats in a row within two seconds, to be served again at the same time (to the second and
a half, for Telegram rounds). Until then each refusal holds its own chat, which is never wrong.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

from scheduler.channel import Outcome, Result
from scheduler.pace import ACCOUNT, CHAT

CHATS = 3
TOGETHER = 2.0  # seconds from the first refusal to the last
ALIKE = 1.5  # seconds between the moments that they name


@dataclass(frozen=True)
class _Refusal:
    chat: str
    at: float
    until: float | None


class Floods:
    """What the last requests of one bot met, in this process."""

    def __init__(self, watch: Callable[[], float] = monotonic) -> None:
        self._watch = watch
        self._refused: deque[_Refusal] = deque(maxlen=32)

    def judged(self, chat: str, outcome: Outcome) -> Outcome:
        """The outcome, and where it is a 429, what has to wait."""
        if outcome.result is Result.SENT:
            self._refused.clear()
        if not outcome.limit:
            return outcome
        now = self._watch()
        until = None if outcome.retry_after is None else now + outcome.retry_after
        self._refused.append(_Refusal(chat, now, until))
        return replace(outcome, limit=ACCOUNT if self._is_the_bots() else CHAT)

    def _is_the_bots(self) -> bool:
        last = self._refused[-1]
        alike = {one.chat for one in self._refused if _belong(one, last)}
        return len(alike) >= CHATS


def _belong(one: _Refusal, last: _Refusal) -> bool:
    if last.at - one.at > TOGETHER:
        return False
    if one.until is None or last.until is None:
        return one.until is last.until
    return abs(one.until - last.until) <= ALIKE
