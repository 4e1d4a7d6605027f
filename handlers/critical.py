"""*Es crítico*, under an out-of-hours receipt: impact, urgency, and what they make of the case."""

from collections.abc import Sequence

from handlers import notices, priority_change
from handlers.wording.readers import words_for
from policy.shapes_rules import Scale
from policy.ticket import Ticket
from store.turn import Turn
from store.values import Button

VERB = "critical"
WIDEST = 20  # letters of a button side by side; longer ones are rows of a list


def offered(turn: Turn, ticket: Ticket) -> bool:
    """Whether the case could become more urgent than it is."""
    ranks = [one.rank for one in turn.book.priorities]
    return turn.book.priority(ticket.priority).rank > min(ranks)


def ask(turn: Turn, ticket: Ticket) -> None:
    """How many cannot work."""
    _ask(turn, ticket, "intake.ask.impact", VERB, turn.book.impacts)


def answered(turn: Turn, ticket: Ticket, verb: str) -> bool:
    """The next question, or the result. False for a verb that is none of these answers."""
    _, *grades = verb.split("_")
    impact = _scale(turn.book.impacts, grades[0]) if grades else None
    if impact is None or len(grades) > 2:
        return False
    if len(grades) == 1:
        _ask(turn, ticket, "intake.ask.urgency", verb, turn.book.urgencies)
        return True
    urgency = _scale(turn.book.urgencies, grades[1])
    if urgency is None:
        return False
    language = turn.book.desk.languages[0]
    facts = {
        "client": turn.people.get(ticket.requester).first_name,
        "impact": impact.label[language],
        "urgency": urgency.label[language],
    }
    notices.to_thread(turn, ticket, "thread.critical", facts)
    priority_change.judge_again(turn, ticket, impact.key, urgency.key, verb)
    return True


def _ask(turn: Turn, ticket: Ticket, key: str, verb: str, scales: Sequence[Scale]) -> None:
    language = words_for(turn, turn.people.get(ticket.requester)).language
    rows = [_button(ticket, f"{verb}_{one.key}", one.label[language]) for one in scales]
    wide = any(len(row.text) > WIDEST for row in rows)
    notices.to_client(turn, ticket, key, {}, rows, listed="label.choose" if wide else "")


def _button(ticket: Ticket, verb: str, text: str) -> Button:
    return Button(code=notices.step_button(verb, ticket, "").code, text=text)


def _scale(scales: Sequence[Scale], key: str) -> Scale | None:
    return next((one for one in scales if one.key == key), None)
