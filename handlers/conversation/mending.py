"""What was understood, line by line, and how each line is mended with one press."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import codes
from handlers.conversation import change_form, open_ticket_form, summary
from handlers.conversation.engine import Talk
from handlers.conversation.form import Form
from handlers.visit import Visit, talk_button
from store.values import Button

LONG_TEXT = 200
TITLE = 20  # letters of a row that names an answer
FIXABLE = {
    "what": "label.fix_what",
    "detail": "label.fix_detail",
    "spot": "label.fix_where",
    "since": "label.fix_since",
    "scope": "label.fix_scope",
}
INSTEAD = {  # what an answer by hand takes the place of
    "what": open_ticket_form.OF_TOPIC,
    "spot": open_ticket_form.OF_SPOT,
    "since": open_ticket_form.OF_SINCE,
}


def show(visit: Visit, form: Form, answers: Mapping[str, Any]) -> bool:
    """Nothing is missing: what was understood, and *Enviar*. False where the words say more."""
    if len(str(answers.get("detail") or "")) > LONG_TEXT:
        return False
    known = understood(visit, answers)
    if not known:
        return False
    send = talk_button("send", "label.send", style="primary")
    photo = talk_button("photo", "label.add_photo")
    visit.say("intake.understood_all", known, [send, *ways(visit, form, answers), photo])
    return True


def understood(visit: Visit, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The lines as facts of a sentence; empty where nothing was."""
    if not any(answers.get(name) for name in ("typology", "category", "stopped")):
        return {}
    first, *rest = _lines(visit, answers).values()
    greeted = {"name": ""} if visit.greeted else {}
    return {"subject": first, "details": "\n• ".join(rest), **greeted}


def ways(visit: Visit, form: Form, answers: Mapping[str, Any]) -> list[Button]:
    """One press for each line that is shown."""
    shown = (name for name in _lines(visit, answers) if _may_be_mended(form, name, answers))
    return [talk_button("fix", FIXABLE[name], name) for name in shown]


def rows(form: Form, answers: Mapping[str, Any]) -> list[Button]:
    """Everything that may be mended, the fields of a change by their own names."""
    usual = (name for name in FIXABLE if _may_be_mended(form, name, answers))
    own = (asked for asked in form.questions if asked.title)
    return [
        *(talk_button("fix", FIXABLE[name], name) for name in usual),
        *(
            Button(code=codes.talk("fix", asked.name), text=summary.shortened(asked.title, TITLE))
            for asked in own
        ),
    ]


def mended(talk: Talk) -> Talk:
    """Without what an answer by hand takes the place of."""
    if not talk.editing or talk.asked is None:
        return talk
    gone = (talk.asked, *INSTEAD.get(talk.asked, ()))
    return replace(talk, answers={k: v for k, v in talk.answers.items() if k not in gone})


def _lines(visit: Visit, answers: Mapping[str, Any]) -> dict[str, str]:
    known = open_ticket_form.settled(visit.turn.book, answers)
    return summary.lines(visit.words, visit.turn.book, known)


def _may_be_mended(form: Form, name: str, answers: Mapping[str, Any]) -> bool:
    """Whether its question belongs to this case, be it asked or answered by the words."""
    asked = form.question(name)
    if asked is None:
        return False
    if name in ("what", "spot"):
        return not any(one.part == change_form.PART for one in form.questions)
    return name in answers or asked.when(answers)
