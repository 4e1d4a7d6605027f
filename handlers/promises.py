"""The response clock of a ticket: armed at opening, resting while the client has the word,
stopped by the first message of the desk that reached the client (D10, D19)."""

from dataclasses import replace

from policy import sla
from policy.escalation import alarms
from policy.ticket import Pause, Promise, Ticket
from store.turn import Turn

ALARM = "promise.alarm"


def arm(turn: Turn, ticket: Ticket) -> None:
    """Set the alarms of the ticket's promise, in place of any that stood."""
    turn.timers.cancel(str(ticket.number), ALARM)
    if ticket.answered_at is not None or ticket.promise.due is None:
        return
    for alarm in alarms(turn.book, ticket.promise):
        if alarm.at > turn.now or alarm.kind == "breach":
            turn.timers.set(
                ALARM,
                str(ticket.number),
                max(alarm.at, turn.now),
                key=f"{alarm.kind}:{alarm.rung}",
                facts={"kind": alarm.kind, "rung": alarm.rung, "due": ticket.promise.due},
            )


def disarm(turn: Turn, ticket: Ticket) -> None:
    """No alarm rings any more."""
    turn.timers.cancel(str(ticket.number), ALARM)


def rest(turn: Turn, ticket: Ticket, cause: str) -> Ticket:
    """The clock rests from now on; nothing changes where none is running."""
    if ticket.answered_at is not None or is_resting(ticket):
        return ticket
    disarm(turn, ticket)
    pause = Pause(since=turn.now, until=None, cause=cause)
    return replace(ticket, pauses=(*ticket.pauses, pause))


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
    promise = replace(ticket.promise, due=sla.due(ticket.promise, pauses))
    return replace(ticket, pauses=pauses, promise=promise)


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
