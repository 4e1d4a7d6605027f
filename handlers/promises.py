"""The response clock of a ticket: armed at opening, resting while the client has the word,
stopped by the first message of the desk that reached the client (D10, D19)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from policy import sla
from policy.escalation import Alarm, alarms
from policy.ticket import Pause, Promise, Ticket
from store.turn import Turn
from store.values import Timer

ALARM = "promise.alarm"
RINGS = {"warn": "warned", "breach": "breached"}  # an alarm's kind, and how the audit tells of it
ASKED = "asked.remind"  # the reminder of a question that made the clock rest


def arm(turn: Turn, ticket: Ticket) -> None:
    """Set the first alarm of the ticket's promise that has not rung, in place of any that stood."""
    disarm(turn, ticket)
    if ticket.answered_at is None:
        _set(turn, ticket, _ahead(turn, ticket, _rung(turn, ticket)), turn.now)


def arm_new(turn: Turn, ticket: Ticket) -> None:
    """The same for a ticket of this very turn: nothing can stand there or have rung yet."""
    _set(turn, ticket, _ahead(turn, ticket, frozenset()), turn.now)


def arm_next(turn: Turn, ticket: Ticket, rung: Timer) -> None:
    """The alarm behind one that has just rung: a promise has one timer at a time."""
    before = (rung.facts.get("at", rung.due_at), int(rung.facts.get("rung", 0)))
    ahead = alarms(turn.book, ticket.promise)
    _set(turn, ticket, (a for a in ahead if (a.at, a.rung) > before), before[0])


def _ahead(turn: Turn, ticket: Ticket, rung: frozenset[tuple[str, int]]) -> Iterable[Alarm]:
    """What is still to be told: a warning only in time, a breach however late."""
    for alarm in alarms(turn.book, ticket.promise):
        known = (RINGS[alarm.kind], alarm.rung) in rung
        if not known and (alarm.at > turn.now or alarm.kind == "breach"):
            yield alarm


def _rung(turn: Turn, ticket: Ticket) -> frozenset[tuple[str, int]]:
    """The alarms of this very hour that have rung: a promise that comes back to it has been told
    of already."""
    return frozenset(
        (row.what, row.facts["rung"])
        for row in turn.audit.of(ticket.number)
        if row.what in RINGS.values() and row.facts["due"] == ticket.promise.due
    )


def _set(turn: Turn, ticket: Ticket, ahead: Iterable[Alarm], soonest: datetime) -> None:
    """One that rings behind its time, after an outage, is late by what it is late."""
    alarm = next(iter(ahead), None)
    if alarm is not None:
        facts = {"kind": alarm.kind, "rung": alarm.rung, "at": alarm.at, "due": ticket.promise.due}
        turn.timers.set(ALARM, str(ticket.number), max(alarm.at, soonest), facts=facts)


def disarm(turn: Turn, ticket: Ticket) -> None:
    """No alarm rings any more."""
    turn.timers.cancel(str(ticket.number), ALARM)


def rest(turn: Turn, ticket: Ticket, cause: str, why: str = "") -> Ticket:
    """The clock rests from now on; nothing changes where none is running."""
    if ticket.answered_at is not None or is_resting(ticket):
        return ticket
    disarm(turn, ticket)
    by = turn.actor.person if turn.actor else None
    pause = Pause(since=turn.now, until=None, cause=cause, why=why, by=by)
    return replace(ticket, pauses=(*ticket.pauses, pause))


def at_wall(turn: Turn, ticket: Ticket) -> Ticket:
    """The clock rests where somebody holds a case that waits for an approval."""
    return rest(turn, ticket, "approval") if ticket.wall is not None else ticket


def go_on(turn: Turn, ticket: Ticket) -> Ticket:
    """The clock goes on from now; the deadline is computed again from the whole ledger."""
    if not is_resting(ticket):
        return ticket
    *earlier, last = ticket.pauses
    closed = replace(last, until=turn.now)
    turn.measures.add(
        "paused",
        ticket.number,
        seconds=int((turn.now - last.since).total_seconds()),
        facts={"cause": last.cause},
    )
    pauses = (*earlier, closed)
    return replace(ticket, pauses=pauses, promise=sla.recount(ticket.promise, pauses))


def is_resting(ticket: Ticket) -> bool:
    """Whether the client has the word while the clock is not yet stopped."""
    return bool(ticket.pauses) and ticket.pauses[-1].until is None


def renewed(turn: Turn, ticket: Ticket) -> Ticket:
    """A new promise of the same length from now (D21), with a clean ledger."""
    promise: Promise = sla.renew(ticket.promise, turn.now)
    return replace(ticket, promise=promise, pauses=(), answered_at=None)


def spent(ticket: Ticket, until: Ticket | None = None) -> int | None:
    """Business seconds from the start to the first answer; None while unanswered."""
    if ticket.answered_at is None:
        return None
    return sla.spent(ticket.promise, ticket.pauses, ticket.answered_at)
