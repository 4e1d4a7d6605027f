"""Who is told, and when, as a promise runs out: a warning before it, rung after rung behind it."""

from dataclasses import dataclass
from datetime import datetime

from policy.calendar import Calendar
from policy.pack import Policy
from policy.shapes_rules import Level
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


def alarms(policy: Policy, promise: Promise) -> tuple[Alarm, ...]:
    """The alarms of a promise, in order; none where no deadline runs.

    Spans are counted in the promise's own hours: "15 % to go" of nine business hours is an hour
    and twenty minutes of business, whatever night lies between.
    """
    if promise.due is None or promise.seconds is None:
        return ()
    calendar = Calendar.of(promise.hours)
    found: list[Alarm] = []
    for warn in policy.warnings:
        if warn.left is not None:
            at = calendar.back(promise.due, promise.seconds * warn.left // 100)
            found.append(Alarm(at=at, rung=warn.level, kind="warn"))
        else:
            at = calendar.add(promise.due, warn.after or 0)
            found.append(Alarm(at=at, rung=warn.level, kind="breach"))
    return tuple(sorted(found, key=lambda alarm: (alarm.at, alarm.rung)))
