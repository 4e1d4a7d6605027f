"""A solved case as the draft of a guide: for the owner of the articles, never for a client."""

from collections.abc import Mapping

from handlers import lessons, notices, topic_change
from handlers.casework import me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Faults, Receipt, ShowForm, Toast
from kb import drafting, text
from kb.library import BODY_LIMIT, STEP_LIMIT
from policy.errors import Refusal
from policy.ticket import State, Ticket
from store.turn import Turn

FINISHED = (State.SOLVED, State.CLOSED)


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Guardar como guía*: a form filled from the case's solution."""
    ticket = _finished(turn, code.number)
    told = {
        "name": ticket.subject,
        "happens": lessons.phrase(turn, ticket.requester, ticket.text),
        "steps": "\n".join(text.sentences(ticket.solution or "")),
        "topic": ticket.typology or "",
    }
    return ShowForm(form="draft", meta=view_of(ticket), answers=told)


def save(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """Kept as a row; what is wrong with it comes back with the form."""
    ticket = _finished(turn, number)
    faults = _faults(turn, answers)
    if faults:
        return Faults(faults=faults)
    kept = turn.drafts.add(
        {
            "title": answers["name"].strip(),
            "happens": answers.get("happens", "").strip(),
            "pack": turn.book.name,
            "typology": answers["topic"],
            "steps": "\n".join(drafting.steps_of(answers["steps"])),
            "phrase": lessons.phrase(turn, ticket.requester, ticket.text),
        },
        ticket=number,
        by=me(turn).id,
    )
    turn.audit.add(number, "draft", {"draft": kept.id, "title": kept.title})
    facts = {"name": me(turn).first_name, "n": kept.id, "title": kept.title}
    notices.to_thread(turn, ticket, "thread.draft", facts)
    return Toast(key="toast.draft_saved", facts={"n": kept.id})


def _finished(turn: Turn, number: int) -> Ticket:
    """Raises Refusal while the case has no solution."""
    ticket = the_ticket(turn, number, "draft")
    if ticket.state not in FINISHED:
        raise Refusal("wrong_state", number=number, state=str(ticket.state), step="draft")
    return ticket


def _faults(turn: Turn, answers: Mapping[str, str]) -> dict[str, str]:
    steps = drafting.steps_of(answers.get("steps", ""))
    found: dict[str, str] = {}
    if not answers.get("name", "").strip():
        found["name"] = "form.fault.empty"
    if not steps:
        found["steps"] = "form.fault.empty"
    elif len(steps) > STEP_LIMIT:
        found["steps"] = "form.fault.steps"
    elif len(drafting.body(answers.get("happens", ""), steps)) > BODY_LIMIT:
        found["steps"] = "form.fault.guide_long"
    if not topic_change.known(turn.book, answers.get("topic", "")):
        found["topic"] = "form.fault.choose"
    return found
