"""One poller a bot, whoever is killed, stopped or continued; a zombie's word no longer counts."""

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.platforms.telegram import TelegramServer
from tests.replicas.conftest import Make
from tests.replicas.fleet import Replica, until
from tests.replicas.places import ACCOUNT, looking, opened, phone_alone, write

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine

MARTA, IRIS = 700, 701
SPEED = 20.0  # the desk's seconds in one of ours: leases run out while a test waits


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A Bot API that remembers who asked for what."""
    with TelegramServer() as server:
        yield server


@pytest.mark.postgres
@pytest.mark.fault("F13")
async def test_who_stops_cleanly_hands_the_polling_over_at_once(
    telegram: TelegramServer, postgresql_url: str, fleet: Make
) -> None:
    made = fleet(**phone_alone(telegram, postgresql_url))
    first, second = await made.up("worker", "worker")
    telegram.says(MARTA, "hola")
    await until(lambda: heard(telegram, MARTA), "an answer")
    began = time.monotonic()
    assert await first.stops() == 0
    telegram.says(IRIS, "hola", name="Iris")
    await until(lambda: heard(telegram, IRIS), "an answer from whoever is left")
    assert time.monotonic() - began < 10
    assert "conflict" not in first.err + second.err


@pytest.mark.postgres
@pytest.mark.fault("F12")
@pytest.mark.fault("F49")
async def test_a_poller_that_was_stopped_beyond_its_lease_confirms_nothing_any_more(
    telegram: TelegramServer, postgresql_url: str, fleet: Make
) -> None:
    """The first has fetched an update and stands still; the second handles and confirms it."""
    made = fleet(**phone_alone(telegram, postgresql_url))
    first = await made.start(speed=SPEED)
    await first.is_up()
    await until(lambda: telegram.state.polls, "the first poll")
    second = await made.start(speed=SPEED)
    await second.is_up()
    first.signals(signal.SIGSTOP)
    telegram.says(MARTA, "hola")
    await until(lambda: telegram.state.confirmed, "a successor who confirms it")
    telegram.says(IRIS, "hola", name="Iris")
    await until(lambda: len(telegram.state.confirmed) == 2, "the next update confirmed")
    continued = time.monotonic()
    first.signals(signal.SIGCONT)
    await until(lambda: first.logged("lease lost"), "the first to find its lease lost")
    telegram.says(MARTA, "sigo aquí")
    await until(lambda: len(telegram.state.confirmed) == 3, "the third update confirmed")
    await until(lambda: settled(postgresql_url), "all letters sent")
    confirmed = telegram.state.confirmed[1]
    assert all(offset > confirmed for offset in offsets(telegram, continued))
    standing = len(heard(telegram, MARTA)) + len(heard(telegram, IRIS))
    assert standing == count(postgresql_url, "SELECT count(*) FROM outbox WHERE state = 'sent'")
    assert inbox(postgresql_url) == 3
    await ended(first, second)


@pytest.mark.postgres
@pytest.mark.fault("F49")
async def test_a_sender_that_was_stopped_beyond_its_lease_changes_nothing_any_more(
    telegram: TelegramServer, postgresql_url: str, fleet: Make
) -> None:
    """It learns that Telegram refused; by then another has sent the letter, and that stands."""
    made = fleet(**phone_alone(telegram, postgresql_url))
    telegram.knows(MARTA)
    first = await made.start(speed=SPEED)
    await first.is_up()
    telegram.fail("sendMessage", status=403, description="Forbidden", delay=1.0)
    with opened(postgresql_url) as database:
        write(database, [("telegram", ACCOUNT, str(MARTA))], 1)
    await until(lambda: telegram.calls("sendMessage"), "the letter at Telegram's door")
    first.signals(signal.SIGSTOP)
    second = await made.start(speed=SPEED)
    await second.is_up()
    await until(lambda: heard(telegram, MARTA), "the letter from the second")
    await until(lambda: settled(postgresql_url), "the letter settled")
    first.signals(signal.SIGCONT)
    await until(lambda: first.logged("late word of a letter refused"), "the late word refused")
    with looking(postgresql_url) as connection:
        rows = connection.execute("SELECT state, attempt, doubtful FROM outbox").fetchall()
    assert rows == [("sent", 2, True)]
    assert len(telegram.calls("sendMessage")) == 2
    await ended(first, second)


async def ended(*replicas: Replica) -> None:
    """All of them stop cleanly, the zombie too."""
    for one in replicas:
        assert await one.stops() == 0, one.err


def heard(telegram: TelegramServer, chat: int) -> list[dict[str, Any]]:
    """What the bot said in a chat."""
    return telegram.sent(chat)


def offsets(telegram: TelegramServer, since: float) -> list[int]:
    """The offsets that were asked for from that moment on."""
    polls = [one for one in telegram.calls("getUpdates") if one.at >= since]
    return [int(one.params["offset"]) for one in polls if "offset" in one.params]


def settled(url: str) -> bool:
    """Whether no letter waits or is under way."""
    return count(url, "SELECT count(*) FROM outbox WHERE state IN ('pending', 'claimed')") == 0


def inbox(url: str) -> int:
    """How many updates were handled."""
    return count(url, "SELECT count(*) FROM inbox")


def count(url: str, query: str) -> int:
    """A number from the database."""
    with looking(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
