"""*Bórrelo*, *Déjelo*: a message with a password or a personal document in it (1.27).

What is said of it was masked before it was shown to anybody. *Bórrelo* takes the message out of
the chat, where the platform lets a bot do that, and masks the number in all that the desk keeps.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.casework import keep_quietly
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from kb.secrets import mask_documents
from policy.names import fold

ERASABLE = "erasable"  # in the memory: the ref of the message that was spoken of
DELETES = frozenset({"telegram"})  # a bot may delete what a client wrote to it
WORDS = {
    **dict.fromkeys(("borrelo", "borralo", "si borrelo", "erase it", "delete it"), True),
    **dict.fromkeys(("dejelo", "dejalo", "no lo borre", "leave it"), False),
}


def offer(visit: Visit, ref: str) -> None:
    """Both answers, beside whatever is asked in this turn."""
    visit.remember(**{ERASABLE: ref})
    visit.beside(
        talk_button("erase_message", "label.erase_message", ref),
        talk_button("leave_message", "label.leave_message", ref),
    )


def heard(visit: Visit, reading: Reading) -> bool:
    """The same in words, while it may still be meant (U14)."""
    ref = visit.here.memory.get(ERASABLE)
    answer = WORDS.get(fold(reading.text).strip(" .!¡")) if ref else None
    if answer is None:
        return False
    (erase if answer else leave)(visit, str(ref))
    return True


def erase(visit: Visit, ref: str) -> None:
    """Out of the chat, and masked in the talk, the messages and the cases of this person."""
    turn, here = visit.turn, visit.here
    gone = here.channel in DELETES and ref.isdecimal()
    if gone:
        turn.say(visit.place, "delete", {"ref": ref}, kind="delete")
    visit.save(
        answers=_masked(here.answers),
        memory=_masked({k: v for k, v in here.memory.items() if k != ERASABLE}),
        draft=_masked(here.draft),
    )
    link = turn.messages.by_ref(here.channel, here.account, here.chat, ref)
    if link is not None and link.person == visit.person.id:
        turn.messages.rewrite(link.id, mask_documents(link.text))
    _mask_cases(visit)
    turn.audit.add(None, "message_erased", {"person": visit.person.id})
    visit.say("nontext.document_erased" if gone else "nontext.document_masked", stays=True)


def leave(visit: Visit, ref: str) -> None:
    """Nothing is taken away."""
    if visit.here.memory.get(ERASABLE) == ref:
        visit.remember(**{ERASABLE: None})
    visit.say("nontext.document_left")


def _mask_cases(visit: Visit) -> None:
    for ticket in visit.turn.tickets.of_requester(visit.person.id):
        text = mask_documents(ticket.text)
        details = _masked(ticket.details)
        if (text, details) != (ticket.text, dict(ticket.details)):
            keep_quietly(visit.turn, replace(ticket, text=text, details=details), "message_erased")


def _masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, with no document number in any of their words."""
    return {name: _mask(value) for name, value in values.items()}


def _mask(value: Any) -> Any:
    match value:
        case str():
            return mask_documents(value)
        case Mapping():
            return _masked(value)
        case list() | tuple():
            return [_mask(one) for one in value]
        case _:
            return value
