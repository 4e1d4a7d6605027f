"""A ticket's life: the states, the steps, and the one table of moves between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from policy.calendar import Hours
from policy.errors import Refusal
from policy.evolved import evolved


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"  # in the channel, nobody has it
    TAKEN = "taken"  # one engineer holds it
    WAITING = "waiting"  # the holder asked the client; the response clock rests
    SOLVED = "solved"  # the solution was told; the client has the word
    CLOSED = "closed"  # confirmed, withdrawn, agreed, or approved by silence


# Somebody waits for the desk to do something. What is reported later is a fault of its own.
UNSOLVED = frozenset({State.NEW, State.TAKEN, State.WAITING})


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
    END = "end"


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
        (State.TAKEN, Step.END): State.CLOSED,
        (State.WAITING, Step.ASSIGN): State.WAITING,
        (State.WAITING, Step.RELEASE): State.NEW,
        (State.WAITING, Step.ASK): State.WAITING,
        (State.WAITING, Step.RESUME): State.TAKEN,
        (State.WAITING, Step.ESCALATE): State.WAITING,
        (State.WAITING, Step.SOLVE): State.SOLVED,
        (State.WAITING, Step.WITHDRAW): State.CLOSED,
        (State.WAITING, Step.AGREE): State.CLOSED,
        (State.WAITING, Step.END): State.CLOSED,
        (State.SOLVED, Step.CONFIRM): State.CLOSED,
        (State.SOLVED, Step.REOPEN): State.TAKEN,
        (State.SOLVED, Step.LAPSE): State.CLOSED,
        (State.SOLVED, Step.WITHDRAW): State.CLOSED,
        (State.SOLVED, Step.AGREE): State.CLOSED,
        (State.SOLVED, Step.END): State.CLOSED,
    }
)


class Closing(StrEnum):
    """Why a ticket is closed."""

    CONFIRMED = "confirmed"
    SILENCE = "silence"
    WITHDRAWN = "withdrawn"
    AGREED = "agreed"
    UNAVAILABLE = "unavailable"  # nobody answered a question of the desk
    MISSED_VISIT = "missed_visit"  # at the hour of the visit the equipment was not free


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A span in which the response clock rests; `until` is None while it lasts.

    `why` is the key of the pack's cause on the client's side; `by` who made the clock rest.
    """

    since: datetime
    until: datetime | None
    cause: str  # "asked" | "approval" | "client_cause"
    why: str = ""
    by: int | None = None  # person id


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The answer promised, frozen as values: a later edit of the pack never moves it.

    `seconds` counts inside `hours` from `started_at`; None where the policy states no figure
    (D18, S1-58: planned work). `due` already includes every pause of the ticket's ledger.
    `also` holds what was promised besides, which was due later when this was last reckoned (D4).
    """

    plan: str
    priority: str
    started_at: datetime
    seconds: int | None
    due: datetime | None
    clause: str
    hours: Hours
    source: str = "plan"  # "plan" | "hybrid" | "request" | "agreed": whose figure it is
    also: tuple["Promise", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long the desk waits for the client's word, in elapsed time from the sent notice."""

    remind_after: timedelta
    close_after: timedelta
    close_undelivered: bool
    clause: str


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A paper that was asked for, frozen as values: all of `needs`, and one of `one_of` if any.

    While one that `blocks` is not complete, its case cannot move to work (S0-13).
    """

    paper: str
    since: datetime
    needs: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    got: tuple[str, ...] = ()
    blocks: bool = True
    clause: str

    @property
    def missing(self) -> tuple[str, ...]:
        """What has still to be recorded; where one of several is enough, all of these."""
        needed = tuple(need for need in self.needs if need not in self.got)
        return needed if set(self.one_of) & set(self.got) else (*needed, *self.one_of)

    @property
    def complete(self) -> bool:
        """Whether everything is recorded."""
        return not self.missing


WORK = frozenset({Step.RESUME, Step.SOLVE})  # what an approval that is missing holds back


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
    papers: tuple[Awaited, ...] = ()  # what was asked for, complete or not, in order
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
        """The ticket after `step`. Raises Refusal("wrong_state") where there is no such move.

        Behind a wall (a paper that blocks and is not complete) no step leads to work: Refusal(
        "needs_approval"); whoever takes it then holds it waiting.
        """
        target = MOVES.get((self.state, step))
        if target is None:
            raise Refusal("wrong_state", number=self.number, state=self.state, step=step)
        wall = self.wall
        if wall is not None and step in WORK:
            need = f"need.{wall.missing[0]}"
            raise Refusal("needs_approval", clause=wall.clause, number=self.number, need=need)
        if wall is not None and target is State.TAKEN and step in (Step.CLAIM, Step.ASSIGN):
            target = State.WAITING
        return evolved(self, state=target, since=at)

    def can(self, step: Step) -> bool:
        """Whether the table has this move from here."""
        return (self.state, step) in MOVES

    @property
    def wall(self) -> Awaited | None:
        """The first paper without which the case cannot move to work."""
        return next((one for one in self.papers if one.blocks and not one.complete), None)

    @property
    def is_open(self) -> bool:
        """Whether work or a word of the client is still expected."""
        return self.state is not State.CLOSED
