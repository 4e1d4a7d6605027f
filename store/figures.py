"""What the reports say, as values. Spans are business seconds, moments aware UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median as middle


@dataclass(frozen=True, kw_only=True)
class Spans:
    """A set of spans: how many, their median and the ninetieth percentile (nearest rank)."""

    count: int = 0
    median: int | None = None
    p90: int | None = None

    @classmethod
    def of(cls, seconds: Sequence[int]) -> "Spans":
        """The figures of these spans."""
        if not seconds:
            return cls()
        ranked = sorted(seconds)
        return cls(
            count=len(ranked),
            median=round(middle(ranked)),
            p90=ranked[ceil(0.9 * len(ranked)) - 1],
        )


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How often, and how often in the period of the same length before."""

    name: str  # empty: not classified
    count: int
    before: int


@dataclass(frozen=True, kw_only=True)
class PendingRow:
    """An open ticket, as a line of a list."""

    number: int
    subject: str
    organisation: str
    requester: str
    priority: str
    state: str
    holder: str | None
    level: int
    category: str | None
    opened_at: datetime
    since: datetime
    due_at: datetime | None
    answered_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether the promised answer is overdue."""
        return self.answered_at is None and self.due_at is not None and self.due_at <= now


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The desk in a period [since, until)."""

    since: datetime
    until: datetime
    opened: int
    closed: int
    still_open: int  # at `until`
    kept: int  # promises of a first answer that ended in the period
    late: int
    first_answer: Spans
    solved: Spans
    deflected: int  # answered by an article, no ticket needed
    rated: int
    satisfaction: float | None  # mean of the ratings given in the period
    categories: tuple[Trend, ...]
    unowned: tuple[PendingRow, ...]  # nobody has had them for two hours


@dataclass(frozen=True, kw_only=True)
class SlaRow:
    """Promises of one plan and priority that ended in the period."""

    plan: str
    priority: str
    kept: int
    late: int
    first_answer: Spans

    @property
    def share(self) -> float | None:
        """The part kept, 0 to 1; None where no promise ended."""
        total = self.kept + self.late
        return self.kept / total if total else None


@dataclass(frozen=True, kw_only=True)
class Sla:
    """Every promise that ended in the period, and those that are broken and still open."""

    since: datetime
    until: datetime
    rows: tuple[SlaRow, ...]
    overdue: tuple[PendingRow, ...]
    extended: tuple[int, ...] = ()  # the cases whose estimated time grew, with notice (S1-26)


@dataclass(frozen=True, kw_only=True)
class EngineerRow:
    """One engineer's period."""

    person: int
    name: str
    holds: int  # open tickets now
    answered: int
    solved: int
    kept: int
    late: int
    first_answer: Spans
    satisfaction: float | None


@dataclass(frozen=True, kw_only=True)
class ClientRow:
    """One organisation's period."""

    organisation: int
    name: str
    plan: str
    opened: int
    closed: int
    still_open: int
    kept: int
    late: int
    satisfaction: float | None


@dataclass(frozen=True, kw_only=True)
class DeflectionRow:
    """One article's period: how often it was the answer, and how often it was not."""

    article: str
    useful: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class RatingRow:
    """How often a rating was given."""

    rating: int
    count: int


@dataclass(frozen=True, kw_only=True)
class EscalationRow:
    """Tickets that went to a level in the period."""

    level: int
    count: int


@dataclass(frozen=True, kw_only=True)
class TimesRow:
    """How long each part of the way took, for one priority."""

    priority: str
    first_answer: Spans
    solved: Spans
    paused: Spans
