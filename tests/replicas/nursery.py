"""A nursery of replicas: forks the very `radica up` as often as told, and tells how each ends.

Run as `python -m tests.replicas.nursery`. A line is a `Birth` as JSON. What it tells, a line each:
`ready`, `born NAME PID`, `ended NAME CODE` (negative for a signal). Everything that `radica up`
imports is there before the first fork; that is all that a replica has before it is started.
"""

import asyncio
import ctypes
import json
import os
import selectors
import signal
import sys
import time
from datetime import datetime, timedelta

from bot.app import App, assemble, running
from bot.channels.telegram.wire import trust
from bot.cli import main as radica
from bot.cli import up
from bot.lasting import lasting
from bot.logging import configure
from bot.platforms import slack, telegram
from bot.platforms.lease import DatabaseLease
from bot.settings import Settings
from bot.web import app as web
from bot.web.tongue import DOMAIN
from handlers.wording import Words
from kb.library import shelved
from kb.shelf import knowledge
from policy import pack
from store import migrate
from tests.replicas.birth import Birth

PRELOADED = (slack, telegram, migrate, web, up)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Hurried:
    """A time line that every replica of a test shares, however late it is born."""

    def __init__(self, birth: Birth) -> None:
        self._start = datetime.fromisoformat(birth.origin)
        self._began, self._speed = birth.began, birth.speed

    def now(self) -> datetime:
        passed = (time.monotonic() - self._began) * self._speed
        return self._start + timedelta(seconds=passed)


async def hurried(birth: Birth) -> None:
    """A worker that lives faster, until it is told to stop. Its leases are as short for us."""
    settings = Settings.load(None, **birth.env)
    configure(settings)
    app = assemble(settings, clock=Hurried(birth), role="worker", fast=True)
    _shorten_leases(app, birth.speed)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(app):
        print("Stop with Ctrl-C", flush=True)
        await stop.wait()


def _shorten_leases(app: App, speed: float) -> None:
    """The right to poll lasts 1.5 s of ours and is renewed three times in them."""
    if app.telegram is not None:
        name = app.telegram.lease.name
        lasting = timedelta(seconds=1.5 * speed)
        app.telegram.lease = DatabaseLease(app.desk, name, lasting=lasting, every=0.4)


def live(birth: Birth) -> None:
    """The child: `radica up` with its arguments, in its folder, under its environment alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.environ.clear()
    os.environ.update(birth.env)
    os.chdir(birth.folder)
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(f"{birth.name}.{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    code = 0
    try:
        if birth.speed:
            asyncio.run(hurried(birth))
        else:
            sys.argv = ["radica", "up", *birth.arguments]
            radica()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def prepare() -> None:
    """What every replica would read again: the pack, its knowledge, the words, certificates."""
    book = pack.load("imexhs", shelved)
    knowledge(book)
    for language in book.desk.languages:
        Words(language, zone=book.desk.zone).line("command.start")
        Words(language, domain=DOMAIN).has("")
    trust()


def tell(*words: object) -> None:
    """A line to whoever started the nursery."""
    print(*words, flush=True)


def reap(names: dict[int, str]) -> None:
    """Tell of every replica that has ended."""
    for pid in [*names]:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            tell("ended", names.pop(pid), os.waitstatus_to_exitcode(status))


def main() -> None:
    """Fork what is asked for and tell what ends, until there are no more lines."""
    with lasting():  # a replica that looked for garbage here would copy every page of it
        prepare()
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    ears = selectors.DefaultSelector()
    ears.register(0, selectors.EVENT_READ)
    ears.register(heard, selectors.EVENT_READ)
    names: dict[int, str] = {}
    buffer = b""
    tell("ready")
    while True:
        for key, _ in ears.select():
            piece = os.read(key.fd, 65_536)
            if key.fd == heard:
                reap(names)
                continue
            if not piece:
                return
            *lines, buffer = (buffer + piece).split(b"\n")
            for line in lines:
                birth = Birth(**json.loads(line))
                child = os.fork()
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    live(birth)
                names[child] = birth.name
                tell("born", birth.name, child)


if __name__ == "__main__":
    main()
