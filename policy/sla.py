"""What is promised: the response time of a case, its deadline, and why it falls where it does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from policy import hours
from policy.calendar import Calendar
from policy.evolved import evolved
from policy.hours import attention
from policy.pack import Policy
from policy.shapes_rules import Typology
from policy.ticket import Pause, Promise

__all__ = [
    "Interval",
    "agreed",
    "attention",
    "candidates",
    "due",
    "explain",
    "extended",
    "promise",
    "recount",
    "renew",
    "spent",
]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A span of the way to a deadline. `why` is a code, or "holiday: " and the day's name."""

    start: datetime
    end: datetime
    what: str  # "counted" | "skipped" | "paused"
    why: str  # "open" | "outside_hours" | "holiday: ..." | "closed" | a pause's cause


def promise(
    policy: Policy,
    plan: str,
    country: str | None,
    priority: str,
    at: datetime,
    *,
    hybrid: bool = False,
    typology: str | None = None,
) -> Promise:
    """The answer promised to a case complete at `at`: the earliest of what was bought (D4, D10).

    Raises UnknownName for a plan, priority, typology, or a country where the plan has no hours.
    """
    return _earliest(
        candidates(policy, plan, country, priority, at, hybrid=hybrid, typology=typology)
    )


def candidates(
    policy: Policy,
    plan: str,
    country: str | None,
    priority: str,
    at: datetime,
    *,
    hybrid: bool = False,
    typology: str | None = None,
) -> tuple[Promise, ...]:
    """Every promise that holds for the case: the plan's or the request's, and the add-on's."""
    bought, level = policy.plan(plan), policy.priority(priority)
    asked = policy.typology(typology) if typology else None
    start = at.astimezone(UTC)
    if asked is not None and asked.request is not None:
        return (_request(policy, asked, bought.key, level.key, country, start),)
    blank = Promise(
        plan=bought.key,
        priority=level.key,
        started_at=start,
        seconds=bought.response.get(level.key),
        due=None,
        clause=bought.clause,
        hours=hours.response(policy, bought, country),
    )
    made = [_dated(blank)]
    if hybrid and policy.hybrid is not None and level.key in policy.hybrid.response:
        seconds = policy.hybrid.response[level.key]
        own = hours.of_hybrid(policy, policy.hybrid)
        clause = policy.hybrid.clause
        made.append(
            _dated(replace(blank, seconds=seconds, hours=own, clause=clause, source="hybrid"))
        )
    return tuple(made)


def due(promise: Promise, pauses: Iterable[Pause] = ()) -> datetime | None:
    """The deadline with the ledger's pauses left out of the count.

    None where no figure is promised, and while a pause lasts that began before the deadline.
    """
    if promise.seconds is None:
        return None
    calendar, left, at = Calendar.of(promise.hours), promise.seconds, promise.started_at
    for since, until, _ in _ledger(pauses, promise.started_at):
        counted = calendar.between(at, since)
        if left <= counted:
            break
        if until is None:
            return None
        left, at = left - counted, until
    return calendar.add(at, left)


def spent(promise: Promise, pauses: Iterable[Pause], until: datetime) -> int:
    """Seconds of the promise's hours used up to `until`, pauses left out."""
    calendar, total, at = Calendar.of(promise.hours), 0, promise.started_at
    for since, resumed, _ in _ledger(pauses, promise.started_at):
        if since >= until:
            break
        total += calendar.between(at, since)
        if resumed is None or resumed >= until:
            return total
        at = resumed
    return total + max(0, calendar.between(at, until))


def explain(promise: Promise, pauses: Iterable[Pause] = ()) -> list[Interval]:
    """Every span from the start to the deadline (or to the pause that still lasts), in order."""
    ledger = _ledger(pauses, promise.started_at)
    end = due(promise, pauses)
    if end is None and promise.seconds is not None:
        end = next((since for since, until, _ in ledger if until is None), None)
    if end is None:
        return []
    calendar, at, found = Calendar.of(promise.hours), promise.started_at, list[Interval]()
    for since, until, cause in ledger:
        if until is None or since >= end:
            break
        found.extend(_counting(calendar, at, since))
        found.append(Interval(start=since, end=until, what="paused", why=cause))
        at = until
    return [*found, *_counting(calendar, at, end)]


