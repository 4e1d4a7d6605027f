"""/report: asked by a supervisor, answered in their direct message, drawn when it is sent."""

import unicodedata

from handlers import notices
from handlers.inbound import Receipt, Toast
from handlers.periods import parse
from policy.access import allowed
from policy.errors import Refusal
from store.turn import Turn
from store.values import Button, Person

NAMES = {
    "resumen": "resumen",
    "summary": "resumen",
    "pendientes": "pendientes",
    "pending": "pendientes",
    "sla": "sla",
}


def ask(turn: Turn, args: str, person: Person) -> Receipt:
    """The report of that name and period. Raises Refusal for who may not, or a name unknown."""
    if turn.actor is None or not allowed(turn.actor, "report"):
        raise Refusal("no_report")
    name, words = split(args)
    period = parse(words, turn.now, turn.book.desk.zone)
    facts = {
        "report": name,
        "period": period.name,
        "start": period.start,
        "end": period.end,
    }
    notices.to_staff(
        turn, person, f"report.{name}", facts, _others(name, period.name), kind="report"
    )
    turn.audit.add(None, "report", {"report": name, "period": period.name})
    turn.tell("story.report", {"name": person.first_name, "report": name, "period": period.name})
    return Toast(key="report.coming", facts={"report": name})


def split(args: str) -> tuple[str, str]:
    """Name and period of the words after /report. Raises Refusal("bad_report")."""
    words = _folded(args).split()
    if not words:
        return "resumen", ""
    name = NAMES.get(words[0])
    if name is None:
        raise Refusal("bad_report", report=words[0][:40])
    return name, " ".join(words[1:])


def _others(name: str, period: str) -> list[Button]:
    rest = [other for other in ("resumen", "pendientes", "sla") if other != name]
    when = period.replace(" ", "+")
    return [
        Button(code=f"c:report:{other}+{when}", label=f"label.report_{other}") for other in rest
    ]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("+", " ")
