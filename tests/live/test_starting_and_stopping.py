"""`radica up` as a process: what stops it at once, how it ends, what a kill leaves behind."""

import asyncio
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.channel import SetupFault
from scheduler.clock import SystemClock
from tests.live.conftest import Start
from tests.live.live import (
    FAULT,
    HTTP,
    LUCIA,
    MARTA,
    POLLING,
    PUBLIC,
    ROOM,
    SOCKET,
    WEBHOOK,
    Live,
    Ways,
    environment,
    loopback,
    populate,
)
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer
from tests.started import Up

IRIS = 701
Platforms = tuple[TelegramServer, SlackServer]


async def test_what_cannot_work_ends_with_a_sentence(
    platforms: Platforms, up: Up, tmp_path: Path
) -> None:
    """Each says what is wrong and what to set, ends with a code, and shows no traceback."""
    good = settings(platforms, tmp_path)
    taken = loopback()
    port = str(taken.getsockname()[1])
    cases = {
        "Telegram refuses the token": good | {"TELEGRAM_BOT_TOKEN": "123456789:" + "B" * 35},
        "Slack refuses SLACK_BOT_TOKEN": good | {"SLACK_BOT_TOKEN": "xoxb-other"},
        f"port {port} is in use": good | {"RADICA_PORT": port},
    }

    async def fails(number: int, changed: dict[str, str]) -> tuple[int, str]:
        changed = changed | {"RADICA_DATABASE_URL": f"sqlite:///{tmp_path / f'{number}.db'}"}
        started = await up(changed)
        return await started.ends(), started.out + started.err

    ends = await asyncio.gather(*(fails(*case) for case in enumerate(cases.values())))
    taken.close()
    for (code, told), sentence in zip(ends, cases, strict=True):
        assert code in (1, 2), told
        assert sentence in told
        assert "Traceback" not in told


@pytest.mark.fault("F48")
async def test_sigterm_ends_it_cleanly_and_loses_nothing(
    platforms: Platforms, up: Up, sqlite_template: Path, tmp_path: Path
) -> None:
    """F48: asked to stop while an answer is on its way: it is delivered, then code 0."""
    telegram, _ = platforms
    found = settings(platforms, tmp_path, template=sqlite_template)
    started = await (await up(found)).is_up()
    telegram.fail("sendMessage", delay=1.0)
    telegram.says(MARTA, FAULT)
    await until(lambda: telegram.sent(MARTA), "the answer at Telegram's door")
    begun = time.monotonic()
    started.signals(signal.SIGTERM)
    assert await started.ends() == 0, started.err
    assert time.monotonic() - begun < 8
    assert "Radica stopped." in started.out
    assert "Traceback" not in started.err
    assert telegram.state.updates == [] or telegram.state.confirmed
    assert states(found) == {"sent": 1}
    assert len(telegram.sent(MARTA)) == 1


@pytest.mark.fault("F02")
async def test_killed_between_receiving_and_answering_it_answers_after_the_restart(
    platforms: Platforms, up: Up, sqlite_template: Path, tmp_path: Path
) -> None:
    """F02, G1: acknowledged is committed. A replica without a sender takes it and is killed."""
    telegram, slack = platforms
    ways = Ways(WEBHOOK, HTTP)
    found = settings(platforms, tmp_path, ways, template=sqlite_template)
    first = await (await up(found, "--role", "web")).is_up()
    telegram.proxies[PUBLIC] = f"{first.url}/telegram/webhook"
    telegram.says(MARTA, FAULT)
    await until(lambda: telegram.posts == [200], "the acknowledgement")
    first.signals(signal.SIGKILL)
    assert await first.ends() == -signal.SIGKILL
    assert telegram.sent(MARTA) == []
    async with Live(telegram, slack, found["RADICA_DATABASE_URL"], ways, {}, now=later()) as desk:
        telegram.tells_again()
        await desk.reads("¿A quién")
        await desk.until(lambda: telegram.posts == [200, 200], "the repeated post")
        await desk.rests()
        assert len(desk.heard()) == 1


