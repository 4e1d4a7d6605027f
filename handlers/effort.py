"""Little effort: an engineer says so, and the case goes before the others at once (S1-53)."""

from dataclasses import replace

from handlers import notices
from handlers.casework import keep, me, pressed_ticket
from handlers.codes import TicketCode
from handlers.inbound import Done, Receipt, Toast
from policy import acts
from policy.ticket import Step
from store.turn import Turn


def quick(turn: Turn, code: TicketCode) -> Receipt:
    """*Esfuerzo bajo*: on the card, in the order of attention, and told to the client."""
    ticket = pressed_ticket(turn, code, "priority", Step.ESCALATE)
    rule = turn.book.effort
    if rule is None or not acts.may_be_quick(turn.book, ticket):
        return Toast(key="toast.old_button")
    marked = replace(ticket, details={**ticket.details, acts.EFFORT: "low"})
    saved = keep(turn, marked, "quick")
    facts = {"name": me(turn).first_name, "clause": rule.clause}
    notices.to_thread(turn, saved, "thread.quick", facts)
    if acts.is_quick(turn.book, saved):
        notices.to_client(turn, saved, "ticket.quick", {"clause": rule.clause})
    turn.tell("story.quick", {"number": saved.number, "clause": rule.clause})
    return Done()
