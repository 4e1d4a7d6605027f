"""Somebody asked to be let in: a supervisor says who it is, or that they are unknown (1.1c)."""

from handlers import enrol
from handlers.inbound import Done, Faults, Receipt, ShowForm, Submitted, Toast
from handlers.visit import talk_button
from policy.access import allow
from policy.errors import Refusal
from policy.names import fold
from store.turn import Turn
from store.values import Conversation, Destination, Person


def show_link(turn: Turn, argument: str) -> Receipt:
    """*Vincular a…*: who of the imported people it is."""
    here = _asker(turn, argument)
    if here is None:
        return Toast(key="toast.old_button")
    return ShowForm(form="link", meta={"conversation": here.id})


def link(turn: Turn, form: Submitted) -> Receipt:
    """The chat is that person's from now on, and what was written there goes on."""
    here = _asker(turn, str(form.meta.get("conversation", "")))
    if here is None:
        return Faults(faults={"person": "form.fault.access_gone"})
    found = _named(turn, form.answers.get("person", ""))
    if len(found) != 1:
        return Faults(faults={"person": "form.fault.no_such_person"})
    turn.audit.add(None, "access_given", {"person": found[0].id, "user": here.user})
    enrol.enter(turn, here, found[0])
    return Done()


def deny(turn: Turn, argument: str) -> Receipt:
    """*No dar acceso*: said to whoever asked, with the way that is left."""
    here = _asker(turn, argument)
    if here is None:
        return Toast(key="toast.old_button")
    turn.conversations.save(enrol.forgotten(here))
    place = Destination(channel=here.channel, account=here.account, chat=here.chat)
    turn.say(
        place,
        "first.access_denied",
        choices=[talk_button("have_code", "label.have_code")],
    )
    turn.audit.add(None, "access_denied", {"user": here.user})
    return Toast(key="toast.access_denied")


def _asker(turn: Turn, conversation: str) -> Conversation | None:
    """The chat of a stranger who asked; None once they were answered.

    Raises Refusal("not_allowed") for who may not let people in.
    """
    if turn.actor is None:
        raise Refusal("not_allowed")
    allow(turn.actor, "invite")
    if not conversation.isdecimal() or len(conversation) > 18:
        return None
    try:
        here = turn.conversations.get(int(conversation))
    except LookupError:
        return None
    return here if here.person is None and here.memory.get("access_asked") else None


def _named(turn: Turn, words: str) -> list[Person]:
    """Contacts of that name or work e-mail; both are told by whoever imported them."""
    wanted = fold(words)
    people = [p for p in turn.people.all() if p.active and not p.is_staff]
    return [p for p in people if wanted and wanted in (fold(p.name), fold(p.email))]
