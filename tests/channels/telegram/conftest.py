"""A Bot API on loopback and the real bot that talks to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram.channel import Telegram
from tests.platforms.telegram import TOKEN, TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """A Bot API that knows one person, chat 7."""
    with TelegramServer() as server:
        server.knows(7)
        yield server


@pytest.fixture
async def telegram(server: TelegramServer) -> AsyncIterator[Telegram]:
    """The channel, started."""
    channel = Telegram(TOKEN, api_url=server.url)
    await channel.start()
    yield channel
    await channel.stop()
