"""Telegram joined to the desk: by webhook where an address is set, else by asking for updates."""

import asyncio
from typing import Any

from bot.channels.health import Health, worst
from bot.channels.telegram.announce import announcements
from bot.channels.telegram.channel import Telegram, use_webhook
from bot.channels.telegram.door import Door
from bot.channels.telegram.parse import UPDATES
from bot.channels.telegram.poll import Poller
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.wire import PUBLIC_API
from bot.platforms import Source
from bot.platforms.aside import Aside
from bot.platforms.lease import DatabaseLease
from bot.settings import Settings
from handlers.wording import Words
from scheduler.desk import Desk


class TelegramPlatform:
    """One bot. `webhook` answers `POST /telegram/webhook`; None while the bot polls."""

    def __init__(self, settings: Settings, desk: Desk, source: Source) -> None:
        """Raises SetupFault for a token that cannot be one."""
        token = settings.telegram_bot_token
        if token is None:
            raise ValueError("Telegram is not configured")
        self.channel = Telegram(
            token.get_secret_value(),
            api_url=settings.telegram_api_url or PUBLIC_API,
            announcements=announcements(desk.book.desk.languages, _line(desk)),
            source=source,
        )
        self.door = Door(desk, self.channel, Aside(desk), desk.clock.now, desk.points)
        self._url = settings.telegram_webhook_url
        secret = settings.telegram_webhook_secret
        self._secret = secret.get_secret_value() if secret else ""
        self.webhook = Webhook(self.door, self._secret) if self._url else None
        self.lease = DatabaseLease(desk, f"telegram.poll:{self.channel.account}")
        self._poller: Poller | None = None
        self._announcing: asyncio.Task[None] | None = None

    @property
    def way(self) -> str:
        """How updates come in."""
        return f"posts updates to {self._url}" if self._url else "is asked for updates"

    @property
    def health(self) -> Health:
        """Of sending and, where this process polls, of polling."""
        polling = self._poller.health if self._poller is not None else None
        return worst(self.channel.health, polling)

    async def open(self, *, listen: bool) -> None:
        """Register the webhook, or begin to poll. Nobody waits for the menu's nine calls."""
        self._announcing = asyncio.create_task(self.channel.announce())
        if self._url:
            await use_webhook(self.channel, self._url, self._secret, UPDATES)
        elif listen:
            self._poller = Poller(self.channel.wire, self.door, self.lease)
            self._poller.start()

    async def close(self) -> None:
        """Confirm what was committed and let the last receipts be shown."""
        if self._announcing is not None:
            self._announcing.cancel()
        poller, self._poller = self._poller, None
        if poller is not None:
            await poller.stop()
        await self.door.close()


def _line(desk: Desk) -> Any:
    zone = desk.book.desk.zone

    def line(language: str, key: str) -> str:
        return Words(language, zone=zone).line(key)

    return line
