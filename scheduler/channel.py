"""The port to a platform. Implementations translate and send; they never decide."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from handlers.letters.letter import Letter, LetterFile


class SetupFault(Exception):
    """The operator has to mend something (a refused token, a missing scope); retrying is no use."""


class Result(StrEnum):
    """What became of one attempt (PLATFORM.md, design consequence 3)."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # refused, DNS, connect timeout, 429: certain that nothing went out
    UNKNOWN = "unknown"  # read timeout, reset after the write, 5xx, garbage 200
    PERMANENT = "permanent"  # blocked, archived, no such chat, malformed: never again
    AUTH = "auth"  # the account's token is refused: pause the account


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The classified result. `refs` are the platform's ids of what was sent, first to last."""

    result: Result
    refs: tuple[str, ...] = ()
    code: str = ""  # the platform's error, for the log and the row
    retry_after: float | None = None  # seconds, as the platform asked; capped by the dispatcher
    limit: str = ""  # what a 429 was about: "chat", "account", or the name of a method
    asks: bool = False  # of an unknown outcome: the platform will tell, once it can be asked
    moved_to: str | None = None  # a Telegram group that became a supergroup


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a letter goes. `thread` is the card's ref; `only` the one user who may see it."""

    account: str
    chat: str
    thread: str | None = None
    only: str | None = None
    response_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One claimed outbox row, composed. `outbox_id` may travel as metadata, to reconcile.

    `sent` are the refs of its first messages, where an earlier attempt stopped half way, perhaps
    in another replica.
    """

    outbox_id: int
    attempt: int
    place: Place
    letter: Letter
    sent: tuple[str, ...] = ()


class Channel(Protocol):
    """A way to reach people."""

    name: str  # "telegram" | "slack"
    account: str

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send, edit, delete or react, as the letter says. Never raises for a platform's answer."""
        ...

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        """After an unknown outcome: what the platform can tell. None where it never can;
        UNKNOWN where it could not be asked now."""
        ...

    def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        """The bytes of a file that came in on this channel, streamed and bounded (20 MB)."""
        ...

    async def start(self) -> None:
        """Check the token and announce commands. Raises Outage or SetupFault."""
        ...

    async def stop(self) -> None:
        """Close connections; safe to call twice."""
        ...
