"""What a sentence about a ticket may say without being told: read when the letter is made."""

from typing import Any

from handlers.wording import Words
from policy.ticket import Ticket
from store.turn import Turn
from store.values import OutboxRow, Person

ROLES = ("supervisor", "committee", "sales", "admin")


def facts_of(row: OutboxRow, turn: Turn, words: Words, reader: Person | None) -> dict[str, Any]:
    """The row's own facts over those of its ticket over the reader's name."""
    ticket = turn.tickets.find(row.ticket) if row.ticket else None
    about = about_ticket(turn, ticket, words) if ticket else {}
    name = {"name": reader.first_name} if reader else {}
    return {"at": row.created_at, "desk": turn.book.desk.name, **name, **about, **row.facts}


def about_ticket(turn: Turn, ticket: Ticket, words: Words) -> dict[str, Any]:
    """The facts of a ticket by the names that the catalogue uses."""
    holder = turn.people.get(ticket.holder) if ticket.holder else None
    organisation = turn.people.organisation(ticket.organisation)
    promise, judged = ticket.promise, f"judged.{ticket.because}"
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "state": str(ticket.state),
        "priority": ticket.priority,
        "because": f"because.{ticket.because}",
        "judged": judged if words.has(judged) else None,
        "holder": holder.first_name if holder else None,
        "role": role_of(holder),
        "client": turn.people.get(ticket.requester).first_name,
        "organisation": organisation.name,
        "country": organisation.country,
        "plan": plan_name(turn, promise.plan, words),
        "clause": promise.clause,
        "target": promise.seconds,
        "due": promise.due if ticket.answered_at is None else None,
        "level": ticket.level,
        "level_name": turn.book.level(ticket.level).name[words.language],
        "solution": ticket.solution,
        "linked": ticket.linked_to,
    }


def role_of(person: Person | None) -> str:
    """The catalogue key that says what this person does at the desk."""
    roles = person.roles if person else frozenset[str]()
    return f"role.{next((role for role in ROLES if role in roles), 'engineer')}"


def plan_name(turn: Turn, plan: str, words: Words) -> str:
    """The plan's name in the reader's language; as it was frozen when the pack has lost it."""
    named = next((p for p in turn.book.plans if p.key == plan), None)
    return named.name[words.language] if named else plan
