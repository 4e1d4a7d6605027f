"""A local Slack: its Web API and Socket Mode over real HTTP. It knows nothing of the desk.

    server = SlackServer()
    await server.open()             # server.api_url, server.bot_token, server.signing_secret...
    server.app = http.handle        # or server.app_url = "http://127.0.0.1:..." or Socket Mode
    await server.says("C0DESK", "U0ANA", "hola")
    server.sent("C0DESK")
    server.plan("chat.postMessage", Fault.rate("30"))

Every request is in `server.log`, refused ones too. Trigger ids serve once and end with
`expire_triggers()`; nothing here waits for a clock.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.platforms.slack_people import People
from tests.platforms.slack_rules import Refused, check_parameters
from tests.platforms.slack_state import Message, Reply

__all__ = ["Fault", "Message", "Reply", "Request", "SlackServer"]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with one request. `after` says that it took effect before."""

    kind: str  # "none" | "answer" | "reset" | "stall"
    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    delay: float = 0.0  # seconds before the answer

    @classmethod
    def none(cls) -> Self:
        """A request that goes well, before one that does not."""
        return cls("none")

    @classmethod
    def slow(cls, delay: float) -> Self:
        return cls("none", delay=delay)

    @classmethod
    def error(cls, code: str, *, after: bool = False) -> Self:
        return cls("answer", 200, json.dumps({"ok": False, "error": code}), after=after)

    @classmethod
    def rate(cls, retry_after: str | None = "30", body: str = "") -> Self:
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        said = body or json.dumps({"ok": False, "error": "ratelimited"})
        return cls("answer", 429, said, headers)

    @classmethod
    def http(cls, status: int, body: str = "<html>oops</html>", *, after: bool = True) -> Self:
        return cls("answer", status, body, {"Content-Type": "text/html"}, after)

    @classmethod
    def garbage(cls, body: str, kind: str = "application/json") -> Self:
        return cls("answer", 200, body, {"Content-Type": kind}, after=True)

    @classmethod
    def reset(cls, *, after: bool = True) -> Self:
        return cls("reset", after=after)

    @classmethod
    def stall(cls) -> Self:
        return cls("stall", after=True)


@dataclass(frozen=True)
class Request:
    """One request as it came, and the answer it got ("" where there was none)."""

    method: str
    params: Mapping[str, Any]
    answer: str


class SlackServer(People):
    """State, the door for the app's requests, and the faults planned for them."""

    def __init__(self) -> None:
        super().__init__()
        self.bot_token = "-".join(("xoxb", "of", "the", "stand", "in"))
        self.app_token = "-".join(("xapp", "of", "the", "stand", "in"))
        self.scopes = "chat:write,commands"
        self.log: list[Request] = []
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    async def open(self) -> None:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_route("*", "/{house}/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files-pri/{file}", self._download)
        app.router.add_get("/socket/{ticket}", self.socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def close(self) -> None:
        self._released.set()
        await self.close_sockets()
        if self._runner is not None:
            await self._runner.cleanup()

    def plan(self, method: str, *faults: Fault) -> None:
        """The next requests of a method meet these faults, one each. "upload" is the upload."""
        self._faults[method].extend(faults)

    def requests(self, method: str) -> list[Mapping[str, Any]]:
        """The parameters of every request of a method, in order, refused ones too."""
        return [one.params for one in self.log if one.method == method]

    def sent(self, channel: str, thread: str | None = None) -> list[Message]:
        """What the bot has in a channel now: not deleted, not ephemeral. In order."""
        return [
            one
            for one in self.messages
            if one.channel == channel
            and one.bot
            and not one.deleted
            and one.only is None
            and (thread is None or one.thread_ts == thread)
        ]

    def whispers(self, user: str) -> list[Message]:
        """The ephemeral messages that one person saw."""
        return [one for one in self.messages if one.only == user]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params, as_json = await _parameters(request)
        fault = self.fault_of(method) or Fault.none()
        if fault.kind != "none" and not fault.after:
            return await self._fail(request, method, params, fault)
        answer = self._answer(request, method, params, as_json)
        await asyncio.sleep(fault.delay)
        if fault.kind != "none":
            return await self._fail(request, method, params, fault)
        self.log.append(Request(method, params, json.dumps(answer)))
        return web.json_response(answer, headers={"x-oauth-scopes": self.scopes})

    def fault_of(self, method: str) -> Fault | None:
        """The next way to go wrong that was planned, used up."""
        return self._faults[method].popleft() if self._faults[method] else None

    def _answer(
        self, request: web.Request, method: str, params: dict[str, Any], as_json: bool
    ) -> dict[str, Any]:
        try:
            self._authenticate(request, method)
            check_parameters(method, params, as_json=as_json)
            done = getattr(self, "do_" + method.replace(".", "_"))(params)
            return {"ok": True, **done}
        except Refused as refusal:
            metadata = {"messages": list(refusal.messages)}
            return {"ok": False, "error": refusal.error, "response_metadata": metadata}

    def _authenticate(self, request: web.Request, method: str) -> None:
        given = request.headers.get("Authorization", "")
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        if not given:
            raise Refused("not_authed")
        if given != f"Bearer {wanted}":
            raise Refused("invalid_auth")

    async def _fail(
        self, request: web.Request, method: str, params: dict[str, Any], fault: Fault
    ) -> web.StreamResponse:
        self.log.append(Request(method, params, fault.body))
        if fault.kind == "stall":
            await self._released.wait()
        if fault.kind in ("reset", "stall") and request.transport is not None:
            request.transport.abort()
        headers = {"Content-Type": "application/json", **fault.headers}
        return web.Response(status=fault.status, text=fault.body, headers=headers)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        fault = self._faults["upload"].popleft() if self._faults["upload"] else None
        if fault is not None:
            return await self._fail(request, "upload", {}, fault)
        held = self.files.get(request.match_info["file"])
        if held is None or held["length"] != len(content):
            return web.Response(status=400, text="length")
        held["content"] = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        held = self.files.get(request.match_info["file"])
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        if held is None:
            return web.Response(status=404)
        if held.get("redirect"):
            return web.Response(status=302, headers={"Location": held["redirect"]})
        return web.Response(body=held["content"], content_type=held["mimetype"])


async def _parameters(request: web.Request) -> tuple[dict[str, Any], bool]:
    """Query, form and JSON together, as Slack takes them."""
    params: dict[str, Any] = dict(request.query)
    raw = await request.text()
    if request.content_type == "application/json":
        return params | (json.loads(raw) if raw else {}), True
    return params | dict(parse_qsl(raw, keep_blank_values=True)), False
