"""Worlds for stories: on both databases where the store matters, on SQLite where it does not."""

from collections.abc import Iterator

import pytest

from scheduler.clock import VirtualClock
from store.database import Database
from tests.journeys.world import TUESDAY, World


@pytest.fixture
def clock() -> VirtualClock:
    """Tuesday 24 November 2026, 10:12 in Bogota."""
    return VirtualClock(TUESDAY)


@pytest.fixture
def world(sqlite_url: str, clock: VirtualClock) -> Iterator[World]:
    """The IMEXHS desk on SQLite."""
    yield from _world(sqlite_url, clock, "imexhs")


@pytest.fixture
def any_world(database_url: str, clock: VirtualClock) -> Iterator[World]:
    """The IMEXHS desk on either database."""
    yield from _world(database_url, clock, "imexhs")


@pytest.fixture
def sgm_world(sqlite_url: str, clock: VirtualClock) -> Iterator[World]:
    """The SGM desk on SQLite."""
    yield from _world(sqlite_url, clock, "sgm")


def _world(url: str, clock: VirtualClock, policy: str) -> Iterator[World]:
    database = Database.open(url, clock=clock.now, fast=True)
    try:
        yield World(database, clock, policy)
    finally:
        database.close()
