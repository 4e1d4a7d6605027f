"""F03, G2: the same event fifty times at once, to three replicas of one database."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle
from urllib.parse import urlsplit

import pytest
from typing_extensions import override

from tests.live.live import FAULT
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer
from tests.platforms.telegram_rules import Params
from tests.replicas.conftest import Make
from tests.replicas.fleet import until
from tests.replicas.places import looking, settings

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine

MARTA = 700
TIMES = 50
Answers = list[tuple[int, bool]]  # status, and whether the event was in the database by then


class Storm(TelegramServer):
    """Posts every update fifty times, in turn to each replica, and looks what stands behind it."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.replicas: list[str] = []
        self.answers: dict[int, Answers] = {}
        self._url = url
        self._posting = ThreadPoolExecutor(TIMES)

    @override
    def _post(self, update: Params) -> None:
        body, to = json.dumps(update).encode(), cycle(self.replicas)
        posts = [self._posting.submit(self._once, next(to), body, update) for _ in range(TIMES)]
        self.answers[update["update_id"]] = [post.result() for post in posts]

    def _once(self, replica: str, body: bytes, update: Params) -> tuple[int, bool]:
        connection = HTTPConnection(urlsplit(replica).netloc, timeout=20)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.state.secret}
        connection.request("POST", "/telegram/webhook", body, headers)
        status = connection.getresponse().status
        connection.close()
        with looking(self._url) as database:
            key = f"update:{update['update_id']}"
            row = database.execute("SELECT 1 FROM inbox WHERE key = %s", (key,)).fetchone()
        return status, row is not None


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """A workspace."""
    server = SlackServer()
    await server.open()
    yield server
    await server.close()


@pytest.mark.postgres
@pytest.mark.fault("F03")
async def test_an_event_that_comes_fifty_times_at_once_to_three_replicas_is_one_event(
    slack: SlackServer, postgresql_url: str, fleet: Make
) -> None:
    """A whole case is filed so: one conversation, one answer a step, one case, one card."""
    telegram = Storm(postgresql_url)
    with telegram:
        made = fleet(**settings(telegram, slack, postgresql_url))
        ups = await made.up("all", "web", "web")
        telegram.replicas = [one.url for one in ups]
        telegram.says(MARTA, FAULT)
        for question, answer in (("¿A quién", "Solo a mí"), ("¿Lo envío?", "Enviar")):
            await until(lambda q=question: q in newest(telegram), question)
            telegram.presses(MARTA, answer)
        await until(lambda: "Caso 1042" in newest(telegram), "the case")
        await until(lambda: len(telegram.answers) == 3, "all posts answered")
        statuses = Counter(status for each in telegram.answers.values() for status, _ in each)
        assert set(statuses) <= {200, 503}
        assert statuses[200] >= 3
        early = [each for each in telegram.answers.values() if (200, False) in each]
        assert early == []  # no 200 before the event was committed
        with looking(postgresql_url) as database:
            counted = database.execute(
                "SELECT (SELECT count(*) FROM inbox WHERE channel = 'telegram'),"
                " (SELECT count(*) FROM tickets), (SELECT count(*) FROM conversations),"
                " (SELECT count(*) FROM quarantine),"
                " (SELECT count(*) FROM outbox WHERE channel = 'telegram')"
            ).fetchone()
        assert counted is not None
        assert counted[:4] == (3, 1, 1, 0)
        assert counted[4] == len(telegram.sent(MARTA)) == 3


def newest(telegram: TelegramServer) -> str:
    """The bot's last words to her."""
    texts = [str(one["text"]).replace("\u00a0", " ") for one in telegram.sent(MARTA)]
    return texts[-1] if texts else ""
