"""A priority that changes after opening: the client says it got worse, an engineer knows better."""

from dataclasses import replace
from datetime import datetime

from handlers import notices, promises
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from policy import priority, sla
from policy.errors import Refusal
from policy.ticket import Step, Ticket
from store.turn import Turn

WORSE = {  # what the client answers, as impact and urgency of the matrix
    "scope_several": ("medium", "medium"),
    "scope_all": ("high", "medium"),
    "stopped": ("high", "high"),
}


def ask_worse(turn: Turn, ticket: Ticket) -> None:
    """*Empeoró*: how far it reaches now."""
    buttons = [
        notices.step_button("worse_several", ticket, "label.scope_several"),
        notices.step_button("worse_all", ticket, "label.scope_all"),
        notices.step_button("worse_stopped", ticket, "label.stopped"),
    ]
    notices.to_client(turn, ticket, "ticket.worse_ask", {}, buttons)


def worse(turn: Turn, ticket: Ticket, answer: str) -> Ticket:
    """The matrix runs again and may only raise (D1)."""
    notices.to_thread(turn, ticket, "thread.worse", {"answer": f"label.{answer}"})
    return judge_again(turn, ticket, *WORSE[answer], answer)


def judge_again(turn: Turn, ticket: Ticket, impact: str, urgency: str, answer: str) -> Ticket:
    """What these answers make of a case that is open: raised, never lowered, and told."""
    judged = priority.worse(turn.book, ticket.priority, impact, urgency, typology=ticket.typology)
    facts = {"priority": judged.priority, "clause": ticket.promise.clause}
    if judged.priority == ticket.priority:
        turn.audit.add(ticket.number, "worse_same", {"answer": answer})
        running = ticket.answered_at is None and ticket.promise.due is not None
        key = "ticket.worse_same" if running else "ticket.worse_noted"
        notices.to_client(turn, ticket, key, {**facts, "due": ticket.promise.due})
        return ticket
    raised = _with_priority(turn, ticket, judged.priority, "raised")
    worse_now = replace(raised, impact=impact, urgency=urgency)
    told = {"answer": answer, "old": ticket.priority, "new": raised.priority}
    saved = keep(turn, worse_now, "raised", **told)
    promises.arm(turn, saved)
    running = saved.answered_at is None and saved.promise.due is not None
    key = "ticket.worse_raised" if running else "ticket.worse_raised_noted"
    notices.to_client(turn, saved, key, {**facts, "due": saved.promise.due})
    turn.tell("story.raised", {"number": saved.number, "priority": saved.priority})
    return saved


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Cambiar prioridad*: the new one and why."""
    ticket = pressed_ticket(turn, code, "priority", Step.ESCALATE)
    return ShowForm(form="priority", meta=view_of(ticket))


def change(turn: Turn, number: int, key: str, reason: str) -> Receipt:
    """An engineer's change, recorded with its reason; the client reads the new hour."""
    if key not in {p.key for p in turn.book.priorities}:
        return Faults(faults={"priority": "form.fault.choose"})
    if not reason.strip():
        return Faults(faults={"reason": "form.fault.empty"})
    ticket = the_ticket(turn, number, "priority")
    if not ticket.is_open:
        raise Refusal("wrong_state", number=number, state=str(ticket.state), step="priority")
    changed = _with_priority(turn, ticket, key, "engineer")
    saved = keep(turn, changed, "priority", old=ticket.priority, new=key, reason=reason.strip())
    promises.arm(turn, saved)
    facts = {"name": me(turn).first_name, "priority": key, "reason": reason.strip()}
    notices.to_thread(turn, saved, "thread.priority", facts)
    if saved.answered_at is None and saved.promise.due is not None:
        told = {"priority": key, "due": saved.promise.due}
        notices.to_client(turn, saved, "ticket.priority_changed", told)
    turn.tell("story.priority", {"number": number, "priority": key})
    return Done()


def _with_priority(turn: Turn, ticket: Ticket, key: str, because: str) -> Ticket:
    """The promise of the new priority counts from the same start, with the same pauses.

    A request keeps the time of its own row, whatever its priority (D15). Where no figure was
    owed so far, the clock starts with the change.
    """
    if ticket.promise.source == "request":
        return replace(ticket, priority=key, because=because)
    organisation = turn.people.organisation(ticket.organisation)
    promise = sla.promise(
        turn.book,
        organisation.plan,
        organisation.country,
        key,
        _start(turn, ticket),
        hybrid=organisation.hybrid,
    )
    promise = sla.recount(promise, ticket.pauses)
    return replace(ticket, priority=key, because=because, promise=promise)


def _start(turn: Turn, ticket: Ticket) -> datetime:
    owed = ticket.promise.seconds is not None and ticket.promise.source != "agreed"
    return ticket.promise.started_at if owed else turn.now
