"""The alarms of a promise: a warning before, a notice at the breach, each once (S0-67, D10)."""

from datetime import datetime, timedelta

from handlers import notices, promises
from handlers.lateness import Cue
from handlers.notices import Facts
from policy import sla
from policy.ticket import State, Ticket
from store.turn import Turn
from store.values import Timer

ALARM = promises.ALARM
CLIENT_NEXT = "promise.next_word"


def ring(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    """Kept, replaced or resting since it was set: then there is nothing to say."""
    due = timer.facts.get("due")
    if ticket.answered_at is not None or ticket.state in (State.SOLVED, State.CLOSED):
        return
    if due is None or due != ticket.promise.due or promises.is_resting(ticket):
        return
    rung = int(timer.facts.get("rung", 1))
    if timer.facts.get("kind") == "breach":
        _breach(turn, ticket, rung, Cue(timer.due_at))
    elif turn.now < due:  # later it would warn of what has happened: the breach tells it
        _warn(turn, ticket, rung, Cue(timer.due_at, until=due))
    promises.arm_next(turn, ticket, timer)
    notices.draw_card(turn, ticket)


def next_word(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    """The word promised after a miss, with what there is, and the hour of the one after it."""
    if ticket.answered_at is not None or not ticket.is_open or promises.is_resting(ticket):
        return
    told = int(timer.facts.get("told", 0)) + 1
    at = _next_word_at(turn, ticket, told)
    holder = turn.people.get(ticket.holder).first_name if ticket.holder else ""
    facts = {"holder": holder, "next": at}
    cue = Cue(timer.due_at, until=at)  # by then there is a newer word
    notices.to_client(turn, ticket, "ticket.still_waiting", facts, cue=cue)
    notices.to_role(turn, "supervisor", "staff.still_late", {"number": ticket.number}, cue=cue)
    turn.timers.set(CLIENT_NEXT, str(ticket.number), at, facts={"told": told})
    turn.audit.add(ticket.number, "client_told_again", {})
    turn.tell("story.told_again", {"number": ticket.number, "next": at})
    notices.draw_card(turn, ticket)


def _next_word_at(turn: Turn, ticket: Ticket, told: int) -> datetime:
    """Twice as long as the last time, and never while the desk is closed."""
    rule = turn.book.missed
    at = turn.now + timedelta(seconds=min(rule.next_word * 2**told, rule.longest))
    organisation = turn.people.organisation(ticket.organisation)
    office = sla.attention(turn.book, organisation.plan, organisation.country)
    return at if office.is_open(at) else office.next_open(at)


def _warn(turn: Turn, ticket: Ticket, rung: int, cue: Cue) -> None:
    due = ticket.promise.due
    facts = {"due": due, "level": rung, "subject": ticket.subject}
    notices.to_thread(turn, ticket, "thread.warning", facts, cue=cue)
    notices.to_holder(turn, ticket, "staff.warning", facts, cue=cue)
    turn.audit.add(ticket.number, "warned", {"rung": rung, "due": due})
    turn.tell("story.warned", {"number": ticket.number, "due": due})


def _breach(turn: Turn, ticket: Ticket, rung: int, cue: Cue) -> None:
    due = ticket.promise.due
    first = not any(
        row.what == "breached" and row.facts.get("round", 1) == ticket.round
        for row in turn.audit.of(ticket.number)
    )
    told = turn.book.missed.tell_client_on_breach
    facts = {"due": due, "level": rung, "subject": ticket.subject}
    key = "thread.breach" if told else "thread.breach_quiet"
    notices.to_thread(turn, ticket, key, facts, cue=cue)
    _tell_level(turn, ticket, rung, facts, cue)
    kept = {"rung": rung, "due": due, "round": ticket.round, "told": told}
    turn.audit.add(ticket.number, "breached", kept)
    if not first:
        turn.tell("story.breached_on", {"number": ticket.number, "level": rung})
        return
    turn.tell("story.breached", {"number": ticket.number, "clause": ticket.promise.clause})
    if told:
        _tell_client(turn, ticket, rung, cue)


def _tell_level(turn: Turn, ticket: Ticket, rung: int, facts: Facts, cue: Cue) -> None:
    """The supervisors, and whoever of the desk stands on that level of the ladder."""
    told = {"number": ticket.number, **facts}
    notices.to_role(turn, "supervisor", "staff.breach", told, cue=cue)
    for person in turn.people.staff("engineer"):
        if person.level == rung and "supervisor" not in person.roles:
            notices.to_staff(turn, person, "staff.breach", told, cue=cue)


def _tell_client(turn: Turn, ticket: Ticket, rung: int, cue: Cue) -> None:
    """The fact, who has it now, and the hour of the next word, which a timer keeps."""
    at = _next_word_at(turn, ticket, 0)
    facts = {"due": ticket.promise.due, "level": max(rung, ticket.level), "next": at}
    notices.to_client(
        turn, ticket, "ticket.breach_client", facts, cue=cue._replace(until=at, aloud=True)
    )
    turn.timers.set(CLIENT_NEXT, str(ticket.number), at)
