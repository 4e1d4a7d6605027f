"""The desk as the edges see it: events in, receipts out, and a bell for whoever sends."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from handlers import intake
from handlers.conversation import open_ticket_form
from handlers.inbound import (
    Commanded,
    Done,
    Inbound,
    Joined,
    Pressed,
    Receipt,
    Said,
    Submitted,
    Toast,
)
from handlers.letters import receipts
from handlers.letters.letter import Letter
from handlers.letters.receipts import Shown
from kb.library import Library
from kb.reader import Reader
from policy.errors import Outage
from policy.evolved import evolved
from policy.pack import Policy
from scheduler.brake import Brake
from scheduler.channel import Channel
from scheduler.clock import Clock
from scheduler.counts import Counts, Meter
from scheduler.landing import Landing
from scheduler.pace import Holds
from scheduler.points import Points, nowhere
from scheduler.presence import Presence
from scheduler.queues import Queues
from scheduler.second_reader import Holding, NotRead, SecondReader
from scheduler.trace import at_event, carried
from scheduler.waiting import ends
from store.errors import Busy
from store.job import BUDGET
from store.turn import Turn, Turns
from store.values import OutboxRow

log = logging.getLogger(__name__)

T = TypeVar("T")
# What is added to a letter outside any transaction, such as a drawn chart: asked for in the read
# that composes it, run in a thread after it. None where there is nothing to add.
Finish = Callable[[], Letter]
Finisher = Callable[[OutboxRow, Turn, Letter], Finish | None]
AT_ONCE = 300  # letters that are read where they arrive; longer texts would hold up the others
READING_THREADS = 2  # for those
SETTLED = 1.0  # seconds after which a start has done what it had to


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a desk is made of."""

    turns: Turns
    book: Policy
    library: Library
    reader: Reader
    channels: Mapping[tuple[str, str], Channel]
    clock: Clock
    points: Points = nowhere
    meter: Meter = field(default_factory=Meter)
    finisher: Finisher = lambda _row, _turn, _letter: None
    second: SecondReader | None = None


