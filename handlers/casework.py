"""What every step of a ticket shares: find it for this actor, judge the press, keep the change."""

from typing import Any

from handlers import notices
from handlers.codes import TicketCode
from policy.access import Actor, allow
from policy.errors import Refusal
from policy.evolved import evolved
from policy.ticket import Step, Ticket
from store.turn import Turn
from store.values import Person

JOINED = "joined"  # among a case's details: how many colleagues joined it
NEWS = ("claimed", "assigned", "solved", "reopened", "closed")  # what those are told of


def actor_of(person: Person) -> Actor:
    """The person as `authorize` sees them."""
    return Actor(
        person=person.id,
        roles=frozenset(person.roles),
        organisation=person.organisation,
        level=person.level,
    )


def the_ticket(turn: Turn, number: int, action: str) -> Ticket:
    """The ticket, held until the turn ends, if the turn's actor may do `action` to it.

    Raises Refusal("not_found"): a foreign ticket looks exactly like one that does not exist.
    """
    ticket = turn.tickets.lock(number)
    if ticket is None or turn.actor is None:
        raise Refusal("not_found", number=number)
    allow(turn.actor, action, ticket)
    return ticket


def pressed_ticket(turn: Turn, code: TicketCode, action: str, step: Step) -> Ticket:
    """The ticket of a pressed button, judged as it stands today.

    Raises Refusal: "taken_since" when somebody else took it after the view was drawn,
    "wrong_state" when the move is no longer legal (both redraw the card), "needs_approval" where
    a paper holds it back.
    """
    ticket = the_ticket(turn, code.number, action)
    person = turn.actor.person if turn.actor else None
    if ticket.holder not in (None, code.holder, person):
        notices.draw_card(turn, ticket)
        raise Refusal("taken_since", number=ticket.number, holder=holder_name(turn, ticket))
    if not ticket.can(step):
        notices.draw_card(turn, ticket)
        raise Refusal("wrong_state", number=ticket.number, state=str(ticket.state), step=str(step))
    ticket.take(step, at=turn.now)  # a form that will be refused is not opened
    return ticket


def keep(turn: Turn, ticket: Ticket, what: str, **facts: Any) -> Ticket:
    """Save the change, write its audit row, redraw its card. Raises StaleTurn on a race."""
    saved = turn.tickets.save(ticket)
    turn.audit.add(ticket.number, what, facts)
    notices.draw_card(turn, saved)
    if what in NEWS:
        to_joined(turn, saved)
    return saved


def to_joined(turn: Turn, ticket: Ticket) -> None:
    """Who joined the case reads how it stands: number, subject and state, no more (U25)."""
    if JOINED in ticket.details:
        facts = {"subject": ticket.subject, "state": str(ticket.state)}
        notices.to_watchers(turn, ticket, "ticket.joined_news", facts)


def keep_quietly(turn: Turn, ticket: Ticket, what: str, **facts: Any) -> Ticket:
    """As `keep`, without moving the version: what buttons were drawn for still holds."""
    saved = turn.tickets.save(ticket, quiet=True)
    turn.audit.add(ticket.number, what, facts)
    notices.draw_card(turn, saved)
    return saved


def holder_name(turn: Turn, ticket: Ticket) -> str:
    """First name of the holder; empty while nobody has it."""
    return turn.people.get(ticket.holder).first_name if ticket.holder else ""


def me(turn: Turn) -> Person:
    """The person whose turn it is. Raises LookupError for a turn of the clock."""
    if turn.actor is None:
        raise LookupError("a turn without an actor")
    return turn.people.get(turn.actor.person)


def held_by(ticket: Ticket, person: int) -> Ticket:
    """The ticket in this person's hands."""
    return evolved(ticket, holder=person)
