"""One process's life. It ends at a named point, and nothing after that point was done by it."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from typing_extensions import override

from handlers.letters.letter import LetterFile
from scheduler.channel import Delivery, Outcome
from store.turn import Turn, Turns
from tests.machine.platforms import Platform

T = TypeVar("T")

# Where a process may die: the program's own points, and both sides of every commit.
POINTS = (
    *("after_recv", "after_commit", "after_claim"),
    *("before_send", "after_send", "before_settle"),
    *("before_commit", "committed"),
)


class Crash(BaseException):
    """The process is gone. No handler of an ordinary exception ever sees a SIGKILL."""


class Life:
    """Passes points, until it is told to end at one of them; after that it passes none."""

    def __init__(self) -> None:
        self.over = False
        self.ended_at = ""
        self._point, self._left = "", 0

    def end_at(self, point: str, time: int) -> None:
        """Die the `time`-th time that this point is passed."""
        self._point, self._left = point, time

    def __call__(self, point: str) -> None:
        self.check()
        if point != self._point:
            return
        self._left -= 1
        if self._left == 0:
            self.over, self.ended_at = True, point
            raise Crash(point)

    def check(self) -> None:
        """Raises Crash for whatever a dead process would still do."""
        if self.over:
            raise Crash(self.ended_at)


@dataclass(frozen=True)
class MortalTurns(Turns):
    """Turns of a process that may die on either side of a commit."""

    life: Life = field(default_factory=Life)

    @override
    def run(self, work: Callable[[Turn], T], *, alone: bool = False) -> "Future[T]":
        self.life.check()
        told: Future[T] = Future()
        told.set_running_or_notify_cancel()

        def to_the_brink(turn: Turn) -> T:
            done = work(turn)
            self.life("before_commit")
            return done

        future = super().run(to_the_brink, alone=alone)
        future.add_done_callback(lambda done: self._tell(done, told))
        return told

    @override
    def read(self, work: Callable[[Turn], T]) -> "Future[T]":
        self.life.check()
        return super().read(work)

    def _tell(self, done: "Future[T]", told: "Future[T]") -> None:
        """After the commit there may be nobody left to hear of it."""
        error = done.exception()
        if error is not None:
            told.set_exception(error)
            return
        try:
            self.life("committed")
        except Crash as crash:
            told.set_exception(crash)
        else:
            told.set_result(done.result())


class Line:
    """A process's own connection to a platform: it is cut when the process dies."""

    def __init__(self, life: Life, platform: Platform) -> None:
        self._life = life
        self._platform = platform
        self.name = platform.name
        self.account = platform.account

    async def deliver(self, delivery: Delivery) -> Outcome:
        self._life.check()
        return await self._platform.deliver(delivery)

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        self._life.check()
        return await self._platform.reconcile(delivery)

    async def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        self._life.check()
        yield b"bytes of " + file.ref.encode()

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None
