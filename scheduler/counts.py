"""What a run did, and what has been done since the start: plain numbers, exported by the edge."""

from bisect import bisect_left
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


# Upper bounds in seconds: how a person feels a wait, how long a letter waits, how late a notice is.
FELT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
WAITED = (0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 600.0, 3600.0)
LATE = (1.0, 5.0, 15.0, 60.0, 300.0, 600.0, 3600.0, 21_600.0, 86_400.0)


@dataclass
class Spread:
    """How a figure spreads: counts up to each bound, with the sum of all."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list[int])  # one a bound, and one for what is beyond
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def note(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


SPREADS = {
    "turns.wait": FELT,
    "turns.seconds": FELT,
    "letters.wait.now": WAITED,
    "letters.wait.timer": WAITED,
    "letters.wait.bulk": WAITED,
    "timers.lateness": LATE,
}


@dataclass
class Meter:
    """Running totals, spreads, the last success of each caretaker. Event loop only."""

    totals: Counter[str] = field(default_factory=Counter[str])
    spreads: dict[str, Spread] = field(
        default_factory=lambda: {name: Spread(bounds) for name, bounds in SPREADS.items()}
    )
    succeeded_at: dict[str, datetime] = field(default_factory=dict[str, datetime])

    def add(self, name: str, amount: int = 1) -> None:
        if amount:
            self.totals[name] += amount

    def note(self, name: str, seconds: float) -> None:
        """One more figure of a spread."""
        self.spreads[name].note(seconds)

    def success(self, name: str, at: datetime) -> None:
        self.succeeded_at[name] = at
