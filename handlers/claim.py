"""Who has it: taking a ticket, giving it back, handing it to a colleague."""

from dataclasses import replace

from handlers import notices, promises
from handlers.casework import held_by, keep, me, pressed_ticket, the_ticket
from handlers.codes import TicketCode
from handlers.inbound import Done, Receipt, ShowForm, Toast
from handlers.letters.sense import TAKER
from policy.errors import Refusal
from policy.ticket import Step, Ticket
from store.turn import Turn
from store.values import Person


def claim(turn: Turn, code: TicketCode) -> Receipt:
    """*Tomar*: one winner; the loser is told who has it (G8)."""
    ticket = the_ticket(turn, code.number, "claim")
    person = me(turn)
    if ticket.holder == person.id:
        return Toast(key="toast.already_yours", facts={"number": ticket.number})
    if ticket.holder is not None:
        return _lost(turn, ticket, person)
    taken = promises.at_wall(turn, held_by(ticket.take(Step.CLAIM, at=turn.now), person.id))
    saved = keep(turn, taken, "claimed")
    _announce(turn, saved, person)
    turn.tell("story.claimed", {"number": saved.number, "name": person.first_name})
    return Done()


def release(turn: Turn, code: TicketCode) -> Receipt:
    """*Soltar*: back into the queue, in nobody's hands; nobody waits for the client any more."""
    ticket = pressed_ticket(turn, code, "release", Step.RELEASE)
    free = promises.go_on(turn, replace(ticket.take(Step.RELEASE, at=turn.now), holder=None))
    saved = keep(turn, free, "released")
    turn.timers.cancel(str(saved.number), promises.ASKED)
    if promises.is_resting(ticket):
        promises.arm(turn, saved)
    name = me(turn).first_name
    notices.to_thread(turn, saved, "thread.released", {"name": name})
    turn.tell("story.released", {"number": saved.number, "name": name})
    return Done()


def show_assign(turn: Turn, code: TicketCode) -> Receipt:
    """*Asignar*: a form with the colleagues."""
    ticket = pressed_ticket(turn, code, "assign", Step.ASSIGN)
    return ShowForm(form="assign", meta=view_of(ticket))


def assign(turn: Turn, number: int, to: int) -> Receipt:
    """The ticket goes to a colleague, who is told. Raises Refusal where they are not staff."""
    ticket = the_ticket(turn, number, "assign")
    colleague = turn.people.get(to)
    if not {"engineer", "supervisor"} & set(colleague.roles):
        raise Refusal("not_staff", name=colleague.first_name)
    taken = promises.at_wall(turn, held_by(ticket.take(Step.ASSIGN, at=turn.now), colleague.id))
    saved = keep(turn, taken, "assigned", to=colleague.id)
    if ticket.holder != colleague.id:
        _announce(turn, saved, colleague)
        facts = {"number": number, "by": me(turn).first_name, "subject": saved.subject}
        notices.to_staff(turn, colleague, "staff.assigned", facts)
    turn.tell("story.assigned", {"number": number, "name": colleague.first_name})
    return Done()


def view_of(ticket: Ticket) -> dict[str, object]:
    """What a form keeps of the view it was opened from: names and numbers, never texts."""
    return {"ticket": ticket.number, "state": str(ticket.state), "holder": ticket.holder}


def _announce(turn: Turn, ticket: Ticket, person: Person) -> None:
    notices.to_client(
        turn,
        ticket,
        "ticket.taken",
        {"name": person.first_name, TAKER: person.id},
        replaces=f"taken:{ticket.number}",
    )


def _lost(turn: Turn, ticket: Ticket, person: Person) -> Receipt:
    """The loser of a race reads who has it, on a card that is already redrawn."""
    holder = turn.people.get(ticket.holder or person.id).first_name
    turn.audit.add(ticket.number, "claim_refused", {"holder": ticket.holder})
    notices.draw_card(turn, ticket)
    turn.tell("story.claim_lost", {"number": ticket.number, "name": person.first_name})
    return Toast(key="toast.taken_by", facts={"number": ticket.number, "name": holder})
