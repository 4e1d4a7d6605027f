"""A word after closing: the same thing again, or something new; nothing is told twice (D21)."""

from datetime import timedelta

from handlers import notices, open_ticket
from handlers.conversation import intake
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from policy.ticket import Ticket
from store.values import Button


def ask(visit: Visit, ticket: Ticket, reading: Reading) -> None:
    """*Sigue lo mismo / Es algo nuevo*, with what was written kept for either."""
    slots = intake.slots_of(visit, reading)
    visit.remember(story={**slots, "text": reading.stored}, closed=ticket.number)
    facts = {"number": ticket.number, "subject": ticket.subject, "closed_at": ticket.closed_at}
    choices = [
        notices.step_button("still_fails", ticket, "label.goes_on"),
        talk_button("is_new", "label.something_new"),
    ]
    visit.say("ticket.same_or_new", facts, choices)


def is_about(visit: Visit, reading: Reading) -> Ticket | None:
    """The case closed lately that this message may be about."""
    last = visit.turn.tickets.last_closed(visit.person.id)
    if last is None or last.closed_at is None:
        return None
    recent = timedelta(seconds=visit.turn.book.follow_up.within)
    if visit.turn.now - last.closed_at > recent:
        return None
    typology = reading.decision.typology
    if typology and last.typology and typology != last.typology:
        return None
    return last


def same(visit: Visit, closed: Ticket) -> None:
    """A linked case with the same data, opened with one press."""
    story = dict(visit.here.memory.get("story") or {})
    known = {
        "typology": closed.typology,
        "category": closed.category,
        "kind": closed.kind,
        **{k: v for k, v in closed.details.items() if k in ("place", "device", "scope", "what")},
    }
    said = str(story.get("text") or "")
    text = "\n".join(part for part in (said, closed.text) if part)
    answers = {**story, **known, "text": text, "linked": closed.number}
    open_ticket.send(visit, **{k: v for k, v in answers.items() if v is not None})


def new(visit: Visit) -> None:
    """Something else: what was written starts an ordinary case."""
    intake.begin(visit, None, **dict(visit.here.memory.get("story") or {}))


def again_button(ticket: Ticket) -> Button:
    """*Sigue fallando*, under a closed case."""
    return notices.step_button("still_fails", ticket, "label.still_fails")
