"""The desk's processes: born, killed, replaced, stopped in mid-send and gone on with."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from kb.library import Library
from kb.reader import Reader
from kb.shelf import knowledge
from policy import pack
from policy.errors import Outage
from policy.pack import Policy
from scheduler import dispatch
from scheduler.clock import VirtualClock
from scheduler.counts import Counts
from scheduler.desk import Desk, Parts
from scheduler.presence import attend
from tests.machine.bases import Base
from tests.machine.cast import HOUSE
from tests.machine.life import Crash, Life, Line, MortalTurns
from tests.machine.platforms import Platform
from tests.machine.tally import Tally


@dataclass(eq=False)
class Frozen:
    """A process that was stopped in mid-send, to go on when nobody expects it."""

    desk: Desk
    life: Life
    gate: "asyncio.Future[None]"


class Processes:
    """The one that serves now, and those that only seem to be gone."""

    def __init__(
        self, base: Base, clock: VirtualClock, platforms: Sequence[Platform], policy: str
    ) -> None:
        self._base, self._clock, self._platforms = base, clock, platforms
        self._policy = policy
        self.frozen: list[Frozen] = []
        self.downtime = timedelta()  # until the next one begins
        self.tally = Tally()
        self.life, self.desk = self.born()

    async def begins(self) -> None:
        """Somebody is at the desk from now on; after an outage it hears people out first."""
        await attend(self.desk)

    async def does(self, work: Callable[[Desk], Awaitable[Counts]]) -> Counts:
        """What the desk does by itself. After a death the next process goes on."""
        try:
            return await work(self.desk)
        except Crash:
            await self.dies()
        except Outage:
            await _a_moment()
        return Counts(later=1)

    async def dies(self) -> None:
        """Bury the process; after the downtime a new one begins."""
        where = self.life.ended_at or "rest"
        self.tally.deaths[where] = self.tally.deaths.get(where, 0) + 1
        await self.bury(self.desk, self.life)
        self._clock.reach(self._clock.now() + self.downtime)
        self.downtime = timedelta()
        self.life, self.desk = self.born()
        await self.begins()

    async def is_replaced(self) -> None:
        """A graceful stop: what runs ends, and another process begins."""
        await self.desk.drain()
        await dispatch.finish(self.desk, 5)
        self.life, self.desk = self.born()
        await self.begins()

    async def freezes(self) -> None:
        """The process stops with a letter in its hands; another one takes over."""
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        before = self._at_gates()
        for platform in self._platforms:
            platform.gate = gate
        try:
            await dispatch.launch(self.desk)
        except Crash:
            await self.dies()
        flights = set(self.desk.flights)
        while sum(not f.done() for f in flights) > self._at_gates() - before:
            await _a_moment()
        for platform in self._platforms:
            platform.gate = None
        if self._at_gates() > before:
            self.frozen.append(Frozen(self.desk, self.life, gate))
            self.life, self.desk = self.born()
            await self.begins()

    async def thaws(self) -> None:
        """The stopped processes go on as if nothing had happened."""
        while self.frozen:
            one = self.frozen.pop(0)
            self.tally.thaws += 1
            one.gate.set_result(None)
            await asyncio.gather(*one.desk.flights, return_exceptions=True)
            await self.bury(one.desk, one.life)

    async def close(self) -> None:
        """Nobody is left waiting."""
        await self.thaws()
        await self.bury(self.desk, self.life)

    def _at_gates(self) -> int:
        return sum(platform.waiting for platform in self._platforms)

    async def bury(self, desk: Desk, life: Life) -> None:
        """Whatever it still does ends now."""
        life.over = True
        await asyncio.gather(*desk.claims, *desk.flights, return_exceptions=True)
        await desk.drain()

    def born(self) -> tuple[Life, Desk]:
        """One more process over the same database."""
        life = Life()
        book, library, reader = shelf(self._policy)
        lines = [Line(life, platform) for platform in self._platforms]
        parts = Parts(
            turns=MortalTurns(self._base.opened, book, self._clock.now, HOUSE, life),
            book=book,
            library=library,
            reader=reader,
            channels={(line.name, line.account): line for line in lines},
            clock=self._clock,
            points=life,
        )
        return life, Desk(parts)


@cache
def shelf(policy: str) -> tuple[Policy, Library, Reader]:
    """The pack and what is known about it, read once."""
    book = pack.load(policy)
    return book, *knowledge(book)


async def _a_moment() -> None:
    """The loop goes round once."""
    await asyncio.sleep(0)
