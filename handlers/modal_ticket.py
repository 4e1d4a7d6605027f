"""The same form as a page: a client in Slack fills it in at once instead of step by step."""

from typing import Any

from handlers import open_ticket, safety_case
from handlers.conversation import intake, open_ticket_form
from handlers.conversation.engine import open_questions
from handlers.conversation.form import UNKNOWN
from handlers.inbound import Address, Done, Faults, Receipt, ShowForm, Submitted
from handlers.visit import Visit
from kb.reading import Reading
from kb.secrets import unread
from policy.evolved import evolved
from store.turn import Turn
from store.values import Person

SHORTEST = 4  # letters of a description that says anything at all
LEFT_BLANK = ("scope", "since")  # on the page they were left out: nobody asks for them again
JUDGED = ("typology", "category", "kind", open_ticket_form.GUIDED)


def show(text: str) -> Receipt:
    """/ticket: the form, with what was typed behind the command already in it."""
    given = {"detail": text.strip()} if text.strip() else {}
    return ShowForm(form=open_ticket_form.NAME, answers=given)


def submit(visit: Visit, form: Submitted) -> Receipt:
    """File it; a description that says nothing comes back with its fault, and nothing is lost.

    What the chat asks of such a case besides, as the client's own checks (Tabla 4), is asked
    there first.
    """
    detail = form.answers.get("detail", "").strip()
    if len(detail) < SHORTEST:
        return Faults(faults={"detail": "form.fault.empty"})
    reading = form.reading or unread(detail)
    answers = {**visit.here.answers, **_answers(visit, form, reading)}
    if safety_case.concerns(visit, reading):
        safety_case.take(visit, reading)
    elif _asks_more(visit, answers):
        unsaid = {name: UNKNOWN for name in LEFT_BLANK if not answers.get(name)}
        intake.begin(visit, None, **{**answers, **unsaid})
    else:
        open_ticket.send(visit, reading, **answers)
    return Done()


def in_private(turn: Turn, person: Person, address: Address) -> Address:
    """The chat of two where the case will be talked about."""
    here = turn.people.heard_at(address.channel, address.account, address.user)
    bound = [here] if here is not None else turn.people.bound(person.id, address.channel)
    chat = next((b.chat for b in bound if b.user == address.user and b.chat), address.user)
    return evolved(address, chat=chat, thread=None, private=True)


def _answers(visit: Visit, form: Submitted, reading: Reading) -> dict[str, Any]:
    """What was filled in, over what its words tell by themselves."""
    policy = visit.turn.book
    known = open_ticket_form.asked(policy)
    given = {k: v for k, v in form.answers.items() if k in known and v and v != UNKNOWN}
    found = intake.slots_of(visit, reading)
    what = given.get("what")
    group = next((one for one in policy.groups if one.key == what), None) if what else None
    if group is not None and found.get("category") not in group.categories:
        found = {k: v for k, v in found.items() if k not in JUDGED}
    return {**found, **given, "detail": reading.stored, "text": reading.stored}


def _asks_more(visit: Visit, answers: dict[str, Any]) -> bool:
    """Whether such a case has questions of its own that no page has room for."""
    form = intake.form_of(visit, answers)
    if not any(question.part for question in form.questions):
        return False
    return any(question.part for question in open_questions(form, answers))
