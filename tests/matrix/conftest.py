"""The benches of the other rooms, for faults of every kind, and doors over a bench."""

from collections.abc import AsyncIterator, Iterator

import pytest

from scheduler.clock import VirtualClock
from store.database import Database
from tests.journeys.conftest import any_world, world
from tests.journeys.world import World
from tests.live.conftest import desk, platforms, start
from tests.matrix.doors import Doors
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer
from tests.scheduler.bench import Bench
from tests.scheduler.conftest import bench, clock

__all__ = ["any_world", "bench", "clock", "desk", "platforms", "start", "world"]


@pytest.fixture
def on_sqlite(sqlite_url: str, clock: VirtualClock) -> Iterator[Bench]:
    """A bench where the database does not matter."""
    database = Database.open(sqlite_url, clock=clock.now, fast=True)
    yield Bench(database, clock)
    database.close()


@pytest.fixture
def trial(database_url: str, clock: VirtualClock) -> Iterator[World]:
    """A desk that lets in whoever writes, on either database."""
    database = Database.open(database_url, clock=clock.now, fast=True)
    yield World(database, clock, enrolment="open")
    database.close()


@pytest.fixture
async def doors(
    bench: Bench, platforms: tuple[TelegramServer, SlackServer]
) -> AsyncIterator[Doors]:
    """What the platforms post to, over a bench on either database."""
    made = Doors(bench, *platforms)
    yield made
    await made.close()
