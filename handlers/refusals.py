"""An expected no becomes words: the clause, and a way out that works (U4)."""

from typing import Any

from handlers import notices
from handlers.inbound import Receipt, Toast
from handlers.visit import Visit, talk_button
from policy.errors import Refusal
from store.turn import Turn
from store.values import Button

DEFAULT_WAYS = ("list", "person")
LABELS = {"list": "my_cases", "new": "new_case", "person": "person", "guides": "guides"}


def ways(refusal: Refusal) -> list[Button]:
    """The buttons of a refusal."""
    verbs = [verb for verb in refusal.instead if verb in LABELS] or list(DEFAULT_WAYS)
    return [talk_button(verb, f"label.{LABELS[verb]}") for verb in verbs]


def to_client(visit: Visit, refusal: Refusal) -> None:
    """Said in the client's own chat, and written down (ASVS 16.3.2)."""
    facts = {"name": visit.person.first_name, "clause": refusal.clause, **refusal.facts}
    by_policy = refusal.clause is not None  # such an answer is owed, whatever is said after it
    visit.say(f"refusal.{refusal.code}", facts, ways(refusal), stays=by_policy)
    _note(visit.turn, refusal, visit.person.id)


def to_staff(turn: Turn, refusal: Refusal, person: int | None) -> Receipt:
    """Shown at once, to the one who pressed."""
    _note(turn, refusal, person)
    number = refusal.facts.get("number")
    ticket = turn.tickets.find(number) if isinstance(number, int) else None
    if ticket is not None and refusal.code in ("taken_since", "wrong_state"):
        notices.draw_card(turn, ticket)
    return Toast(key=f"staff_refusal.{refusal.code}", facts=_told(refusal))


def _told(refusal: Refusal) -> dict[str, Any]:
    facts = dict(refusal.facts)
    return {**facts, "clause": refusal.clause} if refusal.clause else facts


def _note(turn: Turn, refusal: Refusal, person: int | None) -> None:
    number = refusal.facts.get("number")
    known = number if isinstance(number, int) and turn.tickets.find(number) else None
    turn.audit.add(known, "refused", {"code": refusal.code, "person": person})
