"""A desk killed at every named point, again and again; then the platforms' logs and the database
are compared (G1 to G6; F01, F02, F12, F24, F25): what was acknowledged is stored once, what was
promised was sent, and a second copy needs an attempt of which nobody knows the end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from store.database import Database
from store.values import OutboxRow
from tests.databases import Watch, bare_turns
from tests.live.live import (
    CAMILA,
    FAULT,
    HTTP,
    MARTA,
    POLLING,
    PUBLIC,
    ROOM,
    WEBHOOK,
    Ways,
    environment,
    flat,
    kinds,
    populate,
    said,
)
from tests.platforms.slack import Message, SlackServer
from tests.platforms.telegram import TelegramServer

ROOT = Path(__file__).parents[2]
POINTS = (
    *("after_recv", "after_commit", "after_claim"),
    *("before_send", "after_send", "before_settle"),
)
AHEAD = 120.0  # seconds between the clocks of one desk and the next: every lease has run out
LONG = 20.0

pytestmark = pytest.mark.slow


class House:
    """The process that forks desks, and the desk that lives in it now."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.env, self.port, self.desks = env, free_port(), 0
        self._path, self._log = log, log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.house"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._child: int | None = None

    async def start(self, point: str = "", at: int = 1) -> None:
        """A new desk over the same database, to die at `point`."""
        order: dict[str, Any] = {"env": self.env, "point": point, "at": at, "port": self.port}
        order["ahead"] = AHEAD * self.desks
        self.desks += 1
        if self._process.stdin is None:
            raise RuntimeError("no way to order")
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        self._child = await self._told()

    async def ended(self) -> int:
        """Wait until the desk ended; its exit code, negative for a signal."""
        code = await self._told()
        self._child = None
        return code

    async def kill(self) -> None:
        """Here and now."""
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)
            await self.ended()

    async def close(self) -> None:
        """End everything that this test started."""
        with suppress(ProcessLookupError):
            await self.kill()
        self._process.kill()
        self._process.communicate(timeout=LONG)
        self._log.close()

    def told(self) -> str:
        """The end of what the desks logged."""
        return self._path.read_text(errors="replace")[-3000:]

    async def _told(self) -> int:
        if self._process.stdout is None:
            raise RuntimeError("nothing is told")
        line = await asyncio.wait_for(asyncio.to_thread(self._process.stdout.readline), 60)
        return int(line)


class Town:
    """The platforms around the house, and what people do on them whoever is at home."""

    def __init__(self, telegram: TelegramServer, slack: SlackServer, house: House) -> None:
        self.telegram, self.slack, self.house = telegram, slack, house
        self._owed: list[int] = []  # places in slack.delivered that nobody acknowledged

    async def until(self, true: Callable[[], Any], what: str) -> Any:
        """Wait, and deliver again what was not acknowledged, as the platforms do."""
        ends = time.monotonic() + LONG
        while not (found := true()):
            if time.monotonic() > ends:
                raise AssertionError(f"waited {LONG:.0f} s for {what}\n{self.house.told()}")
            self.telegram.posts_again()
            await self._tell_again()
            await asyncio.sleep(0.05)
        return found

    async def writes_in_thread(self, words: str, thread: str) -> None:
        """Camila writes to the client; Slack remembers what was not acknowledged."""
        message = self.slack._written(ROOM, CAMILA, words, thread)
        await self._tell(self.slack._message_event(message))

    async def presses(self, ts: str, what: str) -> None:
        """Camila presses until it is done: a press is never sent again by itself."""
        reply = await self.slack.presses(CAMILA, ts, what)
        assert reply.status == 200

    def heard(self, chat: int, words: str) -> list[str]:
        """The bot's messages in a chat that hold these words."""
        found = [flat(one.get("text", "")) for one in self.telegram.sent(chat)]
        return [one for one in found if words in one]

    def cards(self) -> list[Message]:
        """The bot's cards in the channel."""
        bot = self.slack.sent(ROOM)
        return [one for one in bot if one.thread_ts is None and "actions" in kinds(one)]

    def listens(self) -> bool:
        """Whether the desk asked for updates, in either way."""
        return bool(self.telegram.state.polls or self.telegram.state.webhook)

    def owes(self) -> bool:
        """Whether a platform still holds what the desk has not acknowledged."""
        state = self.telegram.state
        unfetched = state.updates and not state.webhook
        return bool(self._owed or self.telegram._unposted or unfetched)

    async def _tell(self, event: dict[str, Any]) -> None:
        self._owed.append(len(self.slack.delivered))
        try:
            reply = await self.slack.tell_event(event)
        except (aiohttp.ClientError, OSError):
            return
        if reply.status == 200:
            self._owed.pop()

    async def _tell_again(self) -> None:
        for place in [*self._owed]:
            kind, payload = self.slack.delivered[place]
            with suppress(aiohttp.ClientError, OSError):
                again = {"X-Slack-Retry-Num": "1"}
                reply = await self.slack._hand_over(kind, payload, again)
                if reply.status == 200:
                    self._owed.remove(place)


