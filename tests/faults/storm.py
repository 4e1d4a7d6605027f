"""What is done to the desks while people go on talking: kills, cuts, stops, a full disk."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults.houses import House
from tests.faults.ledger import WAYS

if TYPE_CHECKING:
    from tests.faults.bench import Soak

LEASE = 60.0  # of the desk's seconds
STARTING = 60.0  # seconds
CATCH_UP = 20.0  # seconds that a desk is given, at most, until people wait no more
ENOUGH_TO_SPEAK = 2


class Storm:
    """Every trouble has its own rhythm; all of them are by chance."""

    def __init__(self, soak: "Soak") -> None:
        self._soak, self._random = soak, soak.random
        self._stopped: set[str] = set()  # houses whose desk is suspended
        self._restart: asyncio.Task[None] | None = None
        self._troubles = [asyncio.create_task(one) for one in self._planned()]

    async def blows(self, seconds: float) -> None:
        """Go on. Raises what a trouble raised."""
        done, _ = await asyncio.wait(self._troubles, timeout=seconds)
        for task in done:
            task.result()

    async def ends(self) -> None:
        """No new trouble; a database that is away comes back."""
        while left := [task for task in self._troubles if not task.done()]:
            for task in left:  # `wait_for` forgets to be cancelled when what it waits for has come
                task.cancel()
            await asyncio.wait(left, timeout=0.1)
        if self._restart is not None:
            await self._restart

    def _planned(self) -> list[Coroutine[Any, Any, None]]:
        soak, plan = self._soak, self._soak.plan
        between = 0.5 if plan.alone else max(1.0, 24.0 / plan.pace)
        found = [
            self._now_and_then(0.1 * between, between, self._kill),
            self._now_and_then(2.0, 8.0, self._cut_a_socket),
        ]
        if soak.records.sqlite:
            found.append(self._now_and_then(10.0, 30.0, self._fill_the_disk))
        elif soak.server is not None and soak.server.base is not None and plan.restarts:
            found.append(self._now_and_then(15.0, 45.0, self._restart_the_database))
        if not plan.alone:
            lease = LEASE / plan.pace
            found.append(self._now_and_then(lease / 2, 2 * lease, self._suspend))
        return found

    async def _now_and_then(
        self, least: float, most: float, act: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(least, most))
            await act()

    async def _kill(self) -> None:
        """One desk, now and then at any moment of its life, mostly while all ways are busy."""
        house = self._victim()
        if house is None:
            return
        life = house.lives
        if self._random.random() < 0.15:
            await asyncio.sleep(self._random.uniform(0, 0.4))
        else:
            with suppress(TimeoutError):
                await asyncio.wait_for(house.ready.wait(), STARTING)
            await asyncio.sleep(self._random.uniform(0.2, 1.0))
            await within(CATCH_UP, lambda: self._many_are_ready(house), step=0.05)
            await self._wait_for_a_volley(house)
        if house.lives == life and house.lives_now:
            self._soak.ledger.killed(house.name)
            house.signals(signal.SIGKILL)
            await house.ended()

    def _many_are_ready(self, house: House) -> bool:
        """A desk that still works off what others left is let be for a moment."""
        return self._soak.crowd.ready_to_speak(self._soak.bot_in(house)) >= ENOUGH_TO_SPEAK

    async def _wait_for_a_volley(self, house: House) -> None:
        """Until something is under way to this desk, by the way that was hit least so far."""
        ledger = self._soak.ledger
        by_way = ledger.kills_by_way()
        way = min((self._soak.bot_in(house).way, *WAYS[2:]), key=lambda one: by_way[one])
        self._soak.crowd.volley()
        await within(0.3, lambda: way in ledger.ways_to(house.name))
        await asyncio.sleep(self._random.uniform(0, 0.03))

    def _victim(self) -> House | None:
        houses = self._soak.houses
        free = [one for one in houses if one.lives_now and one.name not in self._stopped]
        return self._random.choice(free) if free else None

    async def _cut_a_socket(self) -> None:
        if await self._soak.room.cut_a_socket(politely=self._random.random() < 0.5):
            self._soak.counts["sockets cut"] += 1

    async def _fill_the_disk(self) -> None:
        """For a second no file grows: SQLite cannot write, and must not have acknowledged."""
        house = self._soak.houses[0]
        await house.ready.wait()
        path = Path(self._soak.url.removeprefix("sqlite:///"))
        wal = path.with_name(path.name + "-wal")
        size = wal.stat().st_size if wal.exists() else 0
        if house.starve(size + self._random.randint(0, 1 << 16)):
            self._soak.counts["times the disk was full"] += 1
            await asyncio.sleep(self._random.uniform(0.3, 1.2))
            house.starve(None)

    async def _restart_the_database(self) -> None:
        self._restart = asyncio.create_task(self._restarted())
        await asyncio.shield(self._restart)

    async def _restarted(self) -> None:
        """As after a crash of the server: nothing that was committed may be gone."""
        soak = self._soak
        if soak.server is None:
            return
        soak.away_until = float("inf")
        await asyncio.to_thread(soak.server.stop, signal.SIGQUIT)
        await asyncio.sleep(self._random.uniform(0, 1.5))
        await asyncio.to_thread(soak.server.start)
        soak.away_until = time.monotonic()
        soak.counts["restarts of PostgreSQL"] += 1

    async def _suspend(self) -> None:
        """A desk stands still for longer than its leases last, then goes on as if nothing was."""
        house = self._victim()
        if house is None or not house.ready.is_set():
            return
        life = house.lives
        self._stopped.add(house.name)
        try:
            house.signals(signal.SIGSTOP)
            self._soak.counts["desks stopped and continued"] += 1
            await asyncio.sleep(LEASE / self._soak.plan.pace * self._random.uniform(1.05, 1.3))
        finally:
            if house.lives == life:
                house.signals(signal.SIGCONT)
            self._stopped.discard(house.name)


async def within(seconds: float, true: Callable[[], Any], step: float = 0.001) -> None:
    """Wait until it is true, at most so long."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            return
        await asyncio.sleep(step)
