"""Time as a fault: clocks that disagree, and a case closed in the instant of its alarm."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App, assemble
from bot.settings import Settings
from handlers.delivery import CARD
from policy.ticket import State
from scheduler import timers
from scheduler.clock import ServerClock, SystemClock
from store.turn import Turn
from store.values import OutboxRow
from tests.journeys.test_one_case import FAULT
from tests.journeys.world import Someone, World
from tests.matrix.replicas import another
from tests.matrix.test_people import until_taken
from tests.scheduler.bench import Bench
from tests.store.givens import a_ticket

CASES = 6


@dataclass(frozen=True)
class Wrong:
    """A machine whose clock is off."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by


@pytest.mark.fault("F46")
async def test_closed_in_the_instant_of_its_alarm_a_case_is_closed_or_late_never_late_after(
    any_world: World,
) -> None:
    """Two replicas ring while the clients withdraw: the ticket is asked under its lock."""
    world = any_world
    clients = [await world.client(organisation=f"Clínica {n}") for n in range(CASES)]
    for client in clients:
        await client.says(FAULT)
        await client.presses("Solo a mí")
        await client.presses("Enviar")
    due = (await world.ticket(1042)).promise.due
    assert due is not None
    world.clock.reach(due)
    desks = [world.desk, another(world), another(world)]
    closing = [
        until_taken(desks[n % 3], client.press("", code=f"t:withdraw_yes:{1042 + n}:new:-"))
        for n, client in enumerate(clients)
    ]
    await asyncio.gather(*(timers.run_once(desk) for desk in desks[1:]), *closing)
    await world.waits(hours=6)
    for n, client in enumerate(clients):
        await told_in_order(world, 1042 + n, client)


async def told_in_order(world: World, number: int, client: Someone) -> None:
    """A breach is written down before the closing or not at all; nobody is alarmed after it."""
    trail = [row.what for row in await world.desk.read(lambda turn: turn.audit.of(number))]
    assert trail.count("closed") == 1
    assert trail.count("breached") <= 1
    assert "breached" not in trail[trail.index("closed") :]
    letters = await world.desk.read(lambda turn: turn.outbox.list(ticket=number, limit=50))
    keys = [row.key for row in reversed(letters) if row.chat == client.address.chat]
    assert keys.count("ticket.breach_client") == trail.count("breached")
    assert keys[-1] == "ticket.closed_withdrawn"
    assert (await world.ticket(number)).state is State.CLOSED


@pytest.mark.fault("F47")
async def test_replicas_whose_clocks_are_hours_apart_keep_one_time(
    postgresql_url: str, tmp_path: Path
) -> None:
    """Two hours ahead, two behind, ninety seconds off: all follow the database, and what falls
    due fires once, when the database says so."""
    offs = (timedelta(hours=2), timedelta(hours=-2), timedelta(seconds=90))
    apps = [replica(postgresql_url, Wrong(off)) for off in offs]
    for app in apps:
        await app.prepare()
    there = await time_there(apps[0])
    for app in apps:
        assert abs(app.desk.clock.now() - there) < timedelta(seconds=1)
    due = there + timedelta(seconds=0.4)

    def arm(turn: Turn) -> int:
        ticket = a_ticket(turn)
        turn.timers.set(CARD, str(ticket.number), due)
        return ticket.number

    number = await apps[1].desk.run(arm)

    async def drawn() -> list[OutboxRow]:
        return await apps[0].desk.read(lambda turn: turn.outbox.list(ticket=number))

    while not await drawn():
        await asyncio.gather(*(timers.run_once(app.desk) for app in apps))
    for _ in range(3):
        await asyncio.gather(*(timers.run_once(app.desk) for app in apps))
    (card,) = await drawn()
    assert due <= card.created_at <= await time_there(apps[0]) + timedelta(milliseconds=50)
    for app in apps:
        await app.stop()


@pytest.mark.fault("F47")
async def test_an_hour_that_comes_twice_fires_each_of_its_timers_once(bench: Bench) -> None:
    """23:30 in Santiago on the third of April: a timer is a moment, not a time of day."""
    first = datetime(2027, 4, 4, 2, 30, tzinfo=UTC)

    def arm(turn: Turn) -> tuple[int, int]:
        early, late = a_ticket(turn), a_ticket(turn)
        turn.timers.set(CARD, str(early.number), first)
        turn.timers.set(CARD, str(late.number), first + timedelta(hours=1))
        return early.number, late.number

    bench.clock.reach(first - timedelta(hours=1))
    numbers = await bench.run(arm)
    fired: list[list[int]] = []
    for _ in range(10):
        bench.clock.advance(timedelta(minutes=15))
        await timers.run_once(bench.desk)
        fired.append([await drawings(bench, number) for number in numbers])
    assert fired[3] == [1, 0] and fired[6] == [1, 0]
    assert fired[7] == [1, 1] and fired[9] == [1, 1]


async def drawings(bench: Bench, number: int) -> int:
    """How often this case's card was drawn."""
    return len(await bench.read(lambda turn: turn.outbox.list(ticket=number)))


def replica(url: str, machine: Wrong) -> App:
    """A desk as `radica up` assembles it, on a machine of its own."""
    settings = Settings.load(None, RADICA_DATABASE_URL=url)
    return assemble(settings, clock=ServerClock(machine))


async def time_there(app: App) -> datetime:
    """The database's own time."""
    found = await asyncio.wrap_future(app.database.now_there())
    assert found is not None
    return found