def renew(promise: Promise, at: datetime) -> Promise:
    """A new promise of the same length from `at` (D21)."""
    start = at.astimezone(UTC)
    return _earliest([_dated(replace(one, started_at=start)) for one in _apart(promise)])


def recount(promise: Promise, pauses: Iterable[Pause]) -> Promise:
    """The deadline with the ledger left out: of all that was promised, what is due first (D4)."""
    ledger = tuple(pauses)
    return _earliest([replace(one, due=due(one, ledger)) for one in _apart(promise)])


def agreed(promise: Promise, at: datetime, now: datetime, clause: str) -> Promise:
    """An hour that both sides agreed on, in place of any figure (S1-58)."""
    start = now.astimezone(UTC)
    seconds = int((at - start).total_seconds())
    own = replace(promise.hours, holidays=None, extra_closed=(), always=True)
    made = replace(promise, started_at=start, seconds=seconds, hours=own, clause=clause)
    return _dated(replace(made, source="agreed", also=()))


def extended(promise: Promise, to: datetime, pauses: Iterable[Pause]) -> Promise:
    """The same promise with so much more time that it is due at `to` (S1-26)."""
    if promise.seconds is None or promise.due is None:
        return promise
    more = Calendar.of(promise.hours).between(promise.due, to)
    longer = replace(promise, seconds=promise.seconds + more, also=())
    return replace(longer, due=due(longer, pauses))


def _apart(promise: Promise) -> tuple[Promise, ...]:
    """The promise and those beside it, each alone."""
    return (replace(promise, also=()), *promise.also)


def _earliest(made: Sequence[Promise]) -> Promise:
    """The one that is due first, with the others beside it; the first where none is dated."""
    dated = [one for one in made if one.due is not None]
    first = min(dated, key=lambda one: one.due or one.started_at) if dated else made[0]
    return evolved(first, also=tuple(one for one in made if one is not first))


def _dated(promise: Promise) -> Promise:
    return evolved(promise, due=due(promise))


def _request(
    policy: Policy,
    asked: Typology,
    plan: str,
    priority: str,
    country: str | None,
    at: datetime,
) -> Promise:
    """A request's own time, elapsed (D8): its row decides, whatever was bought (D15)."""
    return _dated(
        Promise(
            plan=plan,
            priority=priority,
            started_at=at,
            seconds=asked.request.within if asked.request else None,
            due=None,
            clause=asked.clause,
            hours=hours.elapsed(policy, country),
            source="request",
        )
    )


def _ledger(
    pauses: Iterable[Pause], start: datetime
) -> Sequence[tuple[datetime, datetime | None, str]]:
    """The pauses in order, cut at the start, overlapping ones joined; one that lasts is last."""
    joined: list[tuple[datetime, datetime | None, str]] = []
    for pause in sorted(pauses, key=lambda one: one.since):
        since, until = max(pause.since, start), pause.until
        if until is not None and until <= since:
            continue
        if joined:
            first, last, cause = joined[-1]
            if last is None:
                break
            if since <= last:
                end = None if until is None else max(last, until)
                joined[-1] = (first, end, cause)
                continue
        joined.append((since, until, pause.cause))
    return joined


def _counting(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """Open spans as counted, and what lies between them as skipped."""
    at = start
    for opens, closes in calendar.intervals(start, end):
        yield from _skipped(calendar, at, opens)
        yield Interval(start=opens, end=closes, what="counted", why="open")
        at = closes
    yield from _skipped(calendar, at, end)


def _skipped(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    """A closed span, cut at midnight around each holiday so that its name is told."""
    if end <= start:
        return
    whys = list(_days(calendar, start, end))
    cuts = [start]
    for (_, before), (midnight, after) in pairwise(whys):
        if before != after:
            cuts.append(midnight)
    reasons = [why for i, (_, why) in enumerate(whys) if i == 0 or why != whys[i - 1][1]]
    for (opens, closes), why in zip(pairwise([*cuts, end]), reasons, strict=True):
        yield Interval(start=opens, end=closes, what="skipped", why=why)


def _days(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """The local days of a span: where each begins inside it, and why it is closed."""
    at = start
    while at < end:
        local = at.astimezone(calendar.zone)
        name = calendar.holiday(local.date())
        why = "outside_hours" if name is None else f"holiday: {name}"
        yield at, "closed" if name == "closed" else why
        tomorrow = local.date() + timedelta(days=1)
        at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=calendar.zone).astimezone(
            UTC
        )
