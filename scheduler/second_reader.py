"""A second reader, in a process of its own while a crowd writes: Python reads one text at a time,
or runs a turn.

It is begun when it is needed and ended when nobody needs it any more; nothing but speed depends on
it. `scheduler/reading_room.py` is the program that it is.
"""

import asyncio
import logging
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kb.reader import READ_AT_MOST, SHORT
from policy.errors import Outage
from scheduler.reading_room import LENGTH_BYTES, framed

if TYPE_CHECKING:
    from kb.reading import Reading
    from policy.pack import Policy

log = logging.getLogger(__name__)

PROGRAM: Final = "scheduler.reading_room"
TOGETHER: Final = 4  # texts that are asked and answered at once: their turns share a commit
Holding = Mapping[str, Sequence[str]]  # phrases that a supervisor accepted, by topic


@dataclass(frozen=True, kw_only=True)
class Manners:
    """When it comes and goes. Spans are in seconds."""

    crowd: int = 32  # texts that came while others were under way
    within: float = 10.0  # ... in this span, are a reason to begin it
    at_once: int = 8  # texts that may wait for it
    patience: float = 2.0  # for a text; then it hangs
    learning: float = 60.0  # until it is ready
    idle: float = 300.0  # without a text; then it is not needed
    rest: float = 60.0  # after it broke, until it may be begun again


class NotRead(Outage):
    """It could not read this: whoever asked reads it."""


class _Asked(NamedTuple):
    text: str
    answer: "asyncio.Future[Reading]"
    until: float


class SecondReader:
    """Asked from one event loop. What it cannot do, whoever asks does: nothing is ever lost."""

    def __init__(self, policy: "Policy", manners: Manners | None = None) -> None:
        self._policy = policy
        self._manners = manners or Manners()
        self._holding: Holding = {}
        self._came: deque[float] = deque(maxlen=self._manners.crowd)
        self._process: Process | None = None  # while it takes texts
        self._life: asyncio.Task[None] | None = None
        self._closed = False
        self._not_before = self._last = 0.0
        self._leaving: list[_Asked] = []  # go when this round of the loop is over
        self._asked: deque[_Asked] = deque()

    @classmethod
    def where_it_helps(cls, policy: "Policy") -> "SecondReader | None":
        """One where there is a second processor for it."""
        return cls(policy) if _processors() > 1 else None

    @property
    def pid(self) -> int | None:
        """Its process, while it takes texts."""
        return self._process.pid if self._process is not None else None

    @property
    def beginning(self) -> bool:
        """Whether it is on its way, or here."""
        return self._life is not None and not self._life.done()

    def takes(self, text: str) -> bool:
        """Whether to ask it for a text that came while others were under way; a crowd of them
        begins it. A few words are not worth the way there and back."""
        if not SHORT < len(text) <= READ_AT_MOST:
            return False
        self._came.append(monotonic())
        if self._process is None:
            self._begin_for_a_crowd()
            return False
        return len(self._leaving) + len(self._asked) < self._manners.at_once

    async def read(self, text: str) -> "Reading":
        """What the reader makes of it. Raises NotRead."""
        if self._process is None:
            raise NotRead("it is not there")
        loop = asyncio.get_running_loop()
        self._last = monotonic()
        asked = _Asked(text, loop.create_future(), self._last + self._manners.patience)
        if not self._leaving:
            loop.call_soon(self._send)
        self._leaving.append(asked)
        return await asked.answer

    def learn(self, holding: Holding) -> None:
        """Read by these phrases besides. One that is under way is ended and begun anew."""
        self._holding = holding
        self._process = None  # it reads by phrases that do not hold any more
        if self.beginning:
            self._begin(after=self._life)

    async def close(self) -> None:
        """End it. Whoever waits for it reads by themselves. Safe to call twice."""
        self._closed = True
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait({self._life})

    def _begin_for_a_crowd(self) -> None:
        now = monotonic()
        is_crowd = len(self._came) == self._came.maxlen
        if not is_crowd or now - self._came[0] > self._manners.within:
            return
        if now >= self._not_before and not self.beginning:
            self._begin()

    def _begin(self, after: "asyncio.Task[None] | None" = None) -> None:
        if not self._closed:
            # Of no event's context: what it logs is not about the one that came last.
            self._life = asyncio.create_task(self._live(after), name=PROGRAM, context=Context())

    async def _live(self, before: "asyncio.Task[None] | None") -> None:
        """From its beginning to its end, whatever ends it."""
        if before is not None:
            before.cancel()
            await asyncio.wait({before})
        process: Process | None = None
        try:
            process = await _started()
            async with asyncio.timeout(self._manners.learning):
                await self._teach(process)
            self._process, self._last = process, monotonic()
            log.info("a second process reads texts")
            self._watch(process, self._manners.patience)
            while True:
                self._settle(await _told(process))
        except (OSError, EOFError) as error:
            log.warning("the second reader has ended: %s", error or type(error).__name__)
            self._not_before = monotonic() + self._manners.rest
        finally:
            self._process = None
            self._disappoint()
            if process is not None:
                await _ended(process)

    async def _teach(self, process: Process) -> None:
        _ask(process, (self._policy, dict(self._holding)))
        await _told(process)

    def _send(self) -> None:
        leaving = self._leaving.copy()
        self._leaving.clear()
        if self._process is None:
            for asked in leaving:
                _refuse(asked)
            return
        self._asked.extend(leaving)
        for at in range(0, len(leaving), TOGETHER):
            _ask(self._process, [asked.text for asked in leaving[at : at + TOGETHER]])

    def _settle(self, readings: "Sequence[Reading | None]") -> None:
        for reading in readings:
            asked = self._asked.popleft()
            if reading is None:
                _refuse(asked)
            elif not asked.answer.done():
                asked.answer.set_result(reading)

    def _watch(self, process: Process, span: float) -> None:
        asyncio.get_running_loop().call_later(span, self._look, process)

    def _look(self, watched: Process) -> None:
        """Nobody waits longer than the patience for a text; nor does it stay for nobody."""
        if self._process is not watched or self._life is None:
            return
        now, manners = monotonic(), self._manners
        if self._asked and now >= self._asked[0].until:
            log.error("the second reader hangs: it is ended")
            self._not_before = now + manners.rest
            self._life.cancel()
        elif not self._asked and now - self._last >= manners.idle:
            log.info("the second process is not needed any more")
            self._life.cancel()
        else:
            self._watch(watched, min(manners.patience, manners.idle))

    def _disappoint(self) -> None:
        for asked in (*self._asked, *self._leaving):
            _refuse(asked)
        self._asked.clear()
        self._leaving.clear()


def _processors() -> int:
    """Those that this process may run on."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _refuse(asked: _Asked) -> None:
    if not asked.answer.done():
        asked.answer.set_exception(NotRead("it was not read"))


async def _started() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", PROGRAM, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )


def _ask(process: Process, what: object) -> None:
    if process.stdin is not None:
        process.stdin.write(framed(what))


async def _told(process: Process) -> Any:
    """What it says next. Raises EOFError when it has ended."""
    if process.stdout is None:
        raise EOFError
    length = await process.stdout.readexactly(LENGTH_BYTES)
    return pickle.loads(await process.stdout.readexactly(int.from_bytes(length, "big")))


async def _ended(process: Process) -> None:
    """It holds nothing that could be lost."""
    with suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
