"""The same form as a page: a client in Slack fills it in at once instead of step by step."""

from dataclasses import replace
from typing import Any

from handlers import open_ticket
from handlers.conversation import open_ticket_form
from handlers.conversation.form import UNKNOWN
from handlers.inbound import Address, Done, Faults, Receipt, ShowForm, Submitted
from handlers.visit import Visit
from store.turn import Turn
from store.values import Person

SHORTEST = 4  # letters of a description that says anything at all


def show(text: str) -> Receipt:
    """/ticket: the form, with what was typed behind the command already in it."""
    given = {"detail": text.strip()} if text.strip() else {}
    return ShowForm(form=open_ticket_form.NAME, answers=given)


def submit(visit: Visit, form: Submitted) -> Receipt:
    """File it; a description that says nothing comes back with its fault, and nothing is lost."""
    detail = form.answers.get("detail", "").strip()
    if len(detail) < SHORTEST:
        return Faults(faults={"detail": "form.fault.empty"})
    open_ticket.send(visit, **_answers(visit, form, detail))
    return Done()


def in_private(turn: Turn, person: Person, address: Address) -> Address:
    """The chat of two where the case will be talked about."""
    bound = turn.people.bound(person.id, address.channel)
    chat = next((b.chat for b in bound if b.user == address.user and b.chat), address.user)
    return replace(address, chat=chat, thread=None, private=True)


def _answers(visit: Visit, form: Submitted, detail: str) -> dict[str, Any]:
    known = {q.name for q in open_ticket_form.form(visit.turn.book, "es").questions}
    given = {k: v for k, v in form.answers.items() if k in known and v and v != UNKNOWN}
    return {**given, "detail": detail, "text": detail}
