"""F21: PostgreSQL stops under a running desk: nobody is acknowledged, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.databases import PostgresServer
from tests.live.conftest import Start
from tests.live.live import CAMILA, HTTP, MARTA, ROOM, WEBHOOK, Live, Ways, said


@pytest.mark.fault("F21")
async def test_events_come_again_and_are_handled_once(
    postgres_server: PostgresServer, postgresql_url: str, start: Start
) -> None:
    desk = await start(postgresql_url, Ways(WEBHOOK, HTTP))
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.rests()
    assert await health(desk) == {"healthz": 200, "readyz": 200}
    good = len(desk.telegram.posts)

    async with stopped(postgres_server):
        desk.telegram.says(MARTA, "sigue sin pasar nada")
        await desk.until(lambda: len(desk.telegram.posts) == good + 1, "Telegram's answer")
        assert desk.telegram.posts[-1] == 503
        reply = await desk.slack.says(ROOM, CAMILA, "Ya lo estoy mirando.", card.ts)
        assert reply.status == 503
        pressed = await desk.slack.presses(CAMILA, card.ts, "Resolver")
        assert pressed.status == 503
        assert await health(desk) == {"healthz": 200, "readyz": 503}

    assert desk.telegram.posts_again() == 1
    await desk.until(lambda: desk.telegram.posts[-1] == 200, "the update taken")
    desk.slack.delivered.append(desk.slack.delivered[-2])  # Slack repeats events, not presses
    assert (await desk.slack.tells_again(1)).status == 200
    assert (await desk.slack.tells_again(2)).status == 200
    await desk.reads("Ya lo estoy mirando.")
    await desk.in_thread(1042, "sigue sin pasar nada")
    await desk.rests()
    assert len([text for text in desk.heard() if "mirando" in text]) == 1
    thread = [said(one) for one in desk.slack.sent(ROOM, card.ts)]
    assert len([text for text in thread if "sigue sin pasar" in text]) == 1
    assert await health(desk) == {"healthz": 200, "readyz": 200}


@pytest.mark.fault("F21")
async def test_a_poller_and_a_socket_wait_for_the_database(
    postgres_server: PostgresServer, postgresql_url: str, start: Start
) -> None:
    """The offset stays, the envelope is not acknowledged; the process needs no restart."""
    desk = await start(postgresql_url)
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.rests()
    confirmed = list(desk.telegram.state.confirmed)
    async with stopped(postgres_server):
        desk.slack.patience = 1.0
        desk.telegram.says(MARTA, "sigue sin pasar nada")
        reply = await desk.slack.says(ROOM, CAMILA, "Ya lo estoy mirando.", card.ts)
        assert reply.status == 0
        assert desk.telegram.state.confirmed == confirmed
    await desk.in_thread(1042, "sigue sin pasar nada")
    assert (await desk.slack.tells_again(1)).status == 200
    await desk.reads("Ya lo estoy mirando.")
    await desk.rests()
    assert len([text for text in desk.heard() if "mirando" in text]) == 1


@asynccontextmanager
async def stopped(server: PostgresServer) -> AsyncIterator[None]:
    """The server down, and up again whatever happens."""
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


async def health(desk: Live) -> dict[str, int]:
    """What a load balancer reads."""
    async with httpx.AsyncClient() as client:
        return {
            name: (await client.get(f"{desk.url}/{name}")).status_code
            for name in ("healthz", "readyz")
        }
