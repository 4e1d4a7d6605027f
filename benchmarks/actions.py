"""A desk with Slack over HTTP, and engineers who press *Tomar* on the cards of waiting cases.

Slack's side is the tests' stand-in, which tells names once; presses are posted to the desk's own
ASGI application as Slack signs them, in this process. Nothing is sent while they are counted.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

from benchmarks import crowd
from benchmarks.databases import Place
from benchmarks.intake import by_form
from benchmarks.office import PACK, TUESDAY, Office, Seats
from benchmarks.peers.bolt import Request
from bot.accounts import SLACK
from bot.app import assemble
from bot.lasting import lasting
from bot.settings import Settings
from bot.web.app import web
from handlers import codes
from policy.ticket import State
from scheduler import dispatch
from scheduler.clock import VirtualClock
from tests.platforms.slack import SlackServer

ROOM = "C0DESK"
AGENTS = ("U0CAMILA", "U0ANDRES", "U0LUCIA")
PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
CLAIM = "claim"

Posted = tuple[Scope, bytes]


class Workroom:
    """The desk, and its engineers' requests, each for a case of its own."""

    def __init__(self, server: SlackServer, desk: Office, web: ASGIApp) -> None:
        self.desk, self._server, self._web = desk, server, web
        self._cases: Iterator[int] = iter(())
        self._card: list[dict[str, Any]] = []
        self._number = 0

    async def furnish(self, cases: int) -> None:
        """So many cases that nobody has, with a card each as the desk itself draws it."""
        (user,) = self.desk.clients(1)
        self._server.user(f"U{user}", "Ana")
        await by_form(self.desk, user)
        await dispatch.run_once(self.desk.desk)
        self._card = next(one.blocks for one in self._server.messages if one.channel == ROOM)
        await asyncio.to_thread(crowd.populate, self.desk.url)
        await asyncio.to_thread(crowd.lay_out_new, self.desk, cases)
        self._cases = iter(range(crowd.FIRST + 1, crowd.FIRST + cases + 1))
        for request in self.requests(len(AGENTS)):
            await self.take(request)

    @property
    def secret(self) -> str:
        """What requests are signed with."""
        return self._server.signing_secret

    def signed_alike(self, many: int) -> list[Request]:
        """Presses of the same size for whoever keeps nothing of them, signed now."""
        return [self._request(crowd.FIRST) for _ in range(many)]

    def requests(self, many: int) -> list[Posted]:
        """Presses of *Tomar*, signed now, as an ASGI server has read them."""
        signed = (self._request(next(self._cases)) for _ in range(many))
        return [(_scope(headers), body) for headers, body in signed]

    async def take(self, request: Posted) -> int:
        """Posted to /slack/events; the status of the answer."""
        scope, body = request
        answers: list[Message] = []
        sent = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            return next(sent, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            answers.append(message)

        await self._web(scope, receive, send)
        status = int(answers[0]["status"])
        if status != 200:
            raise RuntimeError(f"an action was answered with {status}")
        return status

    async def rate(self, requests: list[Posted], width: int) -> float:
        """Actions a second, `width` of them under way at any time."""
        left = iter(requests)

        async def press() -> None:
            for request in left:
                await self.take(request)

        began = perf_counter()
        await asyncio.gather(*(press() for _ in range(width)))
        return len(requests) / (perf_counter() - began)

    async def waits(self, requests: list[Posted], every: float) -> list[float]:
        """Seconds to each acknowledgement, when presses come at a steady pace whatever happens."""

        async def press(request: Posted) -> float:
            began = perf_counter()
            await self.take(request)
            return perf_counter() - began

        began, underway = perf_counter(), list[asyncio.Task[float]]()
        for number, request in enumerate(requests):
            await asyncio.sleep(max(0.0, began + number * every - perf_counter()))
            underway.append(asyncio.create_task(press(request)))
        return list(await asyncio.gather(*underway))

    def taken(self) -> int:
        """How many cases have been taken, as the database has it."""
        return crowd.in_state(self.desk.url, State.TAKEN)

    def _request(self, case: int) -> Request:
        self._number += 1
        agent = AGENTS[case % len(AGENTS)]
        ref = f"{case}.0001"
        payload = {
            "type": "block_actions",
            "team": {"id": self._server.team, "domain": "home"},
            "user": {"id": agent, "username": agent.lower(), "team_id": self._server.team},
            "api_app_id": self._server.app_id,
            "trigger_id": f"7.7.{self._number}",
            "container": {"type": "message", "message_ts": ref, "channel_id": ROOM},
            "channel": {"id": ROOM, "name": "desk"},
            "message": {"type": "message", "ts": ref, "text": "", "blocks": self._card},
            "actions": [
                {
                    "type": "button",
                    "block_id": "b",
                    "action_id": f"a{self._number}",
                    "action_ts": f"{self._number}.0",
                    "text": {"type": "plain_text", "text": "Tomar"},
                    "value": codes.on_view(CLAIM, case, State.NEW, None),
                }
            ],
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return {**self._server.signed(body), "Content-Type": FORM}, body


def _scope(headers: Mapping[str, str]) -> Scope:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [*raw, (b"host", b"desk.example")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
    }


@contextmanager
def workroom(where: Place, loop: asyncio.Runner, cases: int) -> Iterator[Workroom]:
    """A workroom with so many waiting cases."""
    server = SlackServer()
    for agent in AGENTS:
        server.user(agent, agent.title())
    server.channel(ROOM, *AGENTS)
    loop.run(server.open())
    with lasting():
        app = assemble(_settings(where.url(), server), clock=VirtualClock(TUESDAY))
        desk = Office(app, Seats(slack=SLACK, agents=AGENTS))
    room = Workroom(server, desk, web(app))
    try:
        loop.run(room.furnish(cases))
        yield room
    finally:
        loop.run(app.stop())
        loop.run(server.close())


def _settings(url: str, server: SlackServer) -> Settings:
    unset = {name: None for name, f in Settings.model_fields.items() if f.default is None}
    given = {
        "database_url": url,
        "policy": PACK,
        "enrolment_setting": "invite",
        "slack_bot_token": server.bot_token,
        "slack_signing_secret": server.signing_secret,
        "slack_api_url": server.api_url,
        "slack_channel": ROOM,
    }
    return Settings.load(None, **unset | given)
