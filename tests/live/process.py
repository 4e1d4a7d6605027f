"""`radica up` as an operator starts it: a process of its own, an environment, a terminal."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
LONG = 40.0  # seconds
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Up:
    """A started `radica up`. `out` and `err` grow as it speaks."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.out, self.err = "", ""
        self._readers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._readers = [asyncio.create_task(self._hear(name)) for name in ("out", "err")]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.ends()

    @property
    def url(self) -> str:
        """Where it listens, as it said."""
        found = ADDRESS.search(self.out)
        assert found is not None, self.out + self.err
        return f"http://127.0.0.1:{found[1]}"

    async def says(self, words: str) -> None:
        """Wait until it has said so."""
        ends = time.monotonic() + LONG
        while words not in self.out:
            dead = self.process.returncode is not None
            assert not dead, f"it ended with {self.process.returncode}\n{self.out}\n{self.err}"
            assert time.monotonic() < ends, f"no {words!r} in\n{self.out}\n{self.err}"
            await asyncio.sleep(0.02)

    def signals(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def ends(self) -> int:
        """Its exit code; everything it said has been read by then."""
        code = await asyncio.wait_for(self.process.wait(), LONG)
        await asyncio.gather(*self._readers)
        return code

    async def _hear(self, name: str) -> None:
        stream = self.process.stdout if name == "out" else self.process.stderr
        assert stream is not None
        while piece := await stream.read(4096):
            setattr(self, name, getattr(self, name) + piece.decode(errors="replace"))


@asynccontextmanager
async def up(folder: Path, settings: Mapping[str, str], *arguments: str) -> AsyncIterator[Up]:
    """Start it in a folder without a .env, with these settings and nothing of ours around it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "up", *arguments),
        cwd=folder,
        env=kept
        | {"PYTHONPATH": str(ROOT), "RADICA_PORT": "0", "RADICA_LOG": "warning"}
        | dict(settings),
        stdout=PIPE,
        stderr=PIPE,
    )
    async with Up(process) as started:
        yield started