@pytest.mark.fault("F01", "F12")
async def test_killed_before_the_commit_the_update_is_fetched_again(
    platforms: Platforms, up: Up, sqlite_template: Path, tmp_path: Path
) -> None:
    """F01, F12: Telegram was not told that the update is done, so it gives it again."""
    telegram, slack = platforms
    found = settings(platforms, tmp_path, template=sqlite_template)
    first = await (await up(found)).is_up()
    await until(lambda: telegram.state.polls > 0, "the first long poll")
    with locked(found):
        answered = len(telegram.calls("getUpdates"))
        telegram.says(MARTA, FAULT)
        await until(lambda: len(telegram.calls("getUpdates")) > answered, "a batch handed out")
        first.signals(signal.SIGKILL)
        await first.ends()
    assert telegram.state.confirmed == []
    assert states(found) == {}
    url = found["RADICA_DATABASE_URL"]
    async with Live(telegram, slack, url, Ways(POLLING, SOCKET), {}, now=later(61)) as desk:
        await desk.reads("¿A quién")
        await desk.rests()
        assert len(desk.heard()) == 1


@pytest.mark.fault("F24", "F25")
async def test_killed_while_sending_costs_at_most_one_copy(
    platforms: Platforms, up: Up, sqlite_template: Path, tmp_path: Path
) -> None:
    """F24, F25: after the lease of 60 s letters go out once more; twice only what had arrived."""
    telegram, slack = platforms
    found = settings(platforms, tmp_path, template=sqlite_template)
    first = await (await up(found)).is_up()
    telegram.fail("sendMessage", chat=MARTA, status=500, delay=30.0)
    telegram.fail("sendMessage", chat=IRIS, status=500, delay=30.0, applied=True)
    telegram.says(MARTA, FAULT)
    telegram.says(IRIS, FAULT, name="Iris")
    await until(lambda: len(telegram.calls("sendMessage")) == 2, "letters at the door")
    first.signals(signal.SIGKILL)
    await first.ends()
    assert states(found) == {"claimed": 2}
    url = found["RADICA_DATABASE_URL"]
    async with Live(telegram, slack, url, Ways(POLLING, SOCKET), {}, now=later(61)) as desk:
        await desk.until(lambda: len(telegram.calls("sendMessage")) == 4, "the second tries")
        await desk.rests()
        assert len(telegram.calls("sendMessage")) == 4
        assert [len(desk.heard(chat)) for chat in (MARTA, IRIS)] == [1, 2]
        await desk.presses("Solo a mí")
        await desk.reads("¿Lo envío?")


async def test_a_refused_app_token_stops_the_start(
    platforms: Platforms, sqlite_url: str, start: Start
) -> None:
    with pytest.raises(SetupFault, match="SLACK_APP_TOKEN"):
        await start(sqlite_url, SLACK_APP_TOKEN="xapp-of-somebody-else")


async def test_a_desk_whose_platform_is_away_starts_and_waits_for_it(
    platforms: Platforms, sqlite_url: str, start: Start
) -> None:
    """Telegram answers 502 at the start: the workroom is served, and Telegram once it is back."""
    telegram, slack = platforms
    telegram.fail("getMe", status=502)
    desk = await start(sqlite_url)
    assert telegram.calls("getUpdates") == []
    reply = await slack.commands(ROOM, LUCIA, "/report", "pendientes")
    assert reply.status == 200
    telegram.says(MARTA, FAULT)
    await desk.reads("¿A quién")


def settings(
    platforms: Platforms,
    folder: Path,
    ways: Ways | None = None,
    *,
    template: Path | None = None,
) -> dict[str, str]:
    """The environment of a trial desk on a SQLite file of its own."""
    telegram, slack = platforms
    populate(slack)
    file = folder / "desk.db"
    if template is not None:
        shutil.copy(template, file)
    return environment(telegram, slack, f"sqlite:///{file}", ways or Ways(POLLING, SOCKET))


def states(found: dict[str, str]) -> dict[str, int]:
    """How many letters to the client stand where, as the file says."""
    with sqlite3.connect(found["RADICA_DATABASE_URL"].removeprefix("sqlite:///")) as file:
        rows = file.execute(
            "SELECT state, count(*) FROM outbox WHERE channel = 'telegram' GROUP BY state"
        )
        counted = dict(rows.fetchall())
    file.close()
    return counted


@contextmanager
def locked(found: dict[str, str]) -> Iterator[None]:
    """The database's write lock, held by somebody else."""
    path = found["RADICA_DATABASE_URL"].removeprefix("sqlite:///")
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        file.execute("ROLLBACK")
        file.close()


def later(seconds: float = 1.0) -> datetime:
    """The machine's time, some seconds on: the process that was killed ran by it."""
    return SystemClock().now() + timedelta(seconds=seconds)


async def until(true: Callable[[], Any], what: str) -> None:
    """Wait until `true()`."""
    ends = time.monotonic() + 15
    while not true():
        assert time.monotonic() < ends, f"waited for {what}"
        await asyncio.sleep(0.02)
