"""What a replica follows by itself: the database's clock, a moved clock, a socket that was away."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import App, assemble, running
from bot.settings import Settings
from bot.web.app import web
from handlers import lesson_review
from scheduler import drive
from scheduler.clock import OffsetClock, ServerClock, SystemClock, VirtualClock
from store.lessons import ACCEPTED, WITHDRAWN
from store.turn import Turn
from tests.live.live import HTTP, POLLING, Ways
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer
from tests.replicas.fleet import until
from tests.replicas.places import settings

OFTEN = 0.02  # seconds between two looks at the clock


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """A workspace."""
    server = SlackServer()
    await server.open()
    yield server
    await server.close()


@pytest.mark.postgres
@pytest.mark.fault("F47")
@pytest.mark.parametrize("role", ["web", "worker"])
async def test_every_role_follows_the_databases_clock_also_after_the_start(
    postgresql_url: str, role: str
) -> None:
    """A web replica keeps no time of its own, but gives every turn its hour."""
    machine = VirtualClock(SystemClock().now() - timedelta(minutes=90))
    app = local(postgresql_url, role, ServerClock(machine))
    async with running(app):
        assert off(app) < timedelta(seconds=5)
        machine.advance(timedelta(hours=2))  # somebody sets the machine's clock
        await until(lambda: off(app) < timedelta(seconds=5), "the clock to be corrected")


@pytest.mark.postgres
async def test_a_clock_moved_in_one_replica_is_moved_in_all(postgresql_url: str) -> None:
    here, there = (
        local(postgresql_url, role, OffsetClock(ServerClock(SystemClock())))
        for role in ("all", "web")
    )
    async with running(here), running(there):
        await drive.advance(here.desk, here.desk.clock.now() + timedelta(days=3))
        ahead = timedelta(days=3) - timedelta(seconds=30)
        await until(lambda: there.desk.clock.now() - SystemClock().now() > ahead, "three days")


@pytest.mark.postgres
async def test_a_phrase_accepted_in_one_replica_is_read_by_all(postgresql_url: str) -> None:
    """In every role, within seconds, and by whoever starts later; taken back in the same way."""
    said, topic = "el garabato del galeno quedó chueco", "article:cargar-firma"

    def accept(turn: Turn) -> None:
        one = turn.lessons.propose(topic, said, "unmatched", pack="imexhs", by=None, ticket=None)
        lesson_review.decide(turn, one, ACCEPTED)

    def take_back(turn: Turn) -> None:
        (one,) = turn.lessons.page("imexhs", ACCEPTED)
        lesson_review.decide(turn, one, WITHDRAWN)

    def reads(app: App) -> bool:
        return app.desk.reader.read(said).decision.article == "cargar-firma"

    here, there, later = (local(postgresql_url, role) for role in ("worker", "web", "all"))
    async with running(here), running(there):
        await here.desk.run(accept)
        await until(lambda: reads(here) and reads(there), "the phrase everywhere")
        async with running(later):
            assert reads(later)
            await there.desk.run(take_back)
            await until(lambda: not any(map(reads, (here, there, later))), "it to be forgotten")


@pytest.mark.fault("F53")
async def test_a_socket_that_fails_at_the_start_is_tried_again_beside_http(
    slack: SlackServer, sqlite_url: str
) -> None:
    """HTTP serves meanwhile, `/readyz` says how it is, and nobody has to restart anything."""
    with TelegramServer() as telegram:
        found = settings(telegram, slack, sqlite_url, Ways(POLLING, HTTP))
        found["SLACK_APP_TOKEN"] = slack.app_token
        told, slack.app_token = slack.app_token, "away"
        app = assemble(Settings.load(None, **found), fast=True)
        assert app.slack is not None
        app.slack.first_pause = OFTEN
        async with running(app):
            assert (await ready(app))["slack"] == "degraded"
            assert "no socket" in app.slack.health.detail
            slack.app_token = told
            await slack.connections(1)
            await until(lambda: app.slack and app.slack.health.status == "ok", "a good socket")
            assert (await ready(app))["slack"] == "ok"


@pytest.mark.postgres
@pytest.mark.fault("F53")
async def test_sockets_of_several_workers_are_no_ghosts(
    slack: SlackServer, postgresql_url: str, tmp_path: Path
) -> None:
    """Slack counts two connections; each worker knows of the other. One leaves, one is left."""
    with TelegramServer() as telegram:
        found = settings(telegram, slack, postgresql_url, Ways(POLLING, "socket"))
        one, two = (assemble(Settings.load(None, **found), fast=True) for _ in range(2))
        async with running(one):
            async with running(two):
                assert one.slack is not None
                assert two.slack is not None
                assert two.slack.presence.together == 2
                await slack.connections(2)
                await until(lambda: two.slack and two.slack.health.status == "ok", "no ghost")
            leases = await one.desk.read(lambda turn: turn.leases.get(two.slack.presence.name))
            assert leases is None


def local(url: str, role: str, clock: ServerClock | OffsetClock | None = None) -> App:
    """A desk without platforms that looks at what it follows often."""
    app = assemble(Settings.local("imexhs", url), clock=clock, role=role)
    app.follow = app.look = OFTEN
    return app


def off(app: App) -> timedelta:
    """How far the desk is from the time."""
    return abs(app.desk.clock.now() - SystemClock().now())


async def ready(app: App) -> dict[str, str]:
    """What a load balancer reads."""
    transport = httpx.ASGITransport(app=web(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        return dict((await client.get("/readyz")).json())
