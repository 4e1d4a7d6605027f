"""Worlds for stories: on both databases where the store matters, on SQLite where it does not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfile
from typing import Any

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


@pytest.fixture
def make_world(
    sqlite_template: Path, tmp_path: Path, clock: VirtualClock
) -> Iterator[Callable[..., World]]:
    """Desks of one's own, such as make_world("sgm") or make_world(desk={"consent": "ask"})."""
    with ExitStack() as open_ones:

        def made(policy: str = "imexhs", **settings: Any) -> World:
            file = tmp_path / f"world-{len(list(tmp_path.iterdir()))}.db"
            copyfile(sqlite_template, file)
            database = Database.open(f"sqlite:///{file}", clock=clock.now, fast=True)
            open_ones.callback(database.close)
            return World(database, clock, policy, **settings)

        yield made


def _world(url: str, clock: VirtualClock, policy: str) -> Iterator[World]:
    database = Database.open(url, clock=clock.now, fast=True)
    try:
        yield World(database, clock, policy)
    finally:
        database.close()
