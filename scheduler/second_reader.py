"""A second reader in a process beside this one: Python reads one text at a time, or runs a turn.

It is a fork, made before any thread of ours is: policy, phrases and weights are loaded once, and
what neither process changes is held once. It touches no database and no network, and ends with the
process that it reads for, however that ends.
"""

import asyncio
import gc
import logging
import os
import pickle
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from kb import shelf
from kb.reader import READ_AT_MOST, SHORT
from policy.errors import Outage

if TYPE_CHECKING:
    from kb.reader import Reader
    from kb.reading import Reading
    from policy.pack import Policy

log = logging.getLogger(__name__)

AT_ONCE: Final = 8  # texts that may wait for it: with the longest, well within a socket's room
TOGETHER: Final = 4  # texts that it answers at once: fewer wakes here, and turns in one commit
PATIENCE: Final = 2.0  # seconds for a text; one that takes longer is read here, and it is ended
LEARNING: Final = 60.0  # seconds for new phrases
ROOM: Final = 1 << 16  # bytes of an answer; a longer one is not sent
MOST: Final = 1 << 20  # bytes of new phrases
Holding = Mapping[str, Sequence[str]]  # phrases by topic


class NotRead(Outage):
    """It cannot read this now, or never again: read it here."""


class _Asked(NamedTuple):
    answer: "asyncio.Future[Reading]"
    until: float


class SecondReader:
    """Asked from one event loop. What it cannot do, whoever asks does: nothing is ever lost."""

    def __init__(self, policy: "Policy", reader: "Reader", *, patience: float = PATIENCE) -> None:
        """Fork. Call it before threads are started. Raises OSError where there is no room."""
        self._patience = patience
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = os.fork()
        if self._process == 0:
            try:
                _read_all(theirs, policy, reader)
            finally:
                os._exit(0)
        theirs.close()
        ours.setblocking(False)
        self._socket = ours
        self._room = memoryview(bytearray(ROOM))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: deque[_Asked] = deque()
        self._learning = self._watched = self._gone = False

    @classmethod
    def where_it_helps(cls, policy: "Policy", reader: "Reader") -> "SecondReader | None":
        """One where there is a second processor and a system that forks safely."""
        if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
            return None
        try:
            return cls(policy, reader)
        except OSError as error:
            log.warning("texts are read in this process alone: %s", error)
            return None

    @property
    def pid(self) -> int | None:
        """Its process; None once it has ended."""
        return None if self._gone else self._process

    def takes(self, text: str) -> bool:
        """Whether it may be asked now, and a text is worth the way there and back."""
        if self._gone or self._learning or len(self._asked) >= AT_ONCE:
            return False
        return SHORT < len(text) <= READ_AT_MOST

    async def read(self, text: str) -> "Reading":
        """What the reader makes of it. Raises NotRead."""
        return await self._ask(text, self._patience)

    async def learn(self, holding: Holding) -> None:
        """Read by these phrases besides; until it knows them it takes no text."""
        if self._gone:
            return
        self._learning = True
        try:
            await self._ask(holding, LEARNING)
        except NotRead:
            self.close()  # it would go on reading by phrases that do not hold any more
        finally:
            self._learning = False

    def close(self) -> None:
        """End it. Whoever waits for it reads by themselves. Safe to call twice."""
        if self._gone:
            return
        self._gone = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
        self._socket.close()
        _end(self._process)
        while self._asked:
            self._disappoint(self._asked.popleft())

    async def _ask(self, what: str | Holding, patience: float) -> "Reading":
        if self._gone:
            raise NotRead("it has ended")
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            loop.add_reader(self._socket, self._answered)
            self._loop = loop
        try:
            self._socket.send(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise NotRead(str(error)) from error
        asked = _Asked(loop.create_future(), monotonic() + patience)
        self._asked.append(asked)
        if not self._watched:
            self._watch(loop, patience)
        return await asked.answer

    def _answered(self) -> None:
        try:
            length = self._socket.recv_into(self._room)
        except BlockingIOError:
            return
        except OSError:
            length = 0
        if not length:
            log.warning("the second reader has ended: texts are read in this process alone")
            self.close()
            return
        for reading in pickle.loads(self._room[:length]):
            asked = self._asked.popleft()
            if reading is None:
                self._disappoint(asked)
            elif not asked.answer.done():
                asked.answer.set_result(reading)

    def _watch(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self._watched = True
        loop.call_later(patience, self._look)

    def _look(self) -> None:
        """Nobody waits longer than the patience that was asked for."""
        self._watched = False
        if self._gone or not self._asked or self._loop is None:
            return
        left = self._asked[0].until - monotonic()
        if left > 0:
            self._watch(self._loop, left)
            return
        log.error("the second reader does not answer: texts are read in this process alone")
        self.close()

    def _disappoint(self, asked: _Asked) -> None:
        if not asked.answer.done():
            asked.answer.set_exception(NotRead("not read"))


def _end(process: int) -> None:
    """It holds nothing that could be lost."""
    with suppress(ChildProcessError):  # whoever started the desk had it ignore how children end
        if os.waitpid(process, os.WNOHANG) == (0, 0):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _read_all(asked: socket.socket, policy: "Policy", reader: "Reader") -> None:
    """The process: a text in, its reading out, until nobody is at the other end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends with the process that asks
    signal.set_wakeup_fd(-1)
    _let_go(asked.fileno())
    gc.freeze()  # else the first collection would touch, and so copy, all that is shared
    gc.enable()
    while said := asked.recv(MOST):
        answers: list[Reading | None] = []
        while said:
            what = pickle.loads(said)
            if not isinstance(what, str):
                reader, what = shelf.taught(policy, what), ""
            answers.append(_reading(reader, what))
            said = _waiting(asked) if len(answers) < TOGETHER else b""
        with suppress(BrokenPipeError):  # nobody is there any more: the next look ends it
            _tell(asked, answers)


def _waiting(asked: socket.socket) -> bytes:
    try:
        return asked.recv(MOST, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b""


def _reading(reader: "Reader", text: str) -> "Reading | None":
    try:
        return reader.read(text)
    except Exception:
        return None  # whoever asked reads it, and tells the log why that failed


def _tell(asked: socket.socket, answers: "list[Reading | None]") -> None:
    said = pickle.dumps(answers, pickle.HIGHEST_PROTOCOL)
    if len(said) <= ROOM:
        asked.send(said)
    elif len(answers) == 1:
        asked.send(pickle.dumps([None]))
    else:
        for answer in answers:
            _tell(asked, [answer])


def _let_go(kept: int) -> None:
    """Close what was opened before the fork, such as the door that the desk listens at."""
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
