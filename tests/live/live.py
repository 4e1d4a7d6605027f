"""A whole desk between a local Telegram and a local Slack; people act on the platforms alone.

The clock is virtual: it stands still but for the moments at which a letter held back by a pace
may go, and for `waits`. Nothing here knows a handler; what happened is read from the servers,
and from the database where no platform can tell.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

import uvicorn

from bot.app import App, assemble, running
from bot.settings import Settings
from bot.web.app import web
from policy.ticket import Ticket
from scheduler import drive
from scheduler.clock import VirtualClock
from store.turn import Turn
from tests.platforms.slack import Message, SlackServer
from tests.platforms.telegram import TelegramServer

T = TypeVar("T")

POLLING, WEBHOOK, SOCKET, HTTP = "polling", "webhook", "socket", "http"
PUBLIC = "https://desk.example/telegram/webhook"
TUESDAY = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # 10:12 a. m. in Bogota
MARTA = 700
ROOM, CAMILA, ANDRES, LUCIA = "C0DESK", "U0CAMILA", "U0ANDRES", "U0LUCIA"
FAULT = "buenas, en la sala 2 el resonador no está pasando imágenes al PACS desde las 7"
LONG = 20.0  # seconds; a desk that takes longer is broken
PACE = timedelta(seconds=8)  # waits shorter than this pass by themselves


@dataclass(frozen=True)
class Ways:
    """How events come in."""

    telegram: str
    slack: str


class Live:
    """The desk under test and everybody around it."""

    def __init__(
        self,
        telegram: TelegramServer,
        slack: SlackServer,
        url: str,
        ways: Ways,
        settings: dict[str, str],
        *,
        now: datetime = TUESDAY,
    ) -> None:
        self.telegram, self.slack, self.ways = telegram, slack, ways
        self.clock = VirtualClock(now)
        self._door = loopback()
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        found = environment(telegram, slack, url, ways) | settings
        self.app: App = assemble(Settings.load(None, **found), clock=self.clock, fast=True)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        populate(self.slack)
        telegram_now = self.clock.now
        self.telegram.time = lambda: int(telegram_now().timestamp())
        self.telegram.proxies[PUBLIC] = f"{self.url}/telegram/webhook"
        if self.ways.slack == HTTP:
            self.slack.app_url = f"{self.url}/slack/events"
        await self._stack.enter_async_context(running(self.app))
        await self._serve()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """As `radica up` stops. Safe to call twice."""
        await self._stack.aclose()

    async def _serve(self) -> None:
        config = uvicorn.Config(
            web(self.app), log_config=None, access_log=False, timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[self._door]))

        async def end() -> None:
            server.should_exit = True
            await serving

        self._stack.push_async_callback(end)
        await self.until(lambda: server.started, "the web to be served")

    # Time

    async def until(self, true: Callable[[], Any], what: str, seconds: float = LONG) -> Any:
        """Wait until `true()` gives something. Paces pass; nothing else does."""
        ends = time.monotonic() + seconds
        while not (found := true()):
            if time.monotonic() > ends:
                raise AssertionError(f"waited {seconds:.0f} s for {what}\n{self.transcript()}")
            await self._step_over_paces()
            await asyncio.sleep(0.01)
        return found

    async def _step_over_paces(self) -> None:
        try:
            due = await drive.next_due(self.app.desk)
        except Exception:
            return  # the database is away, and a story goes on without it
        if due is not None and due <= self.now + PACE:
            self.clock.reach(due)
            self.app.desk.nudge()

    async def waits(self, **span: float) -> None:
        """Time passes, and what falls due happens. What is on its way arrives before: a lease
        that ran out under it would send it twice."""
        await self.until_async(self._nothing_flies, "letters to arrive")
        await drive.advance(self.app.desk, self.now + timedelta(**span))

    async def _nothing_flies(self) -> bool:
        return not (await self.read(lambda turn: turn.outbox.counts())).get("claimed")

    async def rests(self) -> None:
        """Until there is nothing left to send or to do."""
        await self.waits(seconds=10)

    @property
    def now(self) -> datetime:
        """The desk's time."""
        return self.clock.now()

    # The client's side

    def heard(self, chat: int = MARTA) -> list[str]:
        """The bot's messages in a chat, no-break spaces made plain."""
        return [flat(one.get("text") or one.get("caption", "")) for one in self.telegram.sent(chat)]

    def labels(self, chat: int = MARTA) -> list[str]:
        """The buttons of the newest message that has any."""
        for message in reversed(self.telegram.sent(chat)):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            if rows:
                return [button["text"] for row in rows for button in row]
        return []

    async def reads(self, part: str, chat: int = MARTA, times: int = 1) -> str:
        """Wait for a message in a chat that holds these words, so many times; the newest one."""

        def found() -> list[str]:
            return [text for text in self.heard(chat) if part in text]

        await self.until(lambda: len(found()) >= times, f"{part!r} in chat {chat}")
        return found()[-1]

    async def presses(self, label: str, chat: int = MARTA) -> None:
        """Press a button on the phone; it stops spinning before this returns."""
        query = self.telegram.presses(chat, label)
        await self.until(lambda: self.telegram.state.queries[query], f"an answer to {label!r}")

    async def files_a_case(self, chat: int = MARTA, number: int = 1042) -> int:
        """The main story's beginning: one question, one press, Enviar."""
        self.telegram.says(chat, FAULT)
        await self.reads("¿A quién", chat)
        await self.presses("Solo a mí", chat)
        await self.reads("¿Lo envío?", chat)
        await self.presses("Enviar", chat)
        await self.reads(f"Caso {number}", chat)
        await self.card(number)
        return number

    # The workroom's side

    async def card(self, number: int, holds: str = "") -> Message:
        """Wait for the ticket's card in the channel, holding these words."""
        return await self.until(
            lambda: next((c for c in self.cards(number) if holds in said(c)), None),
            f"the card of {number} with {holds!r}",
        )

    def cards(self, number: int) -> list[Message]:
        """Everything that looks like this ticket's card."""
        return [
            one
            for one in self.slack.sent(ROOM)
            if one.thread_ts is None and str(number) in said(one) and "actions" in kinds(one)
        ]

    async def in_thread(self, number: int, holds: str, times: int = 1) -> Message:
        """Wait for a message of the bot in the ticket's thread."""
        card = await self.card(number)

        def found() -> list[Message]:
            return [one for one in self.slack.sent(ROOM, card.ts) if holds in said(one)]

        await self.until(lambda: len(found()) >= times, f"{holds!r} in the thread of {number}")
        return found()[-1]

    async def claims(self, number: int, user: str = CAMILA) -> Message:
        """Press Tomar; returns the card as it is then drawn."""
        card = await self.card(number)
        await self.slack.presses(user, card.ts, "Tomar")
        return await self.card(number, holds="Resolver")

    async def marked(self, ts: str, emoji: str) -> None:
        """Wait for the bot's mark on a message."""
        mark = (self.slack.bot_user, emoji)
        await self.until(lambda: mark in self.message(ts).reactions, f"{emoji} on {ts}")

    def message(self, ts: str) -> Message:
        """A message by its time stamp."""
        return next(one for one in self.slack.messages if one.ts == ts)

    async def modal(self, user: str) -> dict[str, Any]:
        """Wait for the form that opened for somebody."""
        ref = await self.until(lambda: self.slack.modal_of.get(user), f"a form for {user}")
        return self.slack.views[ref]

    # The database's side

    async def read(self, work: Callable[[Turn], T]) -> T:
        """One look into the database."""
        return await self.app.desk.read(work)

    async def ticket(self, number: int = 1042) -> Ticket:
        """The ticket as stored."""
        found = await self.read(lambda turn: turn.tickets.find(number))
        assert found is not None
        return found

    async def until_async(self, true: Callable[[], Awaitable[T]], what: str) -> T:
        """Wait until the database says so."""
        ends = time.monotonic() + LONG
        while not (found := await true()):
            assert time.monotonic() < ends, f"waited for {what}\n{self.transcript()}"
            await self._step_over_paces()
            await asyncio.sleep(0.01)
        return found

    async def until_ticket(self, true: Callable[[Ticket], Any], what: str) -> None:
        """Wait until the ticket, as stored, is so."""

        async def stands() -> bool:
            return bool(true(await self.ticket()))

        await self.until_async(stands, what)

    async def audit(self, number: int = 1042) -> list[str]:
        """What happened to it, in order."""
        return [row.what for row in await self.read(lambda turn: turn.audit.of(number))]

    def transcript(self) -> str:
        """What everybody saw, for a test that failed."""
        lines = [
            f"  telegram {text!r}"
            for chat in self.telegram.state.chats
            for text in self.heard(chat)
        ]
        lines += [
            f"  slack {one.channel} {one.user} {one.thread_ts or ''}: {said(one)[:300]!r}"
            for one in self.slack.messages
        ]
        lines += [
            f"  refused by slack: {one.method} {one.answer[:300]}"
            for one in self.slack.log
            if '"ok": true' not in one.answer
        ]
        return "\n".join(lines)


