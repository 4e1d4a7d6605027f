"""Step 1 of the router: somebody the desk does not know yet, and what is told before data is kept.

`open` (a trial) enrols whoever writes; `invite` knows only people imported or invited, and says
the same to everybody else, whether or not their institution exists.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers import notices
from handlers.inbound import Address, Commanded, Inbound, Pressed, Said
from handlers.visit import Visit, talk_button
from policy import sla
from store.turn import Turn
from store.values import Conversation, Destination, Person

TRIAL = "Prueba"
CODE_LENGTH = 8


def known(turn: Turn, address: Address) -> Person | None:
    """Who this is, if the desk knows; a trial gets to know them now."""
    person = turn.people.find(address.channel, address.account, address.user)
    if person is not None:
        if address.private:
            _remember_chat(turn, person, address)
        return person
    if _is_staff_room(turn, address):
        return _new_staff(turn, address) if turn.house.enrolment == "open" else None
    if turn.house.enrolment == "open" and address.private:
        return _new_trial_client(turn, address)
    return None


def stranger(turn: Turn, inbound: Inbound) -> None:
    """Not known: a code, a request for access, or how to get either."""
    address = inbound.address
    if not address.private:
        return
    here = turn.conversations.at(address.channel, address.account, address.chat, address.user)
    place = Destination(channel=address.channel, account=address.account, chat=address.chat)
    match inbound:
        case Commanded(name="start", args=code) if code:
            _try_code(turn, here, place, code, address)
        case Pressed(code="c:have_code"):
            _keep(turn, here, form="enrol", asked="code")
            _say(turn, here, place, "first.ask_code", {}, ("ask_access",))
        case Pressed(code="c:ask_access"):
            _keep(turn, here, form="enrol", asked="access")
            _say(turn, here, place, "first.ask_access", {}, ("have_code",))
        case Said(text=text) if here.asked == "access" and text.strip():
            _ask_access(turn, here, place, text, address)
        case Said(text=text) if _looks_like_code(text) or here.asked == "code":
            _try_code(turn, here, place, text.strip(), address)
        case Said() | Commanded() | Pressed():
            _keep_words(turn, here, inbound)
            _say(turn, here, place, "first.unknown", {}, ("have_code", "ask_access"))
        case _:
            return


def greet(visit: Visit) -> None:
    """At first contact: who answers, what is kept and why; stored with version and date (U26)."""
    turn = visit.turn
    desk = turn.book.desk
    if turn.people.consent(visit.person.id) is not None or desk.consent == "off":
        return
    organisation = visit.organisation if visit.person.organisation else None
    facts: dict[str, Any] = {"name": visit.person.first_name, "desk": desk.name}
    if organisation is not None and organisation.trial:
        visit.above("first.hello_trial", **facts)
    else:
        visit.above("first.hello", **facts, organisation=organisation.name if organisation else "")
    if desk.consent == "notice":
        visit.above("first.notice", **facts)
        turn.people.add_consent(visit.person.id, desk.consent_version, "seen", visit.here.channel)


def must_consent(visit: Visit) -> bool:
    """Whether this desk asks first, and this person has not said yes."""
    if visit.turn.book.desk.consent != "ask" or visit.person.is_staff:
        return False
    consent = visit.turn.people.consent(visit.person.id)
    return consent is None or consent.answer != "yes"


def ask_consent(visit: Visit, said: Said | None) -> None:
    """Previous, express, informed; what was written is kept in the conversation and resumed."""
    if said is not None and said.text.strip():
        visit.remember(held=said.reading.stored if said.reading else said.text)
    choices = [
        talk_button("accept", "label.accept", style="primary"),
        talk_button("see_policy", "label.see_policy"),
        talk_button("decline", "label.decline"),
    ]
    visit.say("first.consent", {"name": visit.person.first_name}, choices)


def consent(visit: Visit, answer: str) -> None:
    """The answer, with version, date and channel."""
    desk = visit.turn.book.desk
    visit.turn.people.add_consent(visit.person.id, desk.consent_version, answer, visit.here.channel)
    if answer == "no":
        visit.remember(held=None)
        visit.say("first.declined")


def show_policy(visit: Visit) -> None:
    """The whole notice."""
    desk = visit.turn.book.desk
    choices = [
        talk_button("accept", "label.accept", style="primary"),
        talk_button("decline", "label.decline"),
    ]
    facts = {"desk": desk.name, "version": desk.consent_version}
    visit.say("first.consent_policy", facts, choices)


def _try_code(
    turn: Turn, here: Conversation, place: Destination, code: str, address: Address
) -> None:
    person = turn.people.redeem(code.upper(), turn.now, by=_who(address))
    if person is None:
        tries = int(here.memory.get("tries", 5)) - 1
        turn.conversations.save(_with_memory(here, tries=max(tries, 0)))
        key = "first.code_wrong" if tries > 0 else "first.code_spent"
        facts = {"left": tries, "until": turn.now + timedelta(hours=1)}
        _say(turn, here, place, key, facts, ("ask_access",))
        return
    turn.people.bind(person.id, address.channel, address.account, address.user, address.chat)
    visit = Visit(turn, person, _bound(turn, here, person))
    turn.tell("story.enrolled", {"name": person.first_name})
    if must_consent(visit):
        ask_consent(visit, None)
        return
    greet(visit)
    visit.say("first.accepted", {"name": person.first_name})


def _ask_access(
    turn: Turn, here: Conversation, place: Destination, text: str, address: Address
) -> None:
    _keep(turn, here, form=None, asked=None)
    facts = {"name": address.name, "text": text.strip()[:500], "channel": address.channel}
    notices.to_role(turn, "supervisor", "staff.access_wanted", facts)
    turn.audit.add(None, "access_asked", {"channel": address.channel, "user": address.user})
    due = _answer_by(turn)
    key = "first.access_sent" if due else "first.access_sent_undated"
    _say(turn, here, place, key, {"due": due}, ())


def _answer_by(turn: Turn) -> Any:
    office = sla.attention(turn.book, turn.book.plans[0].key, turn.book.desk.country)
    return None if office.hours.always else office.next_close(turn.now)


def _new_trial_client(turn: Turn, address: Address) -> Person:
    desk = turn.book.desk
    name = f"{TRIAL} {desk.name}"
    organisation = turn.people.organisation_named(name)
    if organisation is None:
        organisation = turn.people.add_organisation(
            name=name, country=desk.country, plan=_trial_plan(turn), trial=True
        )
    person = turn.people.add_person(
        name=_safe_name(address),
        language=_language(turn, address),
        organisation=organisation.id,
        roles=frozenset({"client"}),
    )
    turn.people.bind(person.id, address.channel, address.account, address.user, address.chat)
    return person


def _new_staff(turn: Turn, address: Address) -> Person:
    roles = {"engineer"}
    if address.user in turn.house.supervisors:
        roles.add("supervisor")
    person = turn.people.add_person(
        name=_safe_name(address), language=_language(turn, address), roles=frozenset(roles)
    )
    turn.people.bind(person.id, address.channel, address.account, address.user, "")
    return person


def _is_staff_room(turn: Turn, address: Address) -> bool:
    in_room = turn.house.is_room(address.channel, address.account, address.chat)
    return in_room or address.user in turn.house.supervisors


def _remember_chat(turn: Turn, person: Person, address: Address) -> None:
    bound = turn.people.bound(person.id, address.channel)
    here = next((b for b in bound if b.user == address.user), None)
    if here is not None and (here.chat != address.chat or here.blocked):
        turn.people.bind(person.id, address.channel, address.account, address.user, address.chat)
        turn.people.block(address.channel, address.account, address.chat, False)


def _safe_name(address: Address) -> str:
    return " ".join(address.name.split())[:60] or address.user


def _language(turn: Turn, address: Address) -> str:
    hint = (address.language or "")[:2]
    return hint if hint in turn.book.desk.languages else turn.book.desk.languages[0]


def _trial_plan(turn: Turn) -> str:
    """The first plan that lets a case be followed in the chat; the first one where none does."""
    plans = turn.book.plans
    chatty = next((p for p in plans if "chat" in p.channels.follow_up), plans[0])
    return chatty.key


def _who(address: Address) -> str:
    return f"{address.channel}:{address.account}:{address.user}"


def _looks_like_code(text: str) -> bool:
    word = text.strip()
    return len(word) == CODE_LENGTH and word.isalnum() and word.isascii()


def _keep_words(turn: Turn, here: Conversation, inbound: Inbound) -> None:
    if isinstance(inbound, Said) and inbound.reading and inbound.reading.stored:
        turn.conversations.save(_with_memory(here, held=inbound.reading.stored))


def _keep(turn: Turn, here: Conversation, *, form: str | None, asked: str | None) -> None:
    turn.conversations.save(_replaced(here, form=form, asked=asked))


def _with_memory(here: Conversation, **facts: Any) -> Conversation:
    return _replaced(here, memory={**here.memory, **facts})


def _replaced(here: Conversation, **changes: Any) -> Conversation:
    return replace(here, **changes)


def _bound(turn: Turn, here: Conversation, person: Person) -> Conversation:
    return turn.conversations.save(_replaced(here, person=person.id, form=None, asked=None))


def _say(
    turn: Turn,
    here: Conversation,
    place: Destination,
    key: str,
    facts: dict[str, Any],
    ways: tuple[str, ...],
) -> None:
    choices = [talk_button(way, f"label.{way}") for way in ways]
    turn.say(place, key, facts, choices=choices, replaces=f"prompt:{here.id}")
