"""A house to be killed: forks a real desk for every line it reads, and tells how each fares.

Run as `python -m tests.faults.house`. A line is an `Order` as JSON. What it tells, a line each:
`born PID`, `ready` once the desk takes events, `armed`, `ended CODE` (negative for a signal).
"""

import asyncio
import ctypes
import json
import logging
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

import uvicorn
from typing_extensions import override

from bot.app import assemble, running
from bot.channels.telegram.wire import trust
from bot.lasting import lasting
from bot.platforms import slack, telegram
from bot.settings import Settings
from bot.web.app import web
from bot.web.tongue import DOMAIN
from handlers.wording import Words
from kb.library import shelved
from kb.shelf import knowledge
from policy import pack
from scheduler.clock import Clock, OffsetClock, ServerClock, SystemClock
from store import migrate

PRELOADED = (slack, telegram, migrate)  # imported once, in the parent, as is what they need:
PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG
USED = (
    "anyio._backends._asyncio",
    "apscheduler.executors.asyncio",
    "apscheduler.triggers.interval",
    "h11",
    "httpcore",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a desk lives. Once it gets SIGUSR1 it dies, by its own hand, when it next passes `point`.

    `speed` is how many of the desk's seconds pass in one of ours, counted from `began` (of the
    machine's monotonic clock) at `origin`; with 1 the desk goes by the machine's own clock, on
    PostgreSQL corrected by the server's. `ahead` is added to either, before any correction.
    """

    env: dict[str, str]
    port: int
    point: str = ""
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
    """Passes named points, and dies at one of them, once it is armed."""

    def __init__(self, point: str) -> None:
        self._point, self._armed = point, False

    def __call__(self, point: str) -> None:
        if self._armed and point == self._point:
            os.kill(os.getpid(), signal.SIGKILL)

    def arm(self) -> None:
        """The next time it is meant."""
        self._armed = True
        print("armed", flush=True)


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
    death = Death(order.point)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, death.arm)
    app = assemble(
        Settings.load(None, **order.env),
        clock=order.clock(),
        points=death,
        fast=order.fast,
    )
    async with running(app):
        config = uvicorn.Config(
            web(app), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        await Server(config).serve(sockets=[door])


def prepare() -> None:
    """What every desk would read again: the pack, its knowledge, the words, the certificates."""
    book = pack.load("imexhs", shelved)
    knowledge(book)
    for language in book.desk.languages:
        Words(language, zone=book.desk.zone).line("command.start")
        Words(language, domain=DOMAIN).has("")
    trust()
    for name in USED:
        import_module(name)


def die_together() -> None:
    """On Linux no process of a house outlives the one that started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def main() -> None:
    """Fork, wait, tell; until there are no more lines."""
    die_together()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    with lasting():  # a desk that looked for garbage here would copy every page of it
        prepare()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            die_together()
            asyncio.run(live(Order(**json.loads(line))))
            os._exit(0)
        print("born", child, flush=True)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
