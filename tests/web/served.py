"""A local desk served over real HTTP on a loopback port, in a thread with a loop of its own."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from bot import seed
from bot.app import App, assemble
from bot.settings import Settings
from bot.web.app import web
from policy.errors import Outage
from scheduler.clock import Clock, OffsetClock, SystemClock
from scheduler.points import Points, nowhere

T = TypeVar("T")
TUESDAY = datetime.fromisoformat("2026-11-24T10:12:00-05:00")
LONG = 20.0  # seconds; a desk that takes longer is broken


def tuesday() -> Clock:
    """A clock that runs from Tuesday, 10:12 in Bogotá, and can be moved."""
    system = SystemClock()
    return OffsetClock(system, TUESDAY - system.now())


class Outages:
    """A crash point: while `on`, the desk finds its database away when an event arrives."""

    def __init__(self) -> None:
        self.on = False

    def __call__(self, point: str) -> None:
        if self.on and point == "after_recv":
            raise Outage("for this test")


def assembled(
    folder: Path, *, policy: str = "imexhs", clock: Clock | None = None, points: Points = nowhere
) -> App:
    """A desk of invented people in a folder of its own."""
    settings = Settings.load(
        env_file=None,
        RADICA_DATABASE_URL=f"sqlite:///{folder / 'desk.sqlite3'}",
        RADICA_POLICY=policy,
    )
    return assemble(settings, clock=clock or tuesday(), points=points, fast=True)


class Served:
    """Start, ask, stop. `pace` is the story's."""

    def __init__(self, folder: Path, *, pace: float = 0.0, policy: str = "imexhs") -> None:
        self.outages = Outages()
        self.app = assembled(folder, policy=policy, points=self.outages)
        self._pace = pace
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> "Served":
        """Everything up: database, people, ticker, server."""
        self._thread.start()
        self.call(self._open())
        self.listen()
        return self

    def listen(self) -> None:
        """Serve, on the same port as before if there was one."""
        self.call(self._listen())

    def hang_up(self) -> None:
        """Stop serving; the desk itself goes on."""
        self.call(self._hang_up())

    def stop(self) -> None:
        """All of it down."""
        self.hang_up()
        self.call(self.app.stop())
        self.call(_sweep())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONG)
        self._loop.close()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the desk's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LONG)

    async def _open(self) -> None:
        await asyncio.to_thread(self.app.database.migrate)
        await self.app.desk.run(seed.seed)
        self.app.ticker.start()

    async def _listen(self) -> None:
        door = socket.create_server(("127.0.0.1", self.port))
        self.port = door.getsockname()[1]
        config = uvicorn.Config(
            web(self.app, pace=self._pace), log_level="error", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[door]))

    async def _hang_up(self) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._server = None


async def _sweep() -> None:
    """Whatever the server's libraries left waiting."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
