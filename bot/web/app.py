"""The ASGI application of a desk: webhooks where platforms are connected, the console, health."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from bot.channels.health import Health
from bot.web.body import BadBody, limited
from bot.web.console import Console
from bot.web.guard import HEADERS, refused
from bot.web.health import Vitals
from bot.web.tongue import Tongue
from scheduler.counts import Meter

if TYPE_CHECKING:
    from bot.app import App
    from bot.platforms import Platform

STATIC = Path(__file__).parent / "static"
HOOK_MOST = 1_048_576  # bytes; the cores refuse less by themselves
REFUSED = (400, 401, 413)

Hook = Callable[[Headers, bytes], Awaitable[Response]]


def web(app: "App", *, pace: float = 1.0) -> Starlette:
    """The application over an assembled desk. It does not start or stop the desk itself.

    `pace` stretches the seconds between two steps of the story; 0 plays it in no time.
    """
    console = Console(app.desk, app.hands, app.moved, _honesty(app), pace=pace)
    routes: list[BaseRoute] = [
        *_hooks(app),  # looked at first: most of what comes in is for them
        *_vitals(app),
        *console.routes(),
        Mount("/static", _Static()),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        if console.player is not None:
            await console.player.stop()

    made = Starlette(routes=routes, lifespan=lifespan)
    made.state.console = console
    return made


def vitals(app: "App") -> Starlette:
    """What machines ask a worker, and nothing else: no page, no webhook."""
    return Starlette(routes=_vitals(app))


def _vitals(app: "App") -> list[BaseRoute]:
    asked = Vitals(app.desk, _probes(app))
    return [
        Route("/healthz", asked.healthz),
        Route("/readyz", asked.readyz),
        Route("/metrics", asked.metrics),
    ]


class _Static:
    """The page's own files, behind the same door as the page."""

    def __init__(self) -> None:
        self._files = StaticFiles(directory=STATIC)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = refused(Request(scope, receive))
        if answer is not None:
            await answer(scope, receive, send)
            return
        await self._files(scope, receive, _headed(send))


def _headed(send: Send) -> Send:
    """With the page's headers; a new version of the desk is a new page at once."""

    async def through(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["cache-control"] = "no-cache"
        await send(message)

    return through


def _hooks(app: "App") -> list[BaseRoute]:
    """The doors of the platforms: each checks its own signature over the raw bytes."""
    found: list[BaseRoute] = []
    webhook = app.telegram.webhook if app.telegram else None
    http = app.slack.http if app.slack else None
    if webhook is not None:

        async def telegram(headers: Headers, body: bytes) -> Response:
            return Response(status_code=await webhook.handle(headers, body))

        door = _Door("telegram", telegram, app.desk.meter)
        found.append(Route("/telegram/webhook", door, methods=["POST"]))
    if http is not None:

        async def slack(headers: Headers, body: bytes) -> Response:
            status, answer, kind = await http.handle(headers, body)
            if not answer:
                return _empty(status, kind)
            return Response(answer, status_code=status, media_type=kind)

        door = _Door("slack", slack, app.desk.meter)
        found.append(Route("/slack/events", door, methods=["POST"]))
    return found


@lru_cache(maxsize=32)
def _empty(status: int, kind: str) -> Response:
    """What nearly every answer is. A response keeps nothing of the request that it answers."""
    return Response(status_code=status, media_type=kind)


class _Door:
    """No body beyond its bounds; and what was refused is counted, for nothing else is kept of it
    (F14, F15, F17).

    An application of its own: what stands around a plain function would be paid with every event.
    """

    def __init__(self, platform: str, hook: Hook, meter: Meter) -> None:
        self._platform, self._hook, self._meter = platform, hook, meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._hook(request.headers, await limited(request, HOOK_MOST))
        except BadBody as fault:
            answer = Response(status_code=fault.status)
        if answer.status_code in REFUSED:
            self._meter.add(f"refused.{self._platform}")
        await answer(scope, receive, send)


def _probes(app: "App") -> Mapping[str, Callable[[], Health]]:
    return {each.channel.name: _probe(each) for each in app.platforms}


def _probe(platform: "Platform") -> Callable[[], Health]:
    return lambda: platform.health


def _honesty(app: "App") -> str:
    """The line of the header that says where messages go; empty for a local desk."""
    desk = app.desk
    tongue = Tongue(desk.book, desk.book.desk.languages[0], desk.clock.now())
    names = _connected(app)
    if not names:
        return ""
    said = " · ".join(tongue.page("console.honesty.one", name=name) for name in names)
    return tongue.page("console.honesty.connected", channels=said)


def _connected(app: "App") -> list[str]:
    """The platforms with a token, by the names that their people know them by."""
    names: list[str] = []
    if app.telegram is not None:
        bot = app.telegram.channel.username
        names.append(f"Telegram @{bot}" if bot else "Telegram")
    if app.slack is not None:
        names.append(f"Slack {app.settings.slack_channel or ''}".strip())
    return names
