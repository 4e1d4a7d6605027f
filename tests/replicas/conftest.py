"""Fleets of replicas over a database of their own."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.replicas.fleet import Fleet, Nursery

Make = Callable[..., Fleet]
HERE = Path(__file__).parent
FLEETS = {"fleet", "nursery"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts a fleet has its own command: on two cores it takes minutes."""
    for item in items:
        if item.path.parent == HERE and FLEETS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("fleet")


@pytest.fixture
async def fleet(nursery: Nursery, tmp_path: Path) -> AsyncIterator[Make]:
    """Make a fleet from its environment; every replica is ended with the test."""
    async with AsyncExitStack() as stack:

        def make(**env: str) -> Fleet:
            made = Fleet(nursery, tmp_path, env)
            stack.push_async_exit(made)
            return made

        yield make
