"""A house to be killed: forks a real desk for every line it reads, and tells how each fares.

Run as `python -m tests.faults.house`. A line is an `Order` as JSON. What it tells, a line each:
`born PID`, `ready` once the desk takes events, `ended CODE` (negative for a signal).
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import uvicorn
from typing_extensions import override

from bot.app import assemble, running
from bot.channels.telegram.wire import trust
from bot.platforms import slack, telegram
from bot.settings import Settings
from bot.web.app import web
from handlers.wording import Words
from kb.shelf import knowledge
from policy import pack
from scheduler.clock import Clock, OffsetClock, ServerClock, SystemClock
from store import migrate

PRELOADED = (slack, telegram, migrate)  # imported once, in the parent


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a desk lives. It dies by its own hand the `at`-th time it passes `point`, if any.

    `speed` is how many of the desk's seconds pass in one of ours, counted from `began` (of the
    machine's monotonic clock) at `origin`; with 1 the desk goes by the machine's own clock, on
    PostgreSQL corrected by the server's. `ahead` is added to either, before any correction.
    """

    env: dict[str, str]
    port: int
    point: str = ""
    at: int = 1
    speed: float = 1.0
    began: float = 0.0
    origin: str = ""
    ahead: float = 0.0
    fast: bool = True

    def clock(self) -> Clock:
        """The desk's time."""
        if self.speed != 1:
            return Hurried(self)
        shifted = OffsetClock(SystemClock(), timedelta(seconds=self.ahead))
        if self.env["RADICA_DATABASE_URL"].startswith("sqlite"):
            return shifted
        return ServerClock(shifted)


class Hurried:
    """A time line that every desk of a bench shares, however late it is born."""

    def __init__(self, order: Order) -> None:
        self._start = datetime.fromisoformat(order.origin) + timedelta(seconds=order.ahead)
        self._began, self._speed = order.began, order.speed

    def now(self) -> datetime:
        passed = (time.monotonic() - self._began) * self._speed
        return self._start + timedelta(seconds=passed)


class Death:
    """Passes named points, and dies at one of them."""

    def __init__(self, point: str, at: int) -> None:
        self._point, self._left = point, at

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Server(uvicorn.Server):
    """Tells when it takes requests."""

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print("ready", flush=True)


async def live(order: Order) -> None:
    """A whole desk, web and all, until it dies or is told to stop."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", order.port))
    door.listen(64)
    app = assemble(
        Settings.load(None, **order.env),
        clock=order.clock(),
        points=Death(order.point, order.at),
        fast=order.fast,
    )
    async with running(app):
        config = uvicorn.Config(
            web(app), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        await Server(config).serve(sockets=[door])


def prepare() -> None:
    """What every desk would read again: the pack, its knowledge, the words, the certificates."""
    book = pack.load("imexhs")
    knowledge(book)
    for language in book.desk.languages:
        Words(language, zone=book.desk.zone).line("command.start")
    trust()


def main() -> None:
    """Fork, wait, tell; until there are no more lines."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    prepare()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(live(Order(**json.loads(line))))
            os._exit(0)
        print("born", child, flush=True)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
