"""A desk on a bench: the real store and dispatcher, platforms that answer what they are told."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from handlers.letters.letter import LetterFile, plain
from kb.shelf import knowledge
from policy import pack
from policy.house import House, Room
from scheduler.channel import Delivery, Outcome, Result
from scheduler.clock import VirtualClock
from scheduler.desk import Desk, Parts
from store.database import Database
from store.turn import Turn, Turns
from store.values import Destination, OutboxRow
from tests.saying import said

T = TypeVar("T")

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SENT = Outcome(result=Result.SENT)
BOOK = pack.load("imexhs")
LIBRARY, READER = knowledge(BOOK)


@dataclass
class Platform:
    """Takes letters, and answers by chat: each answer once, then that it was sent."""

    name: str = "telegram"
    account: str = "777"
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(START))
    answers: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    knows: dict[int, Outcome] = field(default_factory=dict[int, Outcome])
    heard: list[tuple[str, str, datetime]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list[int])
    before: Callable[[Delivery], Any] | None = None  # awaited in front of every answer
    refs: Any = field(default_factory=lambda: itertools.count(100))

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Note the attempt, then answer as told."""
        chat = delivery.place.chat
        if self.before is not None:
            await self.before(delivery)
        self.heard.append((chat, number_of(delivery), self.clock.now()))
        outcome = self.answers[chat].pop(0) if self.answers[chat] else SENT
        if outcome.result is Result.SENT and not outcome.refs:
            return Outcome(result=Result.SENT, refs=(str(next(self.refs)),))
        return outcome

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        """What the platform knows of a letter."""
        self.asked.append(delivery.outbox_id)
        return self.knows.get(delivery.outbox_id)

    async def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        yield b""

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    def to(self, chat: str) -> list[str]:
        """What reached this chat or was tried there, in order."""
        return [number for where, number, _ in self.heard if where == chat]


def number_of(delivery: Delivery) -> str:
    """The reference that a test put into its letter."""
    return plain(delivery.letter.text).partition("#")[2].partition("#")[0]


class Bench:
    """A desk with one Telegram and one Slack, and the hands of a test on both."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.clock = clock
        self.database = database
        self.telegram = Platform(clock=clock)
        self.slack = Platform(name="slack", account="T1", clock=clock)
        self.points: dict[str, Callable[[], None]] = {}
        self.desk = self.another()

    def another(self) -> Desk:
        """One more replica over the same database, clock and platforms."""
        house = House(rooms=(Room("slack", "T1", "C1"),))
        return Desk(
            Parts(
                turns=Turns(self.database, BOOK, self.clock.now, house),
                book=BOOK,
                library=LIBRARY,
                reader=READER,
                channels={("telegram", "777"): self.telegram, ("slack", "T1"): self.slack},
                clock=self.clock,
                points=self._pass,
            )
        )

    async def say(self, chat: str, number: int | str, **more: Any) -> int:
        """Put one letter into the outbox; its number is how tests know it again."""
        channel = more.pop("channel", "telegram")
        account = "777" if channel == "telegram" else "T1"
        to = Destination(channel=channel, account=account, chat=chat)
        facts = {"reference": f"#{number}#"}
        return await self.desk.run(lambda turn: said(turn, to, "quarantine.apology", facts, **more))

    async def row(self, outbox: int) -> OutboxRow:
        """The letter as it stands."""
        found = await self.desk.read(lambda turn: turn.outbox.get(outbox))
        assert found is not None
        return found

    async def read(self, work: Callable[[Turn], T]) -> T:
        return await self.desk.read(work)

    async def run(self, work: Callable[[Turn], T]) -> T:
        return await self.desk.run(work)

    def forward(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def _pass(self, point: str) -> None:
        if point in self.points:
            self.points[point]()


async def until(true: Callable[[], bool]) -> None:
    """Let the loop run until something is so; the test's own timeout is the limit."""
    rest = asyncio.get_running_loop()
    while not true():
        passed = rest.create_future()
        rest.call_later(0.005, passed.set_result, None)
        await passed
