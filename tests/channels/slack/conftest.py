"""A local Slack, a channel that speaks to it, and a desk that only writes down what it gets."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.channels.slack.api import SlackApi
from bot.channels.slack.channel import Slack
from bot.channels.slack.http import SlackHttp
from bot.channels.slack.ingress import Ingress
from handlers.inbound import Done, Inbound, Receipt
from handlers.letters.letter import FormView
from policy.errors import Outage
from scheduler.clock import VirtualClock
from tests.platforms.slack import SlackServer

QUICK = aiohttp.ClientTimeout(total=5, sock_connect=1, sock_read=0.3)
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    """A receipt in words."""

    toast: str | None = None
    form: FormView | None = None
    faults: Mapping[str, str] | None = None
    chosen: str | None = None


@dataclass
class RecordingDesk:
    """Keeps what it received and what was committed, in order; fails or waits when told to."""

    received: list[Inbound] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    receipt: Receipt = field(default_factory=Done)
    shown: Shown = field(default_factory=Shown)
    fault: Exception | None = None
    gate: asyncio.Event | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self, inbound: Inbound) -> "asyncio.Task[Receipt]":
        return asyncio.create_task(self._taken(inbound))

    async def _taken(self, inbound: Inbound) -> Receipt:
        self.received.append(inbound)
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.steps.append("commit")
        return self.receipt

    async def show(self, receipt: Receipt, inbound: Inbound) -> Shown:
        self.steps.append("show")
        return self.shown


@dataclass
class Quarantine:
    """What was set aside; `away` makes it refuse, as a database that is down."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False

    async def __call__(
        self, *, channel: str, account: str, key: str, kind: str, body: dict[str, Any]
    ) -> None:
        if self.away:
            raise Outage("away")
        self.kept.append({"account": account, "key": key, "kind": kind, **body})


@pytest.fixture
def aside() -> Quarantine:
    return Quarantine()


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    slack = SlackServer()
    await slack.open()
    slack.user("U0ANA", "Ana Torres")
    slack.user("U0CAM", "Camila Ruiz")
    slack.channel("C0DESK", "U0ANA", "U0CAM")
    yield slack
    await slack.close()


@pytest.fixture
async def api(server: SlackServer) -> AsyncIterator[SlackApi]:
    made = SlackApi(server.bot_token, base_url=server.api_url, timeout=QUICK)
    yield made
    await made.close()


@pytest.fixture
async def channel(api: SlackApi) -> AsyncIterator[Slack]:
    made = Slack(api, account="T0HOME")
    yield made
    await made.stop()


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
async def ingress(desk: RecordingDesk, channel: Slack, aside: Quarantine) -> AsyncIterator[Ingress]:
    made = Ingress(desk, channel, VirtualClock(NOON), aside, budget=0.5)
    yield made
    await made.settle()


@pytest.fixture
def http(ingress: Ingress, server: SlackServer) -> SlackHttp:
    door = SlackHttp(ingress, [server.signing_secret])
    server.app = door.handle
    return door
