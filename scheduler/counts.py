"""What a run did, and what has been done since the start: plain numbers, exported by the edge."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Counts:
    """One run of a caretaker. Falsy when there was nothing to do."""

    done: int = 0  # fired, sent, swept
    later: int = 0  # put off: a failure, a limit
    ended: int = 0  # over without success: dead, dropped

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            done=self.done + other.done,
            later=self.later + other.later,
            ended=self.ended + other.ended,
        )

    def __bool__(self) -> bool:
        return bool(self.done or self.later or self.ended)


@dataclass
class Meter:
    """Running totals and the last success of each caretaker. Touched from the event loop only."""

    totals: Counter[str] = field(default_factory=Counter[str])
    succeeded_at: dict[str, datetime] = field(default_factory=dict[str, datetime])

    def add(self, name: str, amount: int = 1) -> None:
        if amount:
            self.totals[name] += amount

    def success(self, name: str, at: datetime) -> None:
        self.succeeded_at[name] = at
