"""Slack for the benches: events over HTTP and sockets at once, at least once, in bad weather."""

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import web
from typing_extensions import override

from tests.faults.bots import FIRST_WAIT, LONGEST_WAIT, TOKENS
from tests.faults.houses import House
from tests.faults.ledger import HTTP, SOCKET, Ledger
from tests.faults.post import post
from tests.faults.weather import Weather
from tests.platforms.slack import Fault, SlackServer
from tests.platforms.slack_people import NAMES, encoded
from tests.platforms.slack_state import Message, Reply

PATH = "/slack/events"
NUMBER = re.compile(r"\b\d{4,}\b")
NOBODY = Reply(0)


class Workroom(SlackServer):
    """The workspace. Every event takes one of the two ways, again and again until it arrives."""

    def __init__(
        self, ledger: Ledger, weather: Weather, houses: Callable[[], Sequence[House]]
    ) -> None:
        super().__init__()
        self.seen: set[str] = set()  # words that marked a message, as the engineers saw them
        self.cards: dict[int, list[Message]] = {}  # by the ticket's number
        self.patience = 3.0
        self._ledger, self._weather, self._houses = ledger, weather, houses
        self._index: dict[tuple[str, str], Message] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._asking = ""

    @property
    def owes(self) -> bool:
        """Whether there are events that nobody acknowledged."""
        return bool(self._telling)

    def writes(self, channel: str, user: str, words: str, thread: str, way: str = "") -> Message:
        """Somebody writes; the event travels by itself from here on."""
        message = self._written(channel, user, words, thread)
        self._index[channel, message.ts] = message
        payload = self.envelope(self._message_event(message))
        task = asyncio.get_running_loop().create_task(self._see_through(payload, way))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return message

    async def cut_a_socket(self, *, politely: bool) -> bool:
        """Close one of the connections, with or without a word. False where there is none."""
        if not self.sockets:
            return False
        connection = self._weather.random.choice(self.sockets)
        with suppress(OSError):
            if politely:
                await connection.send_json({"type": "disconnect", "reason": "refresh_requested"})
            else:
                await connection.close()
        return True

    @override
    async def close(self) -> None:
        for task in tuple(self._telling):
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)
        await super().close()

    @override
    async def tell(self, kind: str, payload: dict[str, Any]) -> Reply:
        """One try by one of the ways: presses and commands are never sent again."""
        return await self._once(kind, payload, "", "", 0)

    async def _see_through(self, payload: dict[str, Any], way: str) -> None:
        """An event, until it is acknowledged."""
        wait, fate, attempt = FIRST_WAIT, self._weather.fate(), 0
        if fate == "late":
            await asyncio.sleep(self._weather.random.uniform(0.05, 0.5))
        if fate == "overlap":
            twins = (self._once("event", payload, "", way, number) for number in (0, 1))
            await asyncio.gather(*twins)
        while (await self._once("event", payload, fate, way, attempt)).status != 200:
            await asyncio.sleep(self._weather.random.uniform(FIRST_WAIT, wait))
            wait, fate = min(2 * wait, LONGEST_WAIT), self._weather.fate()
            attempt += 1
        if fate == "twice":
            await self._once("event", payload, "", way, attempt + 1)

    async def _once(
        self, kind: str, payload: dict[str, Any], fate: str, way: str, attempt: int
    ) -> Reply:
        way = way or self._weather.random.choice((HTTP, SOCKET))
        if way == SOCKET and fate != "cut":
            return await self._by_socket(kind, payload, attempt)
        return await self._by_http(kind, payload, fate, attempt)

    async def _by_http(self, kind: str, payload: dict[str, Any], fate: str, attempt: int) -> Reply:
        houses = self._houses()
        if not houses:
            return NOBODY
        house = self._weather.random.choice(houses)
        body, content_type = encoded(kind, payload)
        headers = self.signed(body) | {"Content-Type": content_type}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        if fate == "cut":
            await post(house.port, PATH, headers, body, cut=True)
            return NOBODY
        deaf = self._weather.random.uniform(0, 0.05) if fate == "lost" else None
        with self._ledger.flight(HTTP, house.name, key_of(kind, payload)) as flight:
            status, said = await post(house.port, PATH, headers, body, deaf_after=deaf)
            flight.acknowledged = status == 200
        return Reply(status, said)

    async def _by_socket(self, kind: str, payload: dict[str, Any], attempt: int) -> Reply:
        if not self.sockets:
            return NOBODY
        connection = self._weather.random.choice(self.sockets)
        house = self.tickets[connection].partition("-")[0]
        retry = {"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else {}
        with self._ledger.flight(SOCKET, house, key_of(kind, payload)) as flight:
            try:
                reply = await self.push(NAMES[kind], payload, connection, **retry)
            except OSError:
                return NOBODY
            flight.acknowledged = reply.status == 200
        return reply

    # The Web API's side

    @override
    def fault_of(self, method: str) -> Fault | None:
        return super().fault_of(method) or self._weather.on_slack(method)

    @override
    def socket_url(self) -> str:
        ticket = f"{self._asking}-{self.next_id('S')}"
        self._tickets.add(ticket)
        return f"{self.url.replace('http', 'ws', 1)}/socket/{ticket}"

    @override
    def _answer(
        self, request: web.Request, method: str, params: dict[str, Any], as_json: bool
    ) -> dict[str, Any]:
        self._asking = request.match_info.get("house", "")
        return super()._answer(request, method, params, as_json)

    @override
    def _keep(self, channel: str, params: dict[str, Any]) -> Message:
        message = super()._keep(channel, params)
        self._index[channel, message.ts] = message
        shown = f"{message.text} {message.blocks}"
        self.seen.update(TOKENS.findall(shown))
        number = NUMBER.search(shown)
        if number and message.thread_ts is None and has_buttons(message):
            self.cards.setdefault(int(number[0]), []).append(message)
        return message

    @override
    def _message(self, channel: str, ts: str) -> Message:
        found = self._index.get((self._open_channel(channel, people=False), ts))
        return found if found is not None and not found.deleted else super()._message(channel, ts)


def has_buttons(message: Message) -> bool:
    """Whether it is a card."""
    return any(block["type"] == "actions" for block in message.blocks)


def key_of(kind: str, payload: dict[str, Any]) -> str:
    """Under which key the desk remembers it."""
    if kind == "event":
        return f"msg:{payload['event']['channel']}:{payload['event']['ts']}"
    return f"trigger:{payload['trigger_id']}"