class Desk:
    """Takes events in order of arrival chat by chat, and runs turns on the database's threads."""

    def __init__(self, parts: Parts) -> None:
        self.turns = parts.turns
        self.book = parts.book
        self.library = parts.library
        self.reader = parts.reader
        self.second = parts.second
        self.taught = 0  # the version of the phrases that the reader knows
        self.channels = parts.channels
        self.clock = parts.clock
        self.points = parts.points
        self.meter = parts.meter
        self.finisher = parts.finisher
        self.holds = Holds()
        self.presence = Presence()
        self.bell = asyncio.Event()
        self.brake = Brake(self.clock.now)
        self.claims: set[asyncio.Task[int]] = set()  # claims under way
        self.flights: set[asyncio.Task[Counts]] = set()  # letters under way
        self.queues = Queues()
        self._underway: set[asyncio.Task[Any]] = set()
        self._threads = ThreadPoolExecutor(READING_THREADS, thread_name_prefix="reading")
        self._closed = False
        self._landing = Landing()
        self.turns.database.settle_in(self._landing.together)

    async def receive(self, inbound: Inbound) -> Receipt:
        """Handle one event; returns after the commit, so the platform may now be acknowledged.

        A caller that goes away does not stop the turn. Raises Outage when nothing was stored
        (the database is away, the chat's queue is full, the desk is stopping): do not acknowledge.
        """
        turn = self.begin(inbound)
        await ends(turn)
        return turn.result()

    def warm_up(self) -> None:
        """Have a thread read something once the start is over, so that the first message need not
        wait for patterns that are made ready when they are first needed."""
        asyncio.get_running_loop().call_later(SETTLED, self._read_something)

    def begin(self, inbound: Inbound) -> "asyncio.Task[Receipt]":
        """The same, under way: it goes on whether or not somebody waits for it."""
        task = asyncio.create_task(self._take(inbound))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)
        return task

    async def show(self, receipt: Receipt, inbound: Inbound) -> Shown:
        """What the person who acted sees at once, in their language."""
        if isinstance(receipt, Done):
            return Shown(chosen=receipt.chosen)  # no words in it: nobody is looked up
        return await self.read(lambda turn: receipts.show(receipt, inbound, turn))

    async def run(self, work: Callable[[Turn], T], *, alone: bool = False) -> T:
        """One turn, seen through even when the caller is cancelled. Raises as `Turns.run` does."""
        start = partial(self.turns.begin, carried(work), alone=alone)
        return await self._landing.of(start)

    async def read(self, work: Callable[[Turn], T]) -> T:
        """One look at the database, beside the turns."""
        return await asyncio.wrap_future(self.turns.read(work))

    def learn(self, reader: Reader, version: int, holding: Holding) -> None:
        """From now on texts are read by this reader, which knows the phrases that hold."""
        self.reader, self.taught = reader, version
        if self.second is not None:
            self.second.learn(holding)

    def nudge(self) -> None:
        """There may be something to send. Call it from the event loop."""
        self.bell.set()

    def landed(self, flight: "asyncio.Task[Counts]") -> None:
        """A letter is settled: its lane and its place are free."""
        self.flights.discard(flight)
        self.bell.set()

    @property
    def refusing(self) -> bool:
        """Whether events are no longer taken: the desk is stopping."""
        return self._closed

    def refuse(self) -> None:
        """Take no more events; those that were taken go on."""
        self._closed = True

    async def settled(self, patience: float | None = None) -> None:
        """Wait until no event is under way, or so many seconds."""
        if self._underway:
            await asyncio.wait(set(self._underway), timeout=patience)

    async def drain(self) -> None:
        """Take no more events and finish those that were taken."""
        self.refuse()
        await self.settled()
        self._threads.shutdown(wait=False)
        if self.second is not None:
            await self.second.close()

    def _read_something(self) -> None:
        if not self._closed:
            self._threads.submit(self.reader.read, "…")

    async def _take(self, inbound: Inbound) -> Receipt:
        if self._closed:
            raise Outage("the desk is stopping")
        address = inbound.address
        self.points("after_recv")
        if self._is_too_much(inbound):
            return await self._shed(inbound)
        with at_event(address.channel, address.account, inbound.key):
            try:
                receipt = await self._in_turn(inbound)
            except Outage:
                self.brake.gives_back(_sender(inbound))
                raise
        self.points("after_commit")
        self.nudge()
        return receipt

    async def _in_turn(self, inbound: Inbound) -> Receipt:
        """One event of a line at a time; how long it waited, and how long it took, is noted."""
        came, begun = monotonic(), list[float]()
        async with self.queues.turn_of(self._line(inbound)):
            receipt = await self._handled(inbound, came, begun)
        self.meter.add(f"events.{inbound.address.channel}")
        if begun:
            self.meter.note("turns.wait", begun[0] - came)
            self.meter.note("turns.seconds", monotonic() - begun[0])
        if isinstance(receipt, Toast) and receipt.key == intake.KEPT:
            self.meter.add("events.quarantined")
        return receipt

    def _line(self, inbound: Inbound) -> tuple[str, ...]:
        """What is handled in order of arrival: a chat; in the engineers' channel, a case's thread.

        Its card is the thread's root, so what is pressed on it waits for nobody else's case.
        """
        chat, thread = _chat(inbound), inbound.address.thread
        if not self.turns.house.is_room(*chat):
            return chat
        root = thread or (inbound.ref if isinstance(inbound, Pressed) else None)
        return (*chat, root) if root else chat

    def _is_too_much(self, inbound: Inbound) -> bool:
        """Whether this event is shed: acknowledged and counted, and nothing of it is kept.

        The engineers' channel, forms and news of chats are never too much.
        """
        address = inbound.address
        room = self.turns.house.is_room(address.channel, address.account, address.chat)
        if room or isinstance(inbound, Submitted | Joined):
            return False
        if isinstance(inbound, Said) and self.brake.loops(_chat(inbound)):
            return True
        return not self.brake.admits(_sender(inbound))

    async def _shed(self, inbound: Inbound) -> Receipt:
        """Count it; once a minute its sender reads that it was too much (F50)."""
        self.meter.add("events.shed")
        if inbound.address.private and self.brake.tells(_sender(inbound)):
            log.warning("too much of one sender", extra={"channel": inbound.address.channel})
            await self.run(lambda turn: intake.slow_down(turn, inbound.address))
            self.nudge()
        pressed = isinstance(inbound, Pressed | Commanded)
        return Toast(key="toast.slow_down") if pressed else Done()

    async def _handled(self, inbound: Inbound, came: float, begun: list[float]) -> Receipt:
        """Read the text, then run the turn; when it began goes into `begun`.

        Raises Busy for an event that waited past its budget behind others of its chat: whoever
        pressed has been told that it failed, and must not see it done after all.
        """
        if monotonic() - came > BUDGET:
            raise Busy("waited too long behind its chat")
        if isinstance(inbound, Said | Commanded | Submitted) and inbound.reading is None:
            inbound = await self._with_reading(inbound)
        attempt = intake.Attempt(inbound, self.points)
        while True:
            try:
                work = carried(attempt.work, begun)
                start = partial(self.turns.begin, work, alone=attempt.alone)
                return await self._landing.of(start)
            except Exception as error:
                attempt = attempt.after(error)

    async def _with_reading(self, inbound: Said | Commanded | Submitted) -> Inbound:
        """By the second reader while others are under way, where there is one. Else a short text at
        once, which takes less than to ask a thread, and a long one in a thread."""
        words = _words(inbound)
        # An event out of quarantine may hold anything where its words should be.
        if not isinstance(words, str):
            return self._read(inbound)
        others = len(self._underway) > 1
        if others and self.second is not None and self.second.takes(words):
            with suppress(NotRead):
                return evolved(inbound, reading=await self.second.read(words))
        if len(words) <= AT_ONCE:
            return self._read(inbound)
        read = partial(copy_context().run, self._read, inbound)
        return await asyncio.get_running_loop().run_in_executor(self._threads, read)

    def _read(self, inbound: Inbound) -> Inbound:
        try:
            return self._read_text(inbound)
        except Exception:
            # Unread it is still somebody's message: the turn does what it can, or is quarantined.
            log.exception("text not read")
            return inbound

    def _read_text(self, inbound: Inbound) -> Inbound:
        if isinstance(inbound, Said) and inbound.reading is None:
            return evolved(inbound, reading=self.reader.read(inbound.text))
        if isinstance(inbound, Commanded | Submitted) and inbound.reading is None:
            words = _words(inbound)
            return evolved(inbound, reading=self.reader.read(words)) if words else inbound
        return inbound


def _words(inbound: Said | Commanded | Submitted) -> str:
    """What is to be read: of a form, what a client tells in the one of a case."""
    if isinstance(inbound, Submitted):
        is_case = inbound.form == open_ticket_form.NAME
        return inbound.answers.get("detail", "") if is_case else ""
    return inbound.text if isinstance(inbound, Said) else inbound.args


def _sender(inbound: Inbound) -> tuple[str, str, str]:
    return inbound.address.channel, inbound.address.account, inbound.address.user


def _chat(inbound: Inbound) -> tuple[str, str, str]:
    return inbound.address.channel, inbound.address.account, inbound.address.chat
