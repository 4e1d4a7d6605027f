"""`radica up` for tests in which the start itself is not the question: forked, not begun anew."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.replicas.fleet import Fleet, Nursery, Replica

Up = Callable[..., Coroutine[Any, Any, Replica]]


@pytest.fixture(scope="session")
async def nursery() -> AsyncIterator[Nursery]:
    """One process that has imported the program, and forks it as often as it is to be started."""
    async with Nursery() as made:
        yield made


@pytest.fixture
async def up(nursery: Nursery, tmp_path: Path) -> AsyncIterator[Up]:
    """Begin `radica up` in the test's folder; what still lives at the end is killed."""
    async with AsyncExitStack() as stack:

        async def begin(settings: Mapping[str, str], *arguments: str) -> Replica:
            env = {"RADICA_LOG": "warning", **settings}
            fleet = await stack.enter_async_context(Fleet(nursery, tmp_path, env))
            return await fleet.start(*arguments)

        yield begin
