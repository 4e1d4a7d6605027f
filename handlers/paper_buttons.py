"""What a client can press under a paper, and who of an institution may say yes to it.

Money is approved by whoever administers the account (U24); where the institution named nobody,
by the person of the case.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import notices
from policy import papers
from policy.shapes_papers import Paper
from policy.ticket import Ticket
from store.turn import Turn
from store.values import Button, Person

PUT = "paper"  # the audit row of a paper that was put; what a client reads of it has a "text"
MONEY = "quote"


def ways(turn: Turn, ticket: Ticket, paper: Paper, reader: Person) -> list[Button]:
    """The answers to a paper that this person may give."""
    if papers.is_proposal(paper):
        return [
            notices.step_button(f"paper_yes_{paper.key}", ticket, "label.approve", "primary"),
            notices.step_button(f"paper_no_{paper.key}", ticket, "label.approve_not"),
            _talk(ticket, paper),
        ]
    need = wanted(turn, ticket, paper.key)
    if need is None:
        understood = notices.step_button(f"paper_ok_{paper.key}", ticket, "label.understood")
        return [understood, _talk(ticket, paper)]
    if not decides(turn, reader, need):
        return [tell_button(ticket, paper.key), _talk(ticket, paper)]
    return [
        notices.step_button(f"deal_ask_{paper.key}", ticket, "label.approve", "primary"),
        notices.step_button(f"deal_no_{paper.key}", ticket, "label.approve_not"),
        _talk(ticket, paper),
    ]


def of_wall(turn: Turn, ticket: Ticket, reader: Person) -> list[Button]:
    """The same for the paper that the case waits for, where a yes is what it waits for."""
    wall = ticket.wall
    paper = next((one for one in turn.book.papers if wall and one.key == wall.paper), None)
    if paper is None or wanted(turn, ticket, paper.key) is None:
        return []
    return ways(turn, ticket, paper, reader)


def wanted(turn: Turn, ticket: Ticket, key: str) -> str | None:
    """What the client's yes would settle of a paper; None before anybody sent it to them."""
    need = papers.by_word(ticket, key)
    if need is None:
        return None
    put = (row.facts for row in turn.audit.of(ticket.number) if row.what == PUT)
    return need if any(one.get("paper") == key and "text" in one for one in put) else None


def tell_button(ticket: Ticket, key: str) -> Button:
    """*Recordárselo*: to whoever administers the account."""
    return notices.step_button(f"deal_tell_{key}", ticket, "label.tell_admin")


def decides(turn: Turn, person: Person, need: str) -> bool:
    """Whether this person's yes is enough for it."""
    return need != MONEY or "client_admin" in person.roles or not admins(turn, person)


def admins(turn: Turn, person: Person) -> list[Person]:
    """Who administers the account of this person's institution, the person left out."""
    if person.organisation is None:
        return []
    members = turn.people.of_organisation(person.organisation)
    return [one for one in members if "client_admin" in one.roles and one.id != person.id]


def to_chats(
    turn: Turn, person: Person, key: str, facts: Mapping[str, Any], choices: Sequence[Button]
) -> int:
    """The same to every chat in which this person can be reached; how many there are."""
    chats = [one for one in turn.people.bound(person.id) if one.chat and not one.blocked]
    for bound in chats:
        notices.to_bound(turn, person, bound, key, facts, choices)
    return len(chats)


def _talk(ticket: Ticket, paper: Paper) -> Button:
    return notices.step_button(f"paper_talk_{paper.key}", ticket, "label.person")
