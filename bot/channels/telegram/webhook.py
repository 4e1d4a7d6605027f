"""Updates that Telegram posts: the secret first, then the size, then the shape, then the turn."""

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.telegram import limits
from bot.channels.telegram.door import Door
from bot.channels.telegram.fields import ParseFault
from policy.errors import Outage
from scheduler.channel import SetupFault

LARGEST = 1_000_000  # bytes; an update is a few kilobytes
_HEADER = "x-telegram-bot-api-secret-token"
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{limits.SECRET}}}")


class Webhook:
    """The core of `POST /telegram/webhook`: headers and body in, a status out."""

    def __init__(self, door: Door, secret: str) -> None:
        """Raises SetupFault: a webhook without a good secret would let anybody in."""
        if not _SECRET.fullmatch(secret):
            raise SetupFault("TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z a-z 0-9 _ -")
        self._door = door
        self._secret = secret.encode()

    async def handle(self, headers: Mapping[str, str], body: bytes) -> int:
        """200 after the commit; 503 asks Telegram to come again."""
        if not self._admits(headers):
            return 401
        if len(body) > LARGEST:
            return 413
        update = _decoded(body)
        if update is None:
            return 400
        try:
            await self._take(update)
        except Outage:
            return 503
        self._door.points("before_ack")
        return 200

    def _admits(self, headers: Mapping[str, str]) -> bool:
        given = next((value for name, value in headers.items() if name.lower() == _HEADER), "")
        # As bytes: compare_digest raises on text that is not ASCII.
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._secret)

    async def _take(self, update: dict[str, Any]) -> None:
        try:
            event = self._door.read(update)
        except ParseFault as fault:
            await self._door.set_aside(update, str(fault))
            return
        if event is not None:
            await self._door.take(event)


def _decoded(body: bytes) -> dict[str, Any] | None:
    """The update, or None for what no Bot API server ever posts."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict):
        return None
    ident = update.get("update_id")
    return update if isinstance(ident, int) and not isinstance(ident, bool) else None
