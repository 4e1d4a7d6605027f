"""The doors of a desk without its walls: real webhooks and real stores, posted to by hand."""

import json
from typing import Any

from bot.channels.slack.api import SlackApi
from bot.channels.slack.channel import Slack
from bot.channels.slack.http import SlackHttp
from bot.channels.slack.ingress import Ingress
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.door import Door
from bot.channels.telegram.webhook import Webhook
from bot.platforms.aside import Aside
from scheduler.desk import Desk
from store.turn import Turn
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer
from tests.scheduler.bench import Bench

SECRET = "s3cret_of_the_door"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Doors:
    """Two replicas over one bench: `telegram[n]` and `slack[n]` are the doors of the n-th."""

    def __init__(self, bench: Bench, telegram: TelegramServer, slack: SlackServer) -> None:
        self.bench, self.server = bench, slack
        self.bot = Telegram(telegram.token, api_url=telegram.url)
        self.bot.account = "777"
        self.workroom = Slack(SlackApi(slack.bot_token, base_url=slack.api_url), account="T1")
        replicas = (bench.desk, bench.another())
        self._doors = [Door(desk, self.bot, Aside(desk), bench.clock.now) for desk in replicas]
        self.telegram = [Webhook(door, SECRET) for door in self._doors]
        self._ingresses = [self._ingress(desk) for desk in replicas]
        self.slack = [SlackHttp(one, [slack.signing_secret]) for one in self._ingresses]

    def _ingress(self, desk: Desk) -> Ingress:
        return Ingress(desk, self.workroom, self.bench.clock, Aside(desk))

    async def update(self, ident: int, text: Any = "hola", *, replica: int = 0, **more: Any) -> int:
        """Telegram posts a message; the status that it got."""
        message = {
            "message_id": ident,
            "date": 1_795_540_320,
            "from": {"id": 50, "is_bot": False, "first_name": "Marta"},
            "chat": {"id": 50, "type": "private"},
            "text": text,
        }
        body = json.dumps({"update_id": ident, "message": message | more}).encode()
        return await self.telegram[replica].handle({HEADER: SECRET}, body)

    async def event(self, ident: str, event: dict[str, Any], *, replica: int = 0) -> int:
        """Slack posts an event; the status that it got."""
        whole = {"type": "event_callback", "team_id": "T0HOME", "event_id": ident, "event": event}
        body = json.dumps(whole).encode()
        headers = self.server.signed(body) | {"Content-Type": "application/json"}
        return (await self.slack[replica].handle(headers, body))[0]

    async def counts(self) -> tuple[int, int]:
        """Letters written, and events in quarantine."""

        def look(turn: Turn) -> tuple[int, int]:
            return sum(turn.outbox.counts().values()), len(turn.quarantine.list())

        return await self.bench.read(look)

    async def close(self) -> None:
        """Let what is shown be shown."""
        for door in self._doors:
            await door.close()
        for ingress in self._ingresses:
            await ingress.settle()
        await self.bot.stop()
        await self.workroom.stop()
