"""A desk killed at every named point, by every way that leads there; then the platforms' logs and
the database are compared (G1 to G6): what was acknowledged is stored once, what was promised was
sent, and a second copy needs an attempt of which nobody knows the end."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler.points import EGRESS, INGRESS
from tests.faults.bench import Plan, Soak
from tests.faults.crowd import Case, Manners
from tests.faults.houses import House
from tests.faults.ledger import HTTP, POLLING, WAYS, WEBHOOK
from tests.faults.reckoning import reckon

LONG = 60.0

pytestmark = pytest.mark.slow


class Street:
    """One house between the platforms, in calm weather, and a case with each bot."""

    def __init__(self, soak: Soak) -> None:
        self.soak = soak
        self.house: House = soak.houses[0]
        self.cases: dict[str, Case] = {}
        self.deaths: list[tuple[str, str, int]] = []

    async def opens(self) -> None:
        """Two clients with their cases in Camila's hands."""
        for way, bot in ((POLLING, self.soak.polled), (WEBHOOK, self.soak.posted)):
            await self.lives(way)
            self.cases[way] = await self.soak.crowd.case_of(bot)
            await self.rests()
            await self.house.kill()

    async def lives(self, way: str, point: str = "") -> None:
        """A new desk; `way` says which bot it is."""
        await self.soak.begin(self.house, way, point)
        await asyncio.wait_for(self.house.ready.wait(), LONG)

    async def dies(self, way: str, point: str) -> None:
        """Something comes in by this way, and the desk dies of it at this point."""
        bot = way if way in (POLLING, WEBHOOK) else POLLING
        await self.lives(bot, point)
        await self.rests()
        await self.house.arm()
        if way == bot:
            self.soak.crowd.client_says(self.cases[bot])
        else:
            self.soak.crowd.engineer_says(self.cases[bot], way)
        code = await asyncio.wait_for(self.house.ended(), LONG)
        await self.soak.buried(self.house)
        self.deaths.append((way, point, code))

    async def rests(self) -> None:
        """Until this desk has done what it can do."""
        bot = self.soak.bot_in(self.house)
        room = self.soak.room
        await until(
            lambda: not bot.owes and not room.owes and not self.soak.waiting(bot),
            f"the desk to rest as the bot of {bot.way}\n{self.house.told()}",
        )


@pytest.fixture
async def street(database_url: str, tmp_path: Path) -> AsyncIterator[Street]:
    """On either database."""
    dialect = database_url.partition(":")[0]
    manners = Manners(patience=LONG)
    plan = Plan(database=dialect, minutes=1, fast=True, restarts=False, manners=manners)
    soak = Soak(plan, database_url, tmp_path)
    soak.weather.calm = True
    async with soak.open():
        yield Street(soak)


@pytest.mark.timeout(400)
@pytest.mark.fault("F01", "F02", "F12", "F24", "F25")
async def test_killed_at_every_point_nothing_acknowledged_is_lost_and_nothing_promised_unsent(
    street: Street,
) -> None:
    await street.opens()
    planned = [(way, point) for point in INGRESS for way in WAYS]
    planned += [*zip((POLLING, HTTP) * 2, EGRESS, strict=True)]
    for way, point in planned:
        await street.dies(way, point)
    for way in (POLLING, WEBHOOK):
        await street.lives(way)
        await street.rests()
        await street.house.kill()
    assert street.deaths == [(way, point, -signal.SIGKILL) for way, point in planned]
    found = reckon(street.soak.scene())
    assert found.violations == []
    assert found.counts["texts"] == len(planned)
    assert found.counts["duplicates delivered"] >= len(INGRESS) * len(WAYS)
    assert found.counts["copies on Slack"] == 0


async def until(true: Callable[[], Any], what: str) -> None:
    """Wait for it."""
    ends = time.monotonic() + LONG
    while not true():
        if time.monotonic() > ends:
            raise AssertionError(f"waited {LONG:.0f} s for {what}")
        await asyncio.sleep(0.02)
