"""Houses as the benches keep them: desks started, killed, stopped, continued and starved."""

import asyncio
import json
import os
import resource
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tests.faults.house import Order

ROOT = Path(__file__).parents[2]
LONG = 90.0  # seconds


class House:
    """A process that forks desks, and the desk that lives in it now."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.port, self.lives = name, free_port(), 0
        self.ready, self.armed = asyncio.Event(), asyncio.Event()
        self.child: int | None = None
        self._path = log
        self._process: Process | None = None
        self._ended: asyncio.Future[int] | None = None
        self._hearing: asyncio.Task[None] | None = None

    @property
    def lives_now(self) -> bool:
        """Whether a desk is alive in it."""
        return self.child is not None

    async def start(self, make: Callable[[int], Order]) -> None:
        """A new desk, told its port."""
        process = await self._opened()
        if process.stdin is None or self.child is not None:
            raise RuntimeError("the house is not free")
        self.lives += 1
        self.ready.clear()
        self.armed.clear()
        self._born = asyncio.Event()
        self._ended = asyncio.get_running_loop().create_future()
        process.stdin.write(json.dumps(asdict(make(self.port))).encode() + b"\n")
        await asyncio.wait_for(self._born.wait(), LONG)

    async def ended(self) -> int:
        """Wait until the desk ended; its exit code, negative for a signal."""
        if self._ended is None:
            raise RuntimeError("no desk was started")
        return await asyncio.wait_for(asyncio.shield(self._ended), None)

    def signals(self, number: signal.Signals) -> None:
        """Send the desk a signal, where it still lives."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                os.kill(self.child, number)

    async def arm(self) -> None:
        """From now on the desk dies at its point."""
        self.signals(signal.SIGUSR1)
        await asyncio.wait_for(self.armed.wait(), LONG)

    async def kill(self) -> None:
        """Here and now."""
        if self.child is not None:
            self.signals(signal.SIGKILL)
            await self.ended()

    def starve(self, most: int | None) -> bool:
        """No file may grow beyond so many bytes; None lifts it. False where that cannot be done."""
        if self.child is None or not hasattr(resource, "prlimit"):
            return False
        limit = resource.RLIM_INFINITY if most is None else most
        with suppress(ProcessLookupError):
            resource.prlimit(self.child, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            return True
        return False

    async def close(self) -> None:
        """End everything that this house started."""
        await self.kill()
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
        if self._hearing is not None:
            await self._hearing

    def told(self) -> str:
        """The end of what the desks logged."""
        return self._path.read_text(errors="replace")[-3000:] if self._path.exists() else ""

    async def _opened(self) -> Process:
        if self._process is None:
            with self._path.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "tests.faults.house"),
                    cwd=ROOT,
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=log,
                )
            self._hearing = asyncio.create_task(self._hear(self._process))
        return self._process

    async def _hear(self, process: Process) -> None:
        if process.stdout is None:
            raise RuntimeError("nothing is told")
        while line := await process.stdout.readline():
            word, _, number = line.decode().strip().partition(" ")
            if word == "born":
                self.child = int(number)
                self._born.set()
            elif word == "ready":
                self.ready.set()
            elif word == "armed":
                self.armed.set()
            elif word == "ended" and self._ended is not None:
                self.child = None
                self.ready.clear()
                self._ended.set_result(int(number))


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
