"""Benches on both databases."""

from collections.abc import Iterator

import pytest

from scheduler.clock import VirtualClock
from store.database import Database
from tests.scheduler.bench import START, Bench


@pytest.fixture
def clock() -> VirtualClock:
    """A Tuesday, 10:00 in Bogota."""
    return VirtualClock(START)


@pytest.fixture
def bench(database_url: str, clock: VirtualClock) -> Iterator[Bench]:
    """A desk, once on SQLite and once on PostgreSQL."""
    database = Database.open(database_url, clock=clock.now, fast=True)
    yield Bench(database, clock)
    database.close()
