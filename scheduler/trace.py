"""Where a line of the log comes from: the event, the letter or the round, and the turn it is in.

Nothing in here says who: no chat, no person, no word of theirs. A place goes along into the
database's threads, and keeps the id of the last turn that ran in it.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token, copy_context
from functools import lru_cache
from hashlib import blake2s
from time import monotonic
from typing import TypeVar

from store.turn import Turn

T = TypeVar("T")
Place = dict[str, str | int]

_here: ContextVar[Place | None] = ContextVar("here", default=None)


class Within:
    """A block whose lines tell these facts, beside those of the blocks around it."""

    def __init__(self, facts: Place) -> None:
        self._facts = facts
        self._token: Token[Place | None] | None = None

    def __enter__(self) -> None:
        around = _here.get()
        self._token = _here.set({**around, **self._facts} if around else self._facts)

    def __exit__(self, *_raised: object) -> None:
        if self._token is not None:
            _here.reset(self._token)


def at(**facts: str | int) -> Within:
    """Lines from in here tell these facts."""
    return Within(facts)


def here() -> Mapping[str, str | int]:
    """What a line from here tells."""
    return _here.get() or {}


def at_event(channel: str, account: str, key: str) -> Within:
    """Lines from in here are about this event."""
    return Within({"channel": channel, "event_id": event_id(channel, account, key)})


@lru_cache(maxsize=64)  # the edge names an event, then the desk does
def event_id(*key: str) -> str:
    """An event's dedupe key as a word that gives nothing away; the same event, the same word."""
    return blake2s("\n".join(key).encode("utf-8", "replace"), digest_size=6).hexdigest()


def carried(work: Callable[[Turn], T], begun: list[float] | None = None) -> Callable[[Turn], T]:
    """The work for a database thread, which there is in the same place and names its turn.

    When it begins, by the monotonic clock, is added to `begun`.
    """
    context = copy_context()

    def inside(turn: Turn) -> T:
        if begun is not None:
            begun.append(monotonic())
        return context.run(_named, work, turn)

    return inside


def _named(work: Callable[[Turn], T], turn: Turn) -> T:
    place = _here.get()
    if place is None:
        _here.set({"turn": turn.id})
    else:
        place["turn"] = turn.id  # also for whoever waits for it in this place
    return work(turn)
