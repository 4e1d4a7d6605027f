"""The audit trail read once more, by somebody who knows only the table of moves."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from policy.ticket import Closing

PATIENCE = timedelta(seconds=5)  # an effect that had to wait is done this much later at most
LEVELS = 4
QUIET = frozenset(  # what changes a ticket without moving its version
    ("answered", "solution_sent", "rated", "not_heard")
)
LOUD = frozenset(
    (
        *("claimed", "released", "assigned", "asked", "resumed", "escalated", "solved", "closed"),
        *("reopened", "priority", "raised", "asked_again"),
        *("paused", "dated", "extended", "quick"),
    )
)
SPEAKS = frozenset(("warned", "breached", "client_told_again", "reminded", "asked_reminded"))


@dataclass
class Case:
    """A ticket as its trail tells it. What cannot have happened is kept in `wrong`."""

    number: int
    opened_at: datetime
    priority: str
    state: str = "new"
    holder: int | None = None
    level: int = 1
    round: int = 1
    answered: bool = False
    undelivered: bool = False
    walled: bool = False  # a paper was demanded at the opening: nobody works before it is there
    closing: str | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    loud: int = 0
    unsure: int = 0  # changes that may have moved the version, or not
    silence_from: datetime | None = None  # the silence clock runs since then
    reminder: bool = False  # and its reminder is still to come
    doubt: bool = False  # a letter did not arrive: the clock stops if it was the question
    asking_from: datetime | None = None  # an answer is waited for, with a reminder to come
    seen: Counter[str] = field(default_factory=Counter[str])
    answers: int = 0  # first answers, one a round
    once: set[tuple[Any, ...]] = field(default_factory=set[tuple[Any, ...]])
    wrong: list[str] = field(default_factory=list[str])

    def take(self, row: Any, waits: Any) -> None:
        """One more row of the trail; `waits` are the ticket's closing waits."""
        self.seen[row.what] += 1
        if row.what in LOUD:
            self.loud += 1
        if self.state == "closed" and row.what in (LOUD | SPEAKS | {"not_heard", "undelivered"}):
            self.wrong.append(f"{row.what} after the end")
        told = TOLD.get(row.what)
        if told is not None:
            told(self, row)
        if row.what in SPEAKS:
            self._spoke(row, waits)

    def _spoke(self, row: Any, waits: Any) -> None:
        """A timer spoke: once, and not before its time."""
        match row.what:
            case "warned" | "breached":
                self._only_once(row.what, self.round, row.facts["due"], row.facts["rung"])
                if row.what == "breached" and row.at < row.facts["due"]:
                    self.wrong.append("breached before it was due")
                if self.answered:
                    self.wrong.append(f"{row.what} after the answer")
            case "reminded":
                self._not_before(row, self.silence_from, waits["remind_after"])
                self._pending(row, self.reminder)
                self.reminder = False
            case "asked_reminded":
                self.asking_from = None
            case _:
                self._only_once(row.what, row.at)

    def lapsed(self, row: Any, wait: timedelta) -> None:
        """Silence counted as approval: only after the whole of it."""
        self._not_before(row, self.silence_from, wait)

    def move(self, row: Any, state: str, *legal: str) -> None:
        """From one of the legal states to another."""
        if self.state not in legal:
            self.wrong.append(f"{row.what} in state {self.state}")
        self.state = state

    def rest(self) -> None:
        """No silence is counted any more."""
        self.silence_from, self.reminder, self.doubt = None, False, False

    def _only_once(self, *what: Any) -> None:
        if what in self.once:
            self.wrong.append(f"twice: {what}")
        self.once.add(what)

    def _pending(self, row: Any, pending: bool) -> None:
        if not pending:
            self.wrong.append(f"{row.what} twice, or never set")

    def _not_before(self, row: Any, since: datetime | None, wait: timedelta) -> None:
        if since is None:
            self.wrong.append(f"{row.what} while no clock ran")
        elif row.at < since + wait - PATIENCE:
            self.wrong.append(f"{row.what} at {row.at}, {wait} after {since}")


def _claimed(case: Case, row: Any) -> None:
    if case.holder is not None:
        case.wrong.append("claimed while somebody had it")
    case.move(row, "waiting" if case.walled else "taken", "new")
    case.holder = row.actor


def _released(case: Case, row: Any) -> None:
    case.move(row, "new", "taken", "waiting")
    case.holder = None
    case.asking_from = None


def _assigned(case: Case, row: Any) -> None:
    waits = case.walled or case.state == "waiting"
    case.move(row, "waiting" if waits else "taken", "new", "taken", "waiting")
    case.holder = row.facts["to"]


def _asked(case: Case, row: Any) -> None:
    case.move(row, "waiting", "taken", "waiting")
    case.asking_from = row.at


