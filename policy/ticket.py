"""A ticket's life: the states, the steps, and the one table of moves between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from policy.calendar import Hours
from policy.errors import Refusal


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"  # in the channel, nobody has it
    TAKEN = "taken"  # one engineer holds it
    WAITING = "waiting"  # the holder asked the client; the response clock rests
    SOLVED = "solved"  # the solution was told; the client has the word
    CLOSED = "closed"  # confirmed, withdrawn, agreed, or approved by silence


class Step(StrEnum):
    """What may happen to a ticket."""

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    ASK = "ask"
    RESUME = "resume"
    ESCALATE = "escalate"
    SOLVE = "solve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    AGREE = "agree"


MOVES: Mapping[tuple[State, Step], State] = MappingProxyType(
    {
        (State.NEW, Step.CLAIM): State.TAKEN,
        (State.NEW, Step.ASSIGN): State.TAKEN,
        (State.NEW, Step.ESCALATE): State.NEW,
        (State.NEW, Step.WITHDRAW): State.CLOSED,
        (State.NEW, Step.AGREE): State.CLOSED,
        (State.TAKEN, Step.ASSIGN): State.TAKEN,
        (State.TAKEN, Step.RELEASE): State.NEW,
        (State.TAKEN, Step.ASK): State.WAITING,
        (State.TAKEN, Step.ESCALATE): State.TAKEN,
        (State.TAKEN, Step.SOLVE): State.SOLVED,
        (State.TAKEN, Step.WITHDRAW): State.CLOSED,
        (State.TAKEN, Step.AGREE): State.CLOSED,
        (State.WAITING, Step.ASSIGN): State.WAITING,
        (State.WAITING, Step.RELEASE): State.NEW,
        (State.WAITING, Step.ASK): State.WAITING,
        (State.WAITING, Step.RESUME): State.TAKEN,
        (State.WAITING, Step.ESCALATE): State.WAITING,
        (State.WAITING, Step.SOLVE): State.SOLVED,
        (State.WAITING, Step.WITHDRAW): State.CLOSED,
        (State.WAITING, Step.AGREE): State.CLOSED,
        (State.SOLVED, Step.CONFIRM): State.CLOSED,
        (State.SOLVED, Step.REOPEN): State.TAKEN,
        (State.SOLVED, Step.LAPSE): State.CLOSED,
        (State.SOLVED, Step.WITHDRAW): State.CLOSED,
        (State.SOLVED, Step.AGREE): State.CLOSED,
    }
)


class Closing(StrEnum):
    """Why a ticket is closed."""

    CONFIRMED = "confirmed"
    SILENCE = "silence"
    WITHDRAWN = "withdrawn"
    AGREED = "agreed"


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A span in which the response clock rests; `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    cause: str  # "asked" | "client_cause"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The answer promised, frozen as values: a later edit of the pack never moves it.

    `seconds` counts inside `hours` from `started_at`; None where the policy states no figure
    (D18, S1-58: planned work). `due` already includes every pause of the ticket's ledger.
    """

    plan: str
    priority: str
    started_at: datetime
    seconds: int | None
    due: datetime | None
    clause: str
    hours: Hours
    source: str = "plan"  # "plan" | "hybrid" | "request": whose figure it is


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long the desk waits for the client's word, in elapsed time from the sent notice."""

    remind_after: timedelta
    close_after: timedelta
    close_undelivered: bool
    clause: str


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One case. Frozen: a change is a new value, saved only over the version it was read at."""

    number: int
    organisation: int
    requester: int  # person id
    conversation: int  # where it was opened, and where its notices go
    state: State
    kind: str  # "incident" | "request"
    category: str | None
    typology: str | None
    priority: str
    because: str  # "catalogue" | "matrix" | "raised" | "engineer" | "request"
    subject: str
    text: str
    details: Mapping[str, str] = field(default_factory=dict[str, str])
    impact: str | None = None
    urgency: str | None = None
    promise: Promise
    waits: Waits
    pauses: tuple[Pause, ...] = ()
    pack: str
    digest: str
    opened_at: datetime
    since: datetime
    holder: int | None = None  # person id
    level: int = 1
    round: int = 1  # 1, then one more for every "no" of the client
    answered_at: datetime | None = None
    solved_at: datetime | None = None
    solution: str | None = None
    notice_sent_at: datetime | None = None  # the solution notice left the house
    undelivered: bool = False  # the client does not receive messages
    closed_at: datetime | None = None
    closing: Closing | None = None
    rating: int | None = None
    linked_to: int | None = None
    wants_person: bool = False
    version: int = 1

    def take(self, step: Step, *, at: datetime) -> "Ticket":
        """The ticket after `step`. Raises Refusal("wrong_state") where there is no such move."""
        target = MOVES.get((self.state, step))
        if target is None:
            raise Refusal("wrong_state", number=self.number, state=self.state, step=step)
        return replace(self, state=target, since=at)

    def can(self, step: Step) -> bool:
        """Whether the table has this move from here."""
        return (self.state, step) in MOVES

    @property
    def is_open(self) -> bool:
        """Whether work or a word of the client is still expected."""
        return self.state is not State.CLOSED
