"""F48: told to stop with a hundred events under way: nothing is lost, and it ends in time."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from store.database import Database
from tests.live.live import FAULT
from tests.platforms.telegram import TelegramServer
from tests.replicas.conftest import Make
from tests.replicas.fleet import Replica
from tests.replicas.places import opened, phone_alone

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine

EVENTS = 100
FIRST_CHAT = 900_000
LATE = 12_000_000  # update ids of what is posted after the signal
SECRET = "s3cret_of_the_hook"
Posts = dict[int, int]  # update id to status; 0 where nobody answered


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A Bot API."""
    with TelegramServer() as server:
        yield server


@pytest.mark.fault("F48")
async def test_a_stop_under_load_answers_ends_and_loses_nothing(
    telegram: TelegramServer, database_url: str, fleet: Make
) -> None:
    for number in range(2 * EVENTS):
        telegram.knows(FIRST_CHAT + number)
    env = phone_alone(telegram, database_url) | {
        "TELEGRAM_WEBHOOK_URL": "https://desk.example/telegram/webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    made = fleet(**env)
    desk = await (await made.start()).is_up()
    posts, seconds = await stopped_under_load(desk)
    assert await desk.ends() == 0, desk.err
    assert "Traceback" not in desk.err
    assert seconds < 25
    counted = Counter(posts.values())
    assert set(counted) <= {200, 503, 0}
    assert counted[200] > 0
    assert counted[503] + counted[0] > 0  # it did stop under load
    with opened(database_url) as database:
        kept = keys(database)
        assert {ident for ident, status in posts.items() if status == 200} <= kept
        assert counts(database, "SELECT count(*) FROM outbox WHERE state = 'claimed'") == 0
        assert counts(database, "SELECT count(*) FROM leases WHERE holder <> ''") == 0
        assert counts(database, "SELECT count(*) FROM quarantine") == 0

    desk = await (await made.start()).is_up()
    refused = [ident for ident, status in posts.items() if status != 200]
    while refused:
        again = await posted(desk.url, refused)
        refused = [ident for ident, status in again.items() if status != 200]
    assert await desk.stops() == 0, desk.err
    with opened(database_url) as database:
        assert keys(database) == set(posts)
        assert counts(database, "SELECT count(*) FROM conversations") == len(posts)


async def stopped_under_load(desk: Replica) -> tuple[Posts, float]:
    """A hundred events at once, the signal while they are under way, and some more after it."""
    some = asyncio.Event()
    under_way = asyncio.create_task(posted(desk.url, range(1, EVENTS + 1), some))
    await some.wait()
    began = time.monotonic()
    desk.signals(signal.SIGTERM)
    late = await posted(desk.url, range(LATE, LATE + 10))
    posts = await under_way
    await desk.ends()
    return posts | late, time.monotonic() - began


async def posted(url: str, idents: Any, some: asyncio.Event | None = None) -> Posts:
    """Updates posted side by side as Telegram posts them; what was answered to each."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    limits = httpx.Limits(max_connections=EVENTS)
    async with httpx.AsyncClient(limits=limits, timeout=30, headers=headers) as client:

        async def one(ident: int) -> int:
            try:
                answer = await client.post(f"{url}/telegram/webhook", json=said(ident))
            except httpx.TransportError:
                return 0
            if some is not None:
                some.set()
            return answer.status_code

        order = list(idents)
        return dict(zip(order, await asyncio.gather(*map(one, order)), strict=True))


def said(ident: int) -> dict[str, Any]:
    """An update of somebody new."""
    chat = FIRST_CHAT + (ident if ident < LATE else EVENTS + 1 + ident - LATE)
    someone = {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": "es"}
    place = {"id": chat, "type": "private", "first_name": "Ana"}
    message = {"message_id": ident, "date": 1_790_000_000, "from": someone, "chat": place}
    return {"update_id": ident, "message": message | {"text": FAULT}}


def keys(database: Database) -> set[int]:
    """The ids of the updates that were handled."""
    query = text("SELECT key FROM inbox WHERE channel = 'telegram'")
    found = database.read(lambda c: c.execute(query).scalars().all()).result(30)
    return {int(key.removeprefix("update:")) for key in found}


def counts(database: Database, query: str) -> int:
    """A number."""
    return int(database.read(lambda c: c.execute(text(query)).scalar_one()).result(30))