def _asked_later(case: Case, row: Any) -> None:
    case.asking_from = row.at


def _resumed(case: Case, row: Any) -> None:
    case.move(row, "taken", "waiting")
    case.asking_from, case.walled = None, False


def _escalated(case: Case, row: Any) -> None:
    case.move(row, case.state, "new", "taken", "waiting")
    case.level = row.facts["level"]


def _paper(case: Case, row: Any) -> None:
    """One that an engineer puts later has a text; the machine's engineers put none."""
    case.walled = case.walled or "text" not in row.facts


def _solved(case: Case, row: Any) -> None:
    case.move(row, "solved", "taken", "waiting")
    if case.walled:
        case.wrong.append("solved behind a wall")
    case.undelivered, case.asking_from = False, None


def _asked_again(case: Case, row: Any) -> None:
    case.move(row, "solved", "solved")
    case.undelivered = False
    case.rest()


def _solution_sent(case: Case, row: Any) -> None:
    case.move(row, "solved", "solved")
    case.undelivered = False
    case.silence_from, case.reminder, case.doubt = row.at, True, False
    _answered(case, row)


def _answered(case: Case, _row: Any) -> None:
    if not case.answered:
        case.answers += 1
    case.answered = True


def _not_tried(case: Case, row: Any) -> None:
    case.move(row, "solved", "solved")
    case.silence_from, case.reminder, case.doubt = row.at, True, False


def _undelivered(case: Case, row: Any) -> None:
    case.undelivered = True
    case.unsure += 1
    case.doubt = case.state == "solved"


def _reopened(case: Case, row: Any) -> None:
    case.move(row, "taken", "solved")
    case.round = row.facts.get("round", case.round)
    case.level = row.facts.get("level", case.level)
    case.answered = case.undelivered = False
    case.rest()


def _priority(case: Case, row: Any) -> None:
    if row.facts["old"] != case.priority:
        case.wrong.append(f"priority was {case.priority}, not {row.facts['old']}")
    case.priority = row.facts["new"]


def _rated(case: Case, row: Any) -> None:
    if case.rating is not None:
        case.wrong.append("rated twice")
    case.rating = row.facts["stars"]


ENDS = {
    "confirmed": (Closing.CONFIRMED, ("solved",)),
    "silence": (Closing.SILENCE, ("solved",)),
    "agreed": (Closing.AGREED, ("new", "taken", "waiting", "solved")),
    "unavailable": (Closing.UNAVAILABLE, ("waiting", "solved")),
    "missed_visit": (Closing.MISSED_VISIT, ("taken", "waiting", "solved")),
    "withdrawn": (Closing.WITHDRAWN, ("new", "taken", "waiting", "solved")),
}


def _closed(case: Case, row: Any) -> None:
    closing, legal = ENDS[row.facts["why"]]
    case.move(row, "closed", *legal)
    case.closing, case.closed_at, case.asking_from = str(closing), row.at, None


TOLD: dict[str, Callable[[Case, Any], None]] = {
    "claimed": _claimed,
    "released": _released,
    "assigned": _assigned,
    "asked": _asked,
    "paused": _asked,
    "paper": _paper,
    "asked_later": _asked_later,
    "resumed": _resumed,
    "escalated": _escalated,
    "solved": _solved,
    "asked_again": _asked_again,
    "solution_sent": _solution_sent,
    "answered": _answered,
    "not_tried": _not_tried,
    "thanked": lambda case, _row: case.rest(),
    "undelivered": _undelivered,
    "not_heard": _undelivered,
    "reopened": _reopened,
    "priority": _priority,
    "raised": _priority,
    "rated": _rated,
    "closed": _closed,
}


@dataclass
class Trail:
    """Every case as told so far; read on from where it stopped."""

    cases: dict[int, Case] = field(default_factory=dict[int, Case])
    last: int = 0
    useful: int = 0  # guides that helped instead of a case

    def read(self, rows: Any, waits: dict[int, Any]) -> None:
        """More rows, in the order of writing."""
        for row in rows:
            self.last = row.id
            if row.what == "deflected" and row.facts["kept"]:
                self.useful += 1
            if row.ticket is None:
                continue
            if row.what == "opened":
                fresh = Case(row.ticket, row.at, row.facts["priority"])
                if row.ticket in self.cases:
                    self.cases[row.ticket].wrong.append("opened twice")
                self.cases[row.ticket] = fresh
                continue
            case = self.cases[row.ticket]
            if row.what == "closed" and row.facts["why"] == "silence":
                case.lapsed(row, waits[row.ticket]["close_after"])
            case.take(row, waits[row.ticket])

    @property
    def wrong(self) -> list[str]:
        """What cannot have happened."""
        return [f"{case.number}: {told}" for case in self.cases.values() for told in case.wrong]
