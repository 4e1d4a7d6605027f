"""Who is told, and when, as a promise runs out: a warning before it, rung after rung behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from policy.calendar import Calendar
from policy.pack import Policy
from policy.remembered import remembered
from policy.shapes_rules import Level, Warn
from policy.ticket import Promise


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A moment at which a level of the ladder is told. `rung` is the level's number."""

    at: datetime
    rung: int
    kind: str  # "warn" | "breach"


def ladder(policy: Policy) -> tuple[Level, ...]:
    """The levels, first to last."""
    return policy.ladder


def reachable(policy: Policy, current: int) -> tuple[Level, ...]:
    """Where a case may be escalated from this level: the next one, and the direct ones (S1-36)."""
    return tuple(
        level
        for level in policy.ladder
        if level.number == current + 1 or (level.direct and level.number > current)
    )


def moves(policy: Policy, current: int) -> tuple[Level, ...]:
    """Where a case may go from this level: up the ladder as `reachable` says, or back down."""
    back = tuple(level for level in policy.ladder if level.number < current)
    return (*back, *reachable(policy, current))


def alarms(policy: Policy, promise: Promise) -> Iterator[Alarm]:
    """The alarms of a promise, in order, each computed when it is asked for; none where no
    deadline runs.

    Spans are counted in the promise's own hours: "15 % to go" of nine business hours is an hour
    and twenty minutes of business, whatever night lies between.
    """
    due, seconds = promise.due, promise.seconds
    if due is None or seconds is None:
        return
    calendar = Calendar.of(promise.hours)
    for span, rung, kind in _ringing(policy, seconds):
        at = calendar.back(due, -span) if span < 0 else calendar.add(due, span)
        yield Alarm(at=at, rung=rung, kind=kind)


@remembered
def _ringing(policy: Policy, seconds: int) -> tuple[tuple[int, int, str], ...]:
    """The warnings of a promise of so many seconds, in order: how long behind its deadline each
    rings (before it where that is negative), whom it tells, and its kind."""
    return tuple(sorted(_rings(warn, seconds) for warn in policy.warnings))


def _rings(warn: Warn, seconds: int) -> tuple[int, int, str]:
    if warn.left is None:
        return warn.after or 0, warn.level, "breach"
    return -(seconds * warn.left // 100), warn.level, "warn"