def environment(
    telegram: TelegramServer, slack: SlackServer, database: str, ways: Ways
) -> dict[str, str]:
    """The settings of a trial desk between the two servers."""
    found = {
        "RADICA_DATABASE_URL": database,
        "RADICA_POLICY": "imexhs",
        "RADICA_ENROLMENT": "open",
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "SLACK_CHANNEL": ROOM,
        "SLACK_SUPERVISORS": LUCIA,
    }
    if ways.telegram == WEBHOOK:
        found |= {"TELEGRAM_WEBHOOK_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": "s3cret_of_the_hook"}
    if ways.slack == HTTP:
        return found | {"SLACK_SIGNING_SECRET": slack.signing_secret}
    return found | {"SLACK_APP_TOKEN": slack.app_token}


def populate(slack: SlackServer) -> None:
    """Two engineers, a supervisor, and their channel."""
    if ROOM in slack.channels:
        return
    slack.user(CAMILA, "Camila Duarte")
    slack.user(ANDRES, "Andrés Vega")
    slack.user(LUCIA, "Lucía Mora")
    slack.channel(ROOM, CAMILA, ANDRES, LUCIA)


def loopback() -> socket.socket:
    """A listening socket on a free port."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(64)
    door.setblocking(False)
    return door


def said(message: Message) -> str:
    """Everything that a message shows, as one text, no-break spaces made plain."""
    return flat("\n".join([message.text, *texts(message.blocks)]))


def kinds(message: Message) -> set[str]:
    """The types of its blocks."""
    return {str(block["type"]) for block in message.blocks}


def texts(value: Any) -> list[str]:
    """Every text inside blocks, in order."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return []


def flat(text: str) -> str:
    """No-break spaces as plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")
