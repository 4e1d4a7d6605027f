"""A house to be killed: forks a real desk for every line it reads, and tells how each ended.

Run as `python -m tests.faults.house`. A line is `{"env", "point", "at", "ahead", "port"}`: the
desk kills itself with SIGKILL the `at`-th time it passes `point` (never, where that is empty).
Its clock runs `ahead` seconds before the machine's, and faster, so that nobody waits for leases.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import time
from datetime import datetime, timedelta
from typing import Any

import uvicorn

from bot.app import assemble, running
from bot.platforms import slack, telegram
from bot.settings import Settings
from bot.web.app import web
from kb.library import Library
from kb.match import Matcher
from policy import pack
from scheduler.clock import SystemClock

SPEED = 20  # seconds of the desk in one of ours
PRELOADED = (slack, telegram)


class Hurried:
    """The machine's time, some way ahead and running faster."""

    def __init__(self, ahead: float) -> None:
        self._began = time.monotonic()
        self._start = SystemClock().now() + timedelta(seconds=ahead)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


class Death:
    """Passes named points, and dies at one of them."""

    def __init__(self, point: str, at: int) -> None:
        self._point, self._left = point, at

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def live(order: dict[str, Any]) -> None:
    """A whole desk, web and all, until it dies or is told to stop."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", order["port"]))
    door.listen(64)
    app = assemble(
        Settings.load(None, **order["env"]),
        clock=Hurried(order["ahead"]),
        points=Death(order["point"], order["at"]),
        fast=True,
    )
    async with running(app):
        config = uvicorn.Config(
            web(app), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        await uvicorn.Server(config).serve(sockets=[door])


def main() -> None:
    """Fork, wait, tell; until there are no more lines."""
    logging.basicConfig(level=logging.WARNING)
    book = pack.load("imexhs")
    Matcher(book, Library.load(book))  # what it takes to read Spanish is read once, for all
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(live(json.loads(line)))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
