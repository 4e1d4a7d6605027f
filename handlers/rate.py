"""How it went, once, in words; a low mark reaches a supervisor the same day."""

from dataclasses import replace
from datetime import timedelta

from handlers import notices
from handlers.casework import keep_quietly
from policy.ticket import Ticket
from store.turn import Turn
from store.values import Button

REASONS = ("slow", "unsolved", "misunderstood", "manner", "skip")
LOW = 2
SENSE = timedelta(hours=24)  # a survey that could only leave later is not asked: it was yesterday


def ask(turn: Turn, ticket: Ticket) -> None:
    """The five marks as a list, in words."""
    if ticket.rating is not None:
        notices.to_client(turn, ticket, "rating.late")
        return
    rows = [notices.step_button(f"stars{n}", ticket, f"label.rating_{n}") for n in (5, 4, 3, 2, 1)]
    _ask(turn, ticket, "rating.ask", rows)


def rate(turn: Turn, ticket: Ticket, stars: int) -> None:
    """The mark, kept with the case; a second one changes nothing."""
    if ticket.rating is not None:
        notices.to_client(turn, ticket, "rating.late")
        return
    saved = keep_quietly(turn, replace(ticket, rating=stars), "rated", stars=stars)
    turn.measures.add("rated", ticket.number, person=ticket.holder, facts={"rating": stars})
    turn.tell("story.rated", {"number": ticket.number, "stars": stars})
    if stars > LOW:
        name = turn.people.get(ticket.requester).first_name
        notices.to_client(turn, saved, "rating.thanks", {"name": name})
        return
    rows = [notices.step_button(f"why_{why}", saved, f"label.why_{why}") for why in REASONS]
    _ask(turn, saved, "rating.why", rows)


def why(turn: Turn, ticket: Ticket, reason: str) -> None:
    """What went wrong: to a supervisor, who may be asked to write."""
    turn.audit.add(ticket.number, "rated_because", {"why": reason})
    facts = {"number": ticket.number, "stars": ticket.rating, "why": f"why.{reason}"}
    notices.to_role(turn, "supervisor", "staff.low_rating", facts)
    supervisors = turn.people.staff("supervisor")
    name = supervisors[0].first_name if supervisors else turn.book.desk.name
    buttons = [
        notices.step_button("write_me", ticket, "label.write_me"),
        notices.step_button("no_need", ticket, "label.no_need"),
    ]
    key = "rating.call"
    if reason == "unsolved":
        key = "rating.call_reopen"
        buttons.insert(0, _again(ticket))
    notices.to_client(turn, ticket, key, {"supervisor": name}, buttons)


def write_me(turn: Turn, ticket: Ticket, wanted: bool) -> None:
    """Whether the supervisor should write."""
    if wanted:
        facts = {"number": ticket.number, "client": turn.people.get(ticket.requester).name}
        notices.to_role(turn, "supervisor", "staff.call_wanted", facts)
    notices.to_client(turn, ticket, "rating.done")


def _ask(turn: Turn, ticket: Ticket, key: str, rows: list[Button]) -> None:
    until = turn.now + SENSE
    notices.to_client(turn, ticket, key, {}, rows, listed="label.choose", expires_at=until)


def _again(ticket: Ticket) -> Button:
    return notices.step_button("still_fails", ticket, "label.still_fails")
