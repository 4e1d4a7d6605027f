"""Whose turn it is. Who speaks is settled first; then the kind of event; then the first match."""

from handlers import (
    client,
    client_press,
    client_words,
    enrol,
    modal_change,
    modal_ticket,
    refusals,
    staff,
)
from handlers.casework import actor_of
from handlers.conversation import open_ticket_form
from handlers.inbound import (
    Commanded,
    Done,
    HomeOpened,
    Inbound,
    Joined,
    Pressed,
    Reacted,
    Receipt,
    Said,
    Submitted,
    Toast,
)
from handlers.visit import Visit, visit_at
from policy.errors import Refusal
from store.turn import Turn
from store.values import Destination, Person

CLIENT_FORMS = {
    open_ticket_form.NAME: modal_ticket.submit,
    modal_change.FORM: modal_change.submit,
}
NO_REPORTS = "no-single-reports"  # the rule of a policy that writes none about one case
THUMBS = ("👍", "👌", "🙏", "❤", "🎉")


def route(turn: Turn, inbound: Inbound) -> Receipt:
    """Hand the event to whom it concerns. A refusal is told; everything else is a bug."""
    if isinstance(inbound, Joined):
        return _joined(turn, inbound)
    person = enrol.known(turn, inbound.address)
    if person is None:
        return _stranger(turn, inbound)
    turn.actor = actor_of(person)
    if person.is_staff:
        return _staff(turn, person, inbound)
    if isinstance(inbound, Submitted) or _is_slash(inbound):
        return _form(turn, person, inbound)
    if not inbound.address.private:
        return _group(turn, inbound)
    return _client(turn, visit_at(turn, person, inbound.address, inbound.at), inbound)


def _stranger(turn: Turn, inbound: Inbound) -> Receipt:
    """In private, how to become known; in a group, once, where it works; in the room, nothing."""
    address = inbound.address
    if isinstance(inbound, Submitted):
        return _not_theirs(turn, inbound, None)
    if address.private:
        enrol.stranger(turn, inbound)
        return Done()
    if turn.house.is_room(address.channel, address.account, address.chat):
        return Toast(key="staff_refusal.not_allowed")
    return _group(turn, inbound)


def _staff(turn: Turn, person: Person, inbound: Inbound) -> Receipt:
    try:
        match inbound:
            case Said():
                return staff.said(turn, inbound)
            case Pressed():
                return staff.pressed(turn, inbound)
            case Submitted():
                return staff.submitted(turn, inbound)
            case Commanded():
                return staff.commanded(turn, inbound)
            case HomeOpened():
                return staff.home(turn, inbound)
            case _:
                return Done()
    except Refusal as refusal:
        return refusals.to_staff(turn, refusal, person.id)


def _is_slash(inbound: Inbound) -> bool:
    """A command that can be answered with a form at once, such as Slack's."""
    return isinstance(inbound, Commanded) and inbound.trigger is not None


def _form(turn: Turn, person: Person, inbound: Inbound) -> Receipt:
    """A client in Slack: /ticket opens the form, the form opens the case.

    Any other form was opened by somebody of the desk, who is none of it any more (F41).
    """
    if isinstance(inbound, Submitted) and inbound.form not in CLIENT_FORMS:
        return _not_theirs(turn, inbound, person.id)
    if isinstance(inbound, Submitted):
        turn.people.expect_invoices(person.organisation)
    visit = visit_at(turn, person, modal_ticket.in_private(turn, person, inbound.address))
    if enrol.must_consent(visit):
        enrol.ask_consent(visit, None)
        return Toast(key="toast.consent_first")
    try:
        return _paged(visit, inbound)
    except Refusal as refusal:
        refusals.to_client(visit, refusal)
    return Done()


def _paged(visit: Visit, inbound: Inbound) -> Receipt:
    """A form that was sent, or the command that opens one; other commands are told in private."""
    if isinstance(inbound, Submitted):
        return CLIENT_FORMS[inbound.form](visit, inbound)
    if isinstance(inbound, Commanded) and modal_change.is_asked(inbound):
        return modal_change.show(visit.turn.book)
    if isinstance(inbound, Commanded) and client_words.slash(visit, _said(inbound)):
        return Done()
    if isinstance(inbound, Commanded) and inbound.name in ("ticket", "radica"):
        return modal_ticket.show(inbound.text or inbound.args)
    return Toast(key="staff_refusal.no_report")


def _said(command: Commanded) -> str:
    """What a slash command asks for: "guias firma", be it behind /radica or by itself."""
    own = "" if command.name == "radica" else command.name
    return " ".join(filter(None, (own, command.text or command.args)))


def _not_theirs(turn: Turn, form: Submitted, person: int | None) -> Receipt:
    """A form in the wrong hands: refused in the form itself, and written down."""
    refusal = Refusal("not_allowed", number=form.meta.get("ticket"))
    return refusals.to_staff(turn, refusal, person)


def _client(turn: Turn, visit: Visit, inbound: Inbound) -> Receipt:
    try:
        match inbound:
            case Said():
                client.said(visit, inbound)
            case Pressed():
                return client_press.pressed(visit, inbound)
            case Commanded(name="report" | "reporte"):
                rule = visit.turn.book.statement(NO_REPORTS)
                clause = rule.clause if rule else None
                raise Refusal("no_report", clause=clause, instead=("list",))
            case Commanded():
                return client_words.commanded(visit, inbound)
            case Reacted():
                _reacted(visit, inbound)
            case _:
                return Done()
    except Refusal as refusal:
        refusals.to_client(visit, refusal)
    return Done()


def _reacted(visit: Visit, reaction: Reacted) -> None:
    """A thumb on a solution notice counts as a thanks: it stops the silence clock, no more."""
    if reaction.removed or not reaction.emoji.startswith(THUMBS):
        return
    here = visit.here
    link = visit.turn.messages.by_ref(here.channel, here.account, here.chat, reaction.ref)
    if link is None or link.ticket is None:
        return
    ticket = visit.turn.tickets.lock(link.ticket)
    if ticket is not None and ticket.requester == visit.person.id:
        client.thumbed(visit, ticket)


def _group(turn: Turn, inbound: Inbound) -> Receipt:
    """In a group no case is ever shown; once, it says where it works."""
    address = inbound.address
    if isinstance(inbound, (Commanded, Said)):
        _say_private(turn, inbound, f"group:{address.channel}:{address.chat}")
    return Toast(key="group.toast") if isinstance(inbound, Pressed) else Done()


def _say_private(turn: Turn, inbound: Inbound, once: str) -> None:
    address = inbound.address
    if turn.settings.get(once) or turn.house.is_room(
        address.channel, address.account, address.chat
    ):
        return
    turn.settings.set(once, True)
    place = Destination(channel=address.channel, account=address.account, chat=address.chat)
    turn.say(place, "group.private_only")


def _joined(turn: Turn, joined: Joined) -> Receipt:
    address = joined.address
    if joined.new_chat:
        turn.move_chat(address.channel, address.account, address.chat, joined.new_chat)
    elif joined.blocked is not None:
        turn.people.block(address.channel, address.account, address.chat, joined.blocked)
    elif joined.added and not turn.house.is_room(address.channel, address.account, address.chat):
        turn.settings.set(f"group:{address.channel}:{address.chat}", True)
        place = Destination(channel=address.channel, account=address.account, chat=address.chat)
        turn.say(place, "group.welcome")
    return Done()
