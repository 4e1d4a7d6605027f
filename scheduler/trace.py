"""Where a line of the log comes from: the event, the letter or the round, and the turn it is in.

Nothing in here says who: no chat, no person, no word of theirs. A place goes along into the
database's threads, and keeps the id of the last turn that ran in it.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from typing import TypeVar

from typing_extensions import override

from store.turn import Turn, Turns

T = TypeVar("T")
Place = dict[str, str | int]

_here: ContextVar[Place | None] = ContextVar("here", default=None)


@contextmanager
def at(**facts: str | int) -> Iterator[None]:
    """Lines from in here tell these facts."""
    token = _here.set({**(_here.get() or {}), **facts})
    try:
        yield
    finally:
        _here.reset(token)


def here() -> Mapping[str, str | int]:
    """What a line from here tells."""
    return _here.get() or {}


def at_event(channel: str, account: str, key: str) -> AbstractContextManager[None]:
    """Lines from in here are about this event."""
    return at(channel=channel, event_id=event_id(channel, account, key))


@lru_cache(maxsize=64)  # the edge names an event, then the desk does
def event_id(*key: str) -> str:
    """An event's dedupe key as a word that gives nothing away; the same event, the same word."""
    return blake2s("\n".join(key).encode("utf-8", "replace"), digest_size=6).hexdigest()


def carried(work: Callable[[Turn], T], begun: Callable[[], None] | None = None) -> Callable[..., T]:
    """The work for a database thread, which there is in the same place and names its turn.

    `begun` is called when it begins.
    """
    context = copy_context()

    def inside(turn: Turn) -> T:
        if begun is not None:
            begun()
        return context.run(_named, work, turn)

    return inside


def _named(work: Callable[[Turn], T], turn: Turn) -> T:
    place = _here.get()
    if place is None:
        _here.set({"turn": turn.id})
    else:
        place["turn"] = turn.id  # also for whoever waits for it in this place
    return work(turn)


@dataclass(frozen=True)
class Carrying(Turns):
    """Turns whose log lines know where they come from, with a word when one begins."""

    begun: Callable[[], None] | None = None

    @classmethod
    def over(cls, turns: Turns, begun: Callable[[], None]) -> "Carrying":
        """The same database, policy, clock and house."""
        return cls(turns.database, turns.book, turns.clock, turns.house, begun)

    @override
    def run(self, work: Callable[[Turn], T], *, alone: bool = False) -> "Future[T]":
        """As `Turns.run`."""
        return super().run(carried(work, self.begun), alone=alone)
