"""To another level of the ladder, with what is needed from it (S1-34, S1-36)."""

from dataclasses import replace

from handlers import notices
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from handlers.wording.readers import words_for
from policy.escalation import moves
from policy.ticket import Step, Ticket
from store.turn import Turn


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Escalar*: level, what is needed, and whether the client is told."""
    ticket = pressed_ticket(turn, code, "escalate", Step.ESCALATE)
    return ShowForm(form="escalate", meta=view_of(ticket))


def escalate(turn: Turn, number: int, level: str, need: str, tell: bool) -> Receipt:
    """The ticket moves to a level; the contact person of the client stays the same."""
    ticket = the_ticket(turn, number, "escalate")
    rungs = {str(rung.number) for rung in moves(turn.book, ticket.level)}
    if level not in rungs:
        return Faults(faults={"level": "form.fault.level"})
    if not need.strip():
        return Faults(faults={"need": "form.fault.empty"})
    moved = replace(ticket.take(Step.ESCALATE, at=ticket.since), level=int(level))
    saved = keep(turn, moved, "escalated", level=int(level), need=need.strip())
    turn.measures.add("escalated", number, person=me(turn).id, facts={"level": saved.level})
    name = _level_name(turn, saved)
    facts = {"level": saved.level, "level_name": name, "need": need.strip()}
    notices.to_thread(turn, saved, "thread.escalated", {**facts, "name": me(turn).first_name})
    if tell:
        _tell_client(turn, saved)
    turn.tell("story.escalated", {"number": number, "level": saved.level, "level_name": name})
    return Done()


def _tell_client(turn: Turn, ticket: Ticket) -> None:
    client = turn.people.get(ticket.requester)
    level = turn.book.level(ticket.level)
    facts = {
        "level": ticket.level,
        "level_name": level.name[words_for(turn, client).language],
        "holder": turn.people.get(ticket.holder).first_name if ticket.holder else "",
        "due": ticket.promise.due if ticket.answered_at is None else None,
    }
    key = "ticket.escalated_client" if ticket.holder else "ticket.escalated_nobody"
    notices.to_client(turn, ticket, key, facts)


def _level_name(turn: Turn, ticket: Ticket) -> str:
    return turn.book.level(ticket.level).name[turn.book.desk.languages[0]]
