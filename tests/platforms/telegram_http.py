"""The HTTP side of the test Bot API: an aiohttp server in a thread of its own.

Imports nothing of the product.
"""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.platforms.telegram_api import FILES, BotApi, Fault, Request
from tests.platforms.telegram_rules import Params

_PLAIN = (
    *("text", "caption", "file_id", "callback_query_id", "secret_token", "url"),
    *("description", "short_description", "language_code", *FILES),
)
_LARGEST = 60_000_000


class Loopback:
    """Serves one BotApi on a free port of 127.0.0.1."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._loop = asyncio.new_event_loop()
        self._judges = ThreadPoolExecutor(16, thread_name_prefix="bot-api")
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self.url = ""

    def start(self) -> None:
        """Returns when it listens."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        """Close every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._judges.shutdown()

    async def _listen(self) -> None:
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_get("/file/{bot}/{path:.+}", self._file)
        app.router.add_route("*", "/{bot}/{method}", self._method)
        app.router.add_route("*", "/{house}/{bot}/{method}", self._method)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        # Handlers that still delay an answer nobody waits for.
        left = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _method(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["bot"] != f"bot{self._api.token}":
            return _json(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        params, files = await _decoded(request)
        asked = Request(request.match_info["method"], params, files, time.monotonic())
        asked.house = request.match_info.get("house", "")
        judge = self._loop.run_in_executor(self._judges, self._api.answer, asked)
        fault, status, answer = await judge
        spoilt = await _spoilt(fault, request, status)
        return _json(status, answer) if spoilt is None else spoilt

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["bot"] != f"bot{self._api.token}":
            return web.Response(status=401)
        content = self._api.file(request.match_info["path"])
        fault = self._api.fault_of(Request("download", {}, {}, time.monotonic()))
        if fault is not None and fault.status is not None:
            return web.Response(status=fault.status)
        spoilt = await _spoilt(fault, request, 200)
        if spoilt is not None:
            return spoilt
        return web.Response(status=404) if content is None else web.Response(body=content)


async def _spoilt(
    fault: Fault | None, request: web.Request, status: int
) -> web.StreamResponse | None:
    if fault is None:
        return None
    await asyncio.sleep(fault.delay)
    if fault.reset and request.transport is not None:
        request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(status=status, body=fault.body)
    return None


def _json(status: int, answer: Any) -> web.Response:
    return web.Response(status=status, text=json.dumps(answer), content_type="application/json")


async def _decoded(request: web.Request) -> tuple[Params, dict[str, bytes]]:
    """Parameters (JSON where they are JSON) and uploaded parts."""
    if not request.content_type.startswith("multipart/"):
        sent = await request.post()
        return {name: _value(name, str(text)) for name, text in sent.items()}, {}
    params: Params = {}
    files: dict[str, bytes] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content, name = bytes(await part.read()), part.name or ""
        if part.filename is None:
            params[name] = _value(name, content.decode())
        else:
            files[name] = content
    return params, files


def _value(name: str, text: str) -> Any:
    if name in _PLAIN:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