@pytest.fixture(params=["polling-sqlite", "webhook-postgresql"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """A database, two platforms, and a house between them."""
    way, _, database = request.param.partition("-")
    url = request.getfixturevalue(f"{database}_url")
    slack = SlackServer()
    await slack.open()
    populate(slack)
    with TelegramServer() as telegram:
        ways = Ways(WEBHOOK if way == "webhook" else POLLING, HTTP)
        house = House(environment(telegram, slack, url, ways), tmp_path / "log")
        telegram.proxies[PUBLIC] = f"http://127.0.0.1:{house.port}/telegram/webhook"
        slack.app_url = f"http://127.0.0.1:{house.port}/slack/events"
        try:
            yield Town(telegram, slack, house)
        finally:
            await house.close()
            await slack.close()


@pytest.fixture
def records(town: Town, watch: Watch) -> Iterator[Database]:
    """The database, looked at from outside."""
    database = Database.open(town.house.env["RADICA_DATABASE_URL"], clock=watch, fast=True)
    yield database
    database.close()


@pytest.mark.fault("F01", "F02", "F12", "F24", "F25")
async def test_killed_at_every_point_nothing_acknowledged_is_lost_and_nothing_promised_unsent(
    town: Town, records: Database
) -> None:
    await a_case_in_camilas_hands(town)
    card = town.cards()[0].ts
    deaths = [await killed_at(town, point, round_, card) for round_, point in enumerate(POINTS)]
    assert deaths == [-signal.SIGKILL] * len(POINTS)
    await town.house.start()
    for round_, point in enumerate(POINTS):
        client = MARTA + 1 + round_
        await town.until(lambda c=client: town.heard(c, "¿A quién"), f"a reply to {client}")
        await town.until(lambda p=point: town.heard(MARTA, p), f"{point} at the client")
    await town.until(lambda: not town.owes(), "everything to be acknowledged")
    letters = await all_settled(town, records)
    await town.house.kill()
    stored_once(town, records)
    sent_at_least_once(town, letters)
    copies_need_a_doubt(town, letters)


async def a_case_in_camilas_hands(town: Town) -> None:
    await town.house.start()
    await town.until(town.listens, "the desk to listen")
    town.telegram.says(MARTA, FAULT)
    for question, answer in (("¿A quién", "Solo a mí"), ("¿Lo envío?", "Enviar")):
        await town.until(lambda q=question: town.heard(MARTA, q), question)
        town.telegram.presses(MARTA, answer)
    card = (await town.until(town.cards, "the card"))[0]
    await town.presses(card.ts, "Tomar")
    await town.until(lambda: "Resolver" in said(town.cards()[0]), "the card in her hands")
    await town.house.kill()


async def killed_at(town: Town, point: str, round_: int, card: str) -> int:
    """A client and the engineer write; the desk dies on the way. Returns how it ended."""
    await town.house.start(point, at=1 + round_ % 2)
    town.telegram.says(MARTA + 1 + round_, FAULT)
    ended = asyncio.ensure_future(town.house.ended())
    await town.writes_in_thread(f"Lo reviso, {point}", card)
    await town.until(ended.done, f"its death at {point}")
    return ended.result()


async def all_settled(town: Town, records: Database) -> list[OutboxRow]:
    """Every letter, once none waits any more."""
    turns = bare_turns(records, Watch())

    def waiting() -> int:
        return turns.read(lambda turn: turn.outbox.pending_count()).result(10)

    await town.until(lambda: not waiting(), "every letter to be settled")
    return turns.read(lambda turn: turn.outbox.list(limit=1000)).result(10)


def stored_once(town: Town, records: Database) -> None:
    """Each event that any platform ever handed over has its key, and its effect once."""
    state = town.telegram.state
    updates = [*state.confirmed, *(one["update_id"] for one in state.updates)]
    assert len(updates) > len(POINTS)
    wanted = {f"update:{ident}" for ident in updates}
    wanted |= {
        f"msg:{payload['event']['channel']}:{payload['event']['ts']}"
        for kind, payload in town.slack.delivered
        if kind == "event"
    }
    kept = records.read(lambda c: c.execute(text("SELECT key FROM inbox")).scalars().all())
    assert wanted <= set(kept.result(10))
    assert records.read(lambda c: c.scalar(text("SELECT count(*) FROM quarantine"))).result(10) == 0
    assert records.read(lambda c: c.scalar(text("SELECT count(*) FROM tickets"))).result(10) == 1


def sent_at_least_once(town: Town, letters: list[OutboxRow]) -> None:
    """No letter is dead or doubtful; each that was sent stands where it says."""
    assert {row.state for row in letters} <= {"sent", "expired"}
    assert {row.error for row in letters if row.state == "expired"} <= {"replaced"}
    for row in letters:
        if row.state != "sent" or not row.refs:
            continue
        if row.channel == "telegram":
            there = {str(one["message_id"]) for one in town.telegram.sent(int(row.chat))}
        else:
            there = {one.ts for one in town.slack.messages}
        assert set(row.refs) <= there, row.key


def copies_need_a_doubt(town: Town, letters: list[OutboxRow]) -> None:
    """G5: on Telegram at most one copy for each attempt in doubt; on Slack none at all."""
    promised = [row for row in letters if row.state == "sent" and row.kind != "mark"]
    chats = {int(row.chat) for row in promised if row.channel == "telegram"}
    standing = sum(len(town.telegram.sent(chat)) for chat in chats)
    letters_there = [row for row in promised if row.channel == "telegram"]
    # Every attempt but the last of a row in doubt ended with a death: its outcome is unknown.
    doubts = sum(row.attempt - 1 for row in letters_there if row.doubtful)
    assert len(letters_there) <= standing <= len(letters_there) + doubts
    assert len(town.cards()) == 1
    lines = [said(one) for one in town.slack.sent(ROOM) if one.thread_ts is not None]
    assert sorted(lines) == sorted(set(lines))


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
