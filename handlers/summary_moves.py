"""Moves in front of a summary, or with nothing in front of anybody any more."""

from handlers.conversation import intake, open_ticket_form
from handlers.visit import Visit, talk_button


def nothing_pending(visit: Visit) -> None:
    """What may be begun, for who pressed an old button."""
    menu = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
    visit.say("talk.nothing_pending", {"name": visit.person.first_name}, menu)


def see_all(visit: Visit) -> None:
    """*Ver todo*: the whole text, cut at what one bubble holds."""
    if visit.here.form != open_ticket_form.NAME:
        nothing_pending(visit)
        return
    text = str(visit.here.answers.get("detail") or "")[:900]
    choices = [talk_button("send", "label.send"), talk_button("fix", "label.fix")]
    visit.say("intake.summary_all", {"text": text}, choices)


def photo(visit: Visit) -> None:
    """*Agregar foto*."""
    if visit.here.form != open_ticket_form.NAME:
        nothing_pending(visit)
        return
    choices = [talk_button("send", "label.send"), talk_button("back", "label.back")]
    visit.say("intake.ask.photo", {}, choices)


def fix(visit: Visit, question: str) -> None:
    """*Corregir*, and the answer chosen to be mended."""
    if visit.here.form != open_ticket_form.NAME:
        nothing_pending(visit)
        return
    intake.fix(visit, question)


def still_same(visit: Visit) -> None:
    """*Sigue igual*: what a check seemed to solve becomes a case."""
    if visit.here.form == open_ticket_form.NAME:
        intake.again(visit)
    elif not intake.still_fails(visit):
        nothing_pending(visit)
