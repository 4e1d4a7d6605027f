"""What a case is about, as an engineer found: kept with the case, and proposed as a phrase."""

from dataclasses import replace

from handlers import lessons, notices
from handlers.casework import keep, me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from policy.pack import Policy
from policy.ticket import Ticket
from store.turn import Turn


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Corregir tema*: a form with the catalogue."""
    ticket = the_ticket(turn, code.number, "topic")
    answers = {"topic": ticket.typology} if ticket.typology else {}
    return ShowForm(form="topic", meta=view_of(ticket), answers=answers)


def change(turn: Turn, number: int, typology: str) -> Receipt:
    """The topic put right; priority and promise stay as they are."""
    if not known(turn.book, typology):
        return Faults(faults={"topic": "form.fault.choose"})
    ticket = the_ticket(turn, number, "topic")
    if typology == ticket.typology:
        return Done()
    saved = keep(turn, named(turn, ticket, typology), "topic", old=ticket.typology, new=typology)
    topic = turn.book.typology(typology).name[turn.book.desk.languages[0]]
    notices.to_thread(turn, saved, "thread.topic", {"name": me(turn).first_name, "topic": topic})
    return Done()


def named(turn: Turn, ticket: Ticket, typology: str) -> Ticket:
    """The case under that topic; how its client put it is proposed as a phrase."""
    lessons.classed(turn, ticket, typology)
    return replace(ticket, typology=typology, category=turn.book.typology(typology).category)


def known(book: Policy, typology: str) -> bool:
    """Whether the pack has this entry; a form may be older than the pack."""
    return any(one.id == typology for one in book.typologies)
