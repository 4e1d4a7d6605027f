"""Platforms that remember all they were given, and answer what they are told to answer."""

import asyncio
import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.channels.slack import render as slack_render
from bot.channels.telegram import render as telegram_render
from handlers.letters.letter import Choice, Letter
from scheduler.channel import Delivery, Outcome, Place, Result

# What a platform may answer, and whether the letter is there all the same.
ANSWERS = {
    "refused": (Outcome(result=Result.NOT_SENT, code="connect"), False),
    "slow_down": (Outcome(result=Result.NOT_SENT, code="429", retry_after=30.0), False),
    "slow_down_long": (Outcome(result=Result.NOT_SENT, code="429", retry_after=86400.0), False),
    "slow_down_bare": (Outcome(result=Result.NOT_SENT, code="429"), False),
    "lost": (Outcome(result=Result.UNKNOWN, code="timed_out"), False),
    "answer_lost": (Outcome(result=Result.UNKNOWN, code="timed_out"), True),
    "impossible": (Outcome(result=Result.PERMANENT, code="bad_request"), False),
    "token_refused": (Outcome(result=Result.AUTH, code="invalid_auth"), False),
}
BLOCKED = Outcome(result=Result.PERMANENT, code="forbidden: bot was blocked by the user")


@dataclass(frozen=True)
class Arrival:
    """A letter that is there, whatever was answered about it."""

    outbox: int
    attempt: int
    place: Place
    letter: Letter
    at: datetime
    ref: str
    late: bool  # its process was stopped in mid-send, and went on when others had taken over

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every button of it, a card's menu too."""
        card = self.letter.card
        return (*card.buttons, *card.menu) if card is not None else self.letter.choices


class Platform:
    """Takes letters as Telegram or Slack would; `script` holds the answers that come next."""

    def __init__(self, name: str, account: str, now: Callable[[], datetime]) -> None:
        self.name, self.account, self._now = name, account, now
        self.script: deque[str] = deque()
        self.blocked: set[str] = set()
        self.arrived: list[Arrival] = []
        self.standing: dict[tuple[str, str], Arrival] = {}
        self.attempts: Counter[int] = Counter()
        self.faults: list[str] = []
        self.gate: asyncio.Future[None] | None = None  # the next letter waits there
        self.waiting = 0
        self._refs = itertools.count(1000)

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Take it, refuse it, or say nothing clear; never what the letter deserves."""
        self._drawn(delivery)
        self.attempts[delivery.outbox_id] += 1
        gate, self.gate = self.gate, None
        if gate is not None:
            self.waiting += 1
            await gate
        late = gate is not None
        if delivery.place.chat in self.blocked:
            return BLOCKED
        answer, there = ANSWERS[self.script.popleft()] if self.script else (None, True)
        ref = self._take(delivery, late) if there else ""
        return answer or Outcome(result=Result.SENT, refs=(ref,))

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        """Slack finds a letter by its metadata; Telegram has no way to tell."""
        if self.name == "telegram":
            return None
        found = next((a for a in self.arrived if a.outbox == delivery.outbox_id), None)
        if found is None:
            return Outcome(result=Result.NOT_SENT, code="not_there")
        return Outcome(result=Result.SENT, refs=(found.ref,))

    def shown(self, chat: str, user: str = "") -> Iterator[tuple[Arrival, Choice]]:
        """Every button ever shown there, the newest first: fingers are slow, screens are old."""
        for letter in reversed(self.arrived):
            if letter.place.chat == chat and letter.place.only in (None, user):
                for choice in letter.choices:
                    yield letter, choice

    def _drawn(self, delivery: Delivery) -> None:
        render = telegram_render.render if self.name == "telegram" else slack_render.render
        try:
            render(delivery)
        except Exception as error:
            self.faults.append(f"letter {delivery.outbox_id} cannot be shown: {error!r}")

    def _take(self, delivery: Delivery, late: bool) -> str:
        letter, place = delivery.letter, delivery.place
        ref = letter.edits or (letter.reacts[0] if letter.reacts else "") or self._fresh()
        there = Arrival(delivery.outbox_id, delivery.attempt, place, letter, self._now(), ref, late)
        self.arrived.append(there)
        if letter.deletes:
            self.standing.pop((place.chat, letter.deletes), None)
        elif not letter.reacts and not letter.home:
            self.standing[place.chat, ref] = there
        return ref

    def _fresh(self) -> str:
        number = next(self._refs)
        return str(number) if self.name == "telegram" else f"{number}.0001"
