"""Live desks: the real app over HTTP and websockets, between the two platforms that tests play."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.live.live import HTTP, POLLING, SOCKET, WEBHOOK, Live, Ways
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer

SQLITE, POSTGRES = "sqlite_url", "postgresql_url"
MATRIX = {
    "polling-socket-sqlite": (Ways(POLLING, SOCKET), SQLITE),
    "webhook-http-postgresql": (Ways(WEBHOOK, HTTP), POSTGRES),
    "polling-http-postgresql": (Ways(POLLING, HTTP), POSTGRES),
    "webhook-socket-sqlite": (Ways(WEBHOOK, SOCKET), SQLITE),
}
Start = Callable[..., Coroutine[Any, Any, Live]]


@pytest.fixture
async def platforms() -> AsyncIterator[tuple[TelegramServer, SlackServer]]:
    """A Bot API and a Slack, on loopback, with the people of the desk."""
    slack = SlackServer()
    await slack.open()
    try:
        with TelegramServer() as telegram:
            yield telegram, slack
    finally:
        await slack.close()


@pytest.fixture
async def start(
    platforms: tuple[TelegramServer, SlackServer],
) -> AsyncIterator[Start]:
    """Start a desk on a database; everything started is stopped at the end."""
    async with AsyncExitStack() as stack:

        async def begin(url: str, ways: Ways | None = None, **settings: str) -> Live:
            made = Live(*platforms, url, ways or Ways(POLLING, SOCKET), settings)
            return await stack.enter_async_context(made)

        yield begin


@pytest.fixture(params=[*MATRIX.values()], ids=[*MATRIX])
async def live(request: pytest.FixtureRequest, start: Start) -> Live:
    """A desk of every combination that the matrix names."""
    ways, database = request.param
    return await start(request.getfixturevalue(database), ways)


@pytest.fixture
async def desk(sqlite_url: str, start: Start) -> Live:
    """One desk where the way in does not matter: polling, a socket, SQLite."""
    return await start(sqlite_url)
