"""*Hablar con alguien*: never argued with; at most one question, then a marked case (U17)."""

from typing import Any

from handlers import guide_record, misuse, open_ticket, safety_case
from handlers.conversation import open_ticket_form, pauses
from handlers.conversation.form import UNKNOWN
from handlers.visit import Visit, talk_button
from kb.reading import Reading

FORM = "person"


def wanted(visit: Visit) -> None:
    """With something told already, the case is opened at once; else one question."""
    ticket = safety_case.case_of(visit)
    if ticket is not None:
        safety_case.answered(visit, ticket, "person")
        return
    guide_record.answered(visit, "person")
    draft = visit.here.draft if visit.here.draft.get("refused") else {}
    kept = dict(draft.get("answers", {}))
    answers = {**kept, **dict(visit.here.memory.get("story") or {}), **visit.here.answers}
    told = str(answers.get("detail") or answers.get("text") or "")
    if told and told != UNKNOWN:
        _open(visit, answers)
        return
    visit.save(form=FORM, asked="about", answers=answers)
    pauses.arm(visit)
    visit.say("ticket.person_asked", {}, [talk_button("exit", "label.exit")])


def about(visit: Visit, reading: Reading) -> None:
    """The one sentence: whatever it says, it is filed for a person."""
    slots = open_ticket_form.slots(visit.turn.book, reading)
    _open(visit, {**visit.here.answers, **slots, "text": reading.stored, "detail": reading.stored})


def _open(visit: Visit, answers: dict[str, Any]) -> None:
    if misuse.concerns(visit, answers):
        misuse.put(visit, answers, "")
        return
    visit.above("ticket.wants_person")
    open_ticket.send(visit, **{**answers, "wants_person": True})
