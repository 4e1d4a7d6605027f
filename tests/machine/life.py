"""One process's life. It ends at a named point, and nothing after that point was done by it."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from typing_extensions import override

from handlers.letters.letter import LetterFile
from scheduler.channel import Delivery, Outcome
from store.job import Ends
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
    def begin(self, work: Callable[[Turn], Any], ends: Ends, *, alone: bool = False) -> None:
        self.life.check()

        def to_the_brink(turn: Turn) -> Any:
            done = work(turn)
            self.life("before_commit")
            return done

        super().begin(to_the_brink, partial(self._tell, ends), alone=alone)

    @override
    def read(self, work: Callable[[Turn], T]) -> "Future[T]":
        self.life.check()
        return super().read(work)

    def _tell(self, ends: Ends, result: Any, error: BaseException | None) -> None:
        """After the commit there may be nobody left to hear of it."""
        if error is None:
            try:
                self.life("committed")
            except Crash as crash:
                error = crash
        ends(result, error)


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
