"""Replicas as tests hold them: started together, looked at, stopped, continued, killed."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scheduler.clock import SystemClock
from tests.replicas.birth import Birth

ROOT = Path(__file__).parents[2]
LONG = 60.0  # seconds; a replica that takes longer is broken
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
UP = "Stop with Ctrl-C"


class Replica:
    """One `radica up`, and what it says."""

    def __init__(self, birth: Birth) -> None:
        self.name, self.birth = birth.name, birth
        self.pid = 0
        self.born = asyncio.Event()
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return not self.ended.done()

    @property
    def out(self) -> str:
        """What it told its operator."""
        return self._read("out")

    @property
    def err(self) -> str:
        """What it logged."""
        return self._read("err")

    @property
    def url(self) -> str:
        """Where it listens, as it said."""
        found = ADDRESS.search(self.out)
        assert found is not None, self.out + self.err
        return f"http://127.0.0.1:{found[1]}"

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log about something."""
        lines = [json.loads(one) for one in self.err.splitlines() if one.startswith("{")]
        return [one for one in lines if one.get("event") == event]

    async def is_up(self) -> Self:
        """Wait until it has started."""
        await until(lambda: UP in self.out or not self.lives, f"{self.name} to be up")
        assert self.lives, f"{self.name} ended with {self.ended.result()}\n{self.out}{self.err}"
        return self

    def signals(self, number: signal.Signals) -> None:
        """Send it a signal, where it still lives."""
        if self.lives:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def ends(self) -> int:
        """Its exit code, negative for a signal."""
        return await asyncio.wait_for(asyncio.shield(self.ended), LONG)

    async def stops(self) -> int:
        """Told to stop as an operator does; its exit code."""
        self.signals(signal.SIGTERM)
        return await self.ends()

    async def dies(self) -> None:
        """Killed, here and now."""
        self.signals(signal.SIGKILL)
        await self.ends()

    def _read(self, name: str) -> str:
        path = Path(self.birth.folder) / f"{self.name}.{name}"
        return path.read_text(errors="replace") if path.exists() else ""


class Nursery:
    """The process that forks replicas; one serves any number of fleets."""

    def __init__(self) -> None:
        self.replicas: dict[str, Replica] = {}
        self._process: Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.replicas.nursery"),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
        )
        self._hearing = asyncio.create_task(self._hear(self._process))
        await asyncio.wait_for(self._ready.wait(), LONG)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()
        if self._hearing is not None:
            await self._hearing

    async def bear(self, birth: Birth) -> Replica:
        """A new replica, begun and not awaited."""
        if self._process is None or self._process.stdin is None:
            raise RuntimeError("the nursery is closed")
        made = self.replicas[birth.name] = Replica(birth)
        self._process.stdin.write(json.dumps(asdict(birth)).encode() + b"\n")
        await asyncio.wait_for(made.born.wait(), LONG)
        return made

    async def _hear(self, process: Process) -> None:
        if process.stdout is None:
            raise RuntimeError("nothing is told")
        while line := await process.stdout.readline():
            word, *rest = line.decode().split()
            if word == "ready":
                self._ready.set()
            elif word == "born":
                self.replicas[rest[0]].pid = int(rest[1])
                self.replicas[rest[0]].born.set()
            elif word == "ended":
                self.replicas[rest[0]].ended.set_result(int(rest[1]))


class Fleet:
    """Any number of replicas with one environment. Everything started is ended with it."""

    def __init__(self, nursery: Nursery, folder: Path, env: Mapping[str, str]) -> None:
        self.folder = folder
        self.replicas: list[Replica] = []
        self._nursery = nursery
        self._env = _environment(env)
        self._began, self._origin = time.monotonic(), SystemClock().now()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        living = [one for one in self.replicas if one.lives]
        for one in living:
            one.signals(signal.SIGKILL)
        await asyncio.gather(*(one.ends() for one in living))

    async def start(self, *arguments: str, speed: float = 0.0, **env: str) -> Replica:
        """One more, not awaited: `radica up` with these arguments."""
        birth = Birth(
            name=f"replica{len(self._nursery.replicas) + 1}",
            env=self._env | env,
            arguments=list(arguments),
            folder=str(self.folder),
            speed=speed,
            began=self._began,
            origin=self._origin.isoformat(),
        )
        self.replicas.append(await self._nursery.bear(birth))
        return self.replicas[-1]

    async def up(self, *roles: str, **more: Any) -> list[Replica]:
        """One replica a role, all started together and all up."""
        started = [await self.start("--role", role, **more) for role in roles]
        return [*await asyncio.gather(*(one.is_up() for one in started))]


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "RADICA_PORT": "0", "RADICA_LOG": "info"} | dict(given)


async def until(true: Callable[[], Any], what: str, seconds: float = LONG) -> Any:
    """Wait until `true()` gives something."""
    ends = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < ends, f"waited {seconds:.0f} s for {what}"
        await asyncio.sleep(0.02)
    return found
