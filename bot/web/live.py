"""The stream to the pages: numbered, resumed where it was cut, the same for every tab."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from bot.broadcast import Broadcast
from bot.web import snapshot
from bot.web.player import Player
from bot.web.snapshot import Cursor
from bot.web.tongue import Tongue
from policy.errors import Outage
from scheduler.desk import Desk

RETRY = 1_000  # milliseconds a browser waits before it comes back
LOOK = 1.0  # seconds between looks of its own: another process may have written
PING = 15


class _Ended(EventSourceResponse):
    """A stream that is finished properly when the desk stops: the server's log stays quiet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = ended = False

        async def noted(message: Message) -> None:
            nonlocal begun, ended
            begun = begun or message["type"] == "http.response.start"
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await super().__call__(scope, receive, noted)
        if begun and not ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class Stream:
    """Serves `/console/events`."""

    def __init__(
        self, desk: Desk, moved: Broadcast, player: Player | None, *, movable: bool
    ) -> None:
        self._desk = desk
        self._moved = moved
        self._player = player
        self._movable = movable

    def respond(self, request: Request, language: str) -> Response:
        """The stream from where this page stopped reading."""
        asked = request.headers.get("last-event-id") or request.query_params.get("after", "")
        events = self.events(Cursor.parse(asked), language)
        return _Ended(events, ping=PING, headers={"x-accel-buffering": "no"})

    async def events(self, cursor: Cursor, language: str) -> AsyncIterator[ServerSentEvent]:
        """What moved since the cursor, until the desk stops; each event carries the cursor to
        resume from."""
        yield ServerSentEvent(retry=RETRY, comment="radica")
        sent: dict[str, Any] = {}
        while not self._desk.refusing:
            rung = self._moved.count
            body, cursor = await self._look(cursor, language)
            fresh = {key: value for key, value in body.items() if value != sent.get(key)}
            rows, told = fresh.pop("rows", []), fresh.pop("told", [])
            sent |= fresh
            if rows or told or fresh:
                data = json.dumps(fresh | {"rows": rows, "told": told}, ensure_ascii=False)
                yield ServerSentEvent(data, event="news", id=str(cursor))
            await self._rest(rung)

    async def _look(self, cursor: Cursor, language: str) -> tuple[dict[str, Any], Cursor]:
        try:
            news = await self._desk.read(
                lambda turn: snapshot.news(turn, cursor, language, movable=self._movable)
            )
        except Outage:
            return {"health": {"database": False}}, cursor
        return news.body() | {"story": self.story(language)}, news.cursor

    def story(self, language: str) -> dict[str, Any]:
        """Where the telling stands; nothing where there is none."""
        if self._player is None:
            return {}
        tongue = Tongue(self._desk.book, language, self._desk.clock.now())
        return self._player.telling.body(tongue.page)

    async def _rest(self, rung: int) -> None:
        try:
            async with asyncio.timeout(LOOK):
                await self._moved.after(rung)
        except TimeoutError:
            return
