"""radica up: everything that is configured, until it is told to stop."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from secrets import token_hex
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import fail, settings, told
from bot.lasting import lasting

if TYPE_CHECKING:
    from uvicorn import Server

    from bot.app import App
    from bot.settings import Settings

ROLES = ("all", "web", "worker")
SAME = 1.0  # seconds within which a second signal is an echo of the first
SETTLING = 5.0  # seconds for the events under way when a signal comes
GRACE = 3  # seconds that open requests are given after that
app = typer.Typer()


@app.command()
def up(
    role: Annotated[str, typer.Option(help="all; web (no clock, no sending); worker (no web)")] = (
        "all"
    ),
) -> None:
    """Serve webhooks and the console, send letters, fire timers. Stops cleanly on SIGTERM."""
    from bot.logging import configure

    if role not in ROLES:
        fail(f"there is no role '{role}'; there are {', '.join(ROLES)}")
    found = settings()
    configure(found)
    # uvicorn re-raises the signal that stopped it: with handlers of ours the exit code is 0.
    stops = Stops()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stops)
    with told():
        asyncio.run(_serve(found, role, stops))


class Stops:
    """Notes a signal to stop. A later one insists, and interrupts whatever goes on.

    What comes within a second is the same request twice: `uv run` passes a signal on that a
    service manager sent to both.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._since = 0.0
        self._then: Callable[[], object] | None = None

    def __call__(self, number: int, _frame: object) -> None:
        if self.asked and monotonic() - self._since < SAME:
            return
        self.asked += 1
        if self.asked > 1:
            raise KeyboardInterrupt
        self._since = monotonic()
        if self._then is not None:
            self._then()

    def then(self, act: Callable[[], object]) -> None:
        """What a signal does from now on; at once where it was there before."""
        self._then = act
        if self.asked:
            act()


async def _serve(found: "Settings", role: str, stops: Stops) -> None:
    port = found.worker_port if role == "worker" else found.port
    door = None if port is None else _bound(found.host, port)
    async with AsyncExitStack() as stack:
        with lasting():
            desk = await _started(found, role, stack)
            server = None if door is None else _server(desk)
        if stops.asked:
            return
        if role != "worker" and door is not None:
            _say_where(desk, door)
        else:
            typer.echo(f"Radica works{_asked_at(found, door)}. Stop with Ctrl-C.")
        if door is None or server is None:
            await _until(stops)
            desk.refuse()
        else:
            await _answer(desk, server, door, stops)
    typer.echo("Radica stopped.")


async def _started(found: "Settings", role: str, stack: AsyncExitStack) -> "App":
    """The desk; the stack stops it."""
    from bot.app import assemble, running

    desk = await stack.enter_async_context(running(assemble(found, role=role)))
    await _seed(desk)
    return desk


def _bound(host: str, port: int) -> socket.socket:
    """The listening socket, taken before anything else begins. Exits with a sentence."""
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(address[0], socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address[4])
        door.listen(256)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fail(f"port {port} is in use: stop what holds it, or set another", code=1)
        fail(f"cannot listen on {host}:{port}: {error.strerror or error}", code=1)
    door.setblocking(False)
    return door


async def _seed(desk: "App") -> None:
    """A fresh local desk has invented people, so that there is somebody to be."""
    if not desk.local:
        return
    from bot.seed import seed_alone

    who = token_hex(8)
    await desk.desk.run(lambda turn: seed_alone(turn, who))


def _server(desk: "App") -> "Server":
    import uvicorn

    from bot.web.app import vitals, web

    config = uvicorn.Config(
        vitals(desk) if desk.role == "worker" else web(desk),
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    return uvicorn.Server(config)


async def _answer(desk: "App", server: "Server", door: socket.socket, stops: Stops) -> None:
    # Not `serve`: it would take the signals for itself and close the door at once, while events
    # are still under way. Ours is closed when they are done; until then it answers 503.
    serving = asyncio.create_task(server._serve(sockets=[door]))
    leaving = asyncio.create_task(_until(stops))
    await asyncio.wait({serving, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    desk.refuse()
    await desk.desk.settled(SETTLING)
    server.should_exit = True
    await serving


async def _until(stops: Stops) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    stops.then(lambda: loop.call_soon_threadsafe(stop.set))
    await stop.wait()


def _asked_at(found: "Settings", door: socket.socket | None) -> str:
    if door is None:
        return ""
    return f", and answers http://{_shown(found.host)}:{door.getsockname()[1]}/metrics"


def _say_where(desk: "App", door: socket.socket) -> None:
    found = desk.settings
    port = door.getsockname()[1]
    book = desk.desk.book
    typer.echo(f"Radica is up: policy {book.name}, {desk.database.dialect}.")
    typer.echo(f"  Console   http://{_shown(found.host)}:{port}/")
    for platform in desk.platforms:
        typer.echo(f"  {platform.channel.name.capitalize():<9} {platform.way}")
    if desk.local:
        typer.echo("  No platform's token is set: the people in the console are invented.")
    elif found.enrolment == "open":
        typer.echo("  Enrolment is open: anybody who writes becomes a client of the trial.")
    typer.echo("Stop with Ctrl-C.")


def _shown(host: str) -> str:
    if host in ("", "*"):
        return "localhost"
    return f"[{host}]" if ":" in host else host
