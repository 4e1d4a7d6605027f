"""Step 1 of the router: somebody the desk does not know yet, and what is told before data is kept.

`open` (a trial) enrols whoever writes; `invite` knows only people imported or invited, and says
the same to everybody else, whether or not their institution exists.
"""

from dataclasses import replace
from typing import Any

from handlers import held, notices, triage
from handlers.codes import talk
from handlers.inbound import Address, Commanded, Inbound, Pressed, Said
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from policy import sla
from store.codes import hashed
from store.turn import Turn
from store.values import Button, Conversation, Destination, Person

TRIAL = "Prueba"
CODE_LENGTH = 8


def known(turn: Turn, address: Address) -> Person | None:
    """Who this is, if the desk knows; a trial gets to know them now."""
    person = turn.people.find(address.channel, address.account, address.user)
    if person is not None:
        if address.private:
            _remember_chat(turn, person, address)
        return person
    if turn.house.enrolment != "open":
        return None
    if _is_staff_room(turn, address):
        return _met_meanwhile(turn, address) or _new_staff(turn, address)
    if address.private:
        return _met_meanwhile(turn, address) or _new_trial_client(turn, address)
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
        case Pressed(code="c:its_me"):
            _its_me(turn, here, place)
        case Pressed(code="c:not_me"):
            _keep(turn, here, form=None, asked=None, memory={})
            _say(turn, here, place, "first.not_me", {}, ("have_code", "ask_access"))
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
    if desk.consent == "off":
        _hello_once(visit)
        return
    if turn.consents.latest(visit.person.id) is not None:
        return
    _say_hello(visit)
    if desk.consent == "notice":
        visit.owe("first.notice", name=visit.person.first_name, desk=desk.name)
        turn.consents.add(visit.person.id, desk.consent_version, "seen", visit.here.channel)


def _hello_once(visit: Visit) -> None:
    """Where the owner keeps the consent elsewhere, who answers is still told once (U29)."""
    known = f"greeted:{visit.person.id}"
    if not visit.turn.settings.get(known):
        visit.turn.settings.set(known, True)
        _say_hello(visit)


def must_consent(visit: Visit) -> bool:
    """Whether this desk asks first, and this person has not said yes."""
    if visit.turn.book.desk.consent != "ask" or visit.person.is_staff:
        return False
    consent = visit.turn.consents.latest(visit.person.id)
    return consent is None or consent.answer != "yes"


def ask_consent(visit: Visit, said: Said | None) -> None:
    """Previous, express, informed; what was written is kept in the conversation and resumed."""
    if said is not None and said.reading is not None and not said.reading.emoji_only:
        held.keep(visit, said.reading)
    if not visit.here.memory.get("asked_consent"):
        _say_hello(visit)
        visit.remember(asked_consent=True)
    choices = [
        talk_button("accept", "label.accept", style="primary"),
        talk_button("see_policy", "label.see_policy"),
        talk_button("decline", "label.decline"),
    ]
    visit.say("first.consent", {"name": visit.person.first_name}, choices)


def consent(visit: Visit, answer: str) -> None:
    """The answer, with version, date and channel."""
    desk = visit.turn.book.desk
    visit.turn.consents.add(visit.person.id, desk.consent_version, answer, visit.here.channel)
    if answer == "no":
        held.take(visit)
        visit.say("first.declined", stays=True)
        return
    go_on(visit)


def go_on(visit: Visit) -> None:
    """What was already written is gone on with, never typed twice; else: what is the matter?"""
    reading = held.take(visit)
    if reading is not None:
        triage.words(visit, reading)
        visit.flush()
        return
    visit.say("first.accepted", {"name": visit.person.first_name})


def enter(turn: Turn, here: Conversation, person: Person) -> None:
    """This chat is this person's from now on; the notice comes before anything else."""
    turn.people.bind(person.id, here.channel, here.account, here.user, here.chat)
    kept = {k: v for k, v in here.memory.items() if k in (held.HELD, held.READ)}
    bound = _replaced(here, person=person.id, form=None, asked=None, memory=kept)
    visit = Visit(turn, person, turn.conversations.save(bound))
    turn.tell("story.enrolled", {"name": person.first_name})
    if must_consent(visit):
        ask_consent(visit, None)
        return
    greet(visit)
    go_on(visit)


def show_policy(visit: Visit) -> None:
    """The whole notice."""
    desk = visit.turn.book.desk
    choices = [
        talk_button("accept", "label.accept", style="primary"),
        talk_button("decline", "label.decline"),
    ]
    facts = {"desk": desk.name, "version": desk.consent_version}
    visit.say("first.consent_policy", facts, choices)


def forgotten(here: Conversation) -> Conversation:
    """The chat of a stranger about whom nothing is kept."""
    return replace(here, form=None, asked=None, memory={})


def _say_hello(visit: Visit) -> None:
    """Who answers: an automatic assistant (U29)."""
    organisation = visit.organisation if visit.person.organisation else None
    facts: dict[str, Any] = {
        "name": visit.person.first_name,
        "desk": visit.turn.book.desk.name,
        "organisation": organisation.name if organisation else "",
    }
    trial = organisation is not None and organisation.trial
    visit.owe("first.hello_trial" if trial else "first.hello", **facts)


def _try_code(
    turn: Turn, here: Conversation, place: Destination, code: str, address: Address
) -> None:
    """A code that stands is kept as its hash until they say that it is theirs (1.1b)."""
    person = turn.people.invited(code, turn.now, by=_who(address))
    if person is None:
        left, until = turn.people.tries_left(_who(address), turn.now)
        key = "first.code_wrong" if left else "first.code_spent"
        _keep(turn, here, form="enrol", asked="code")
        _say(turn, here, place, key, {"left": left, "until": until}, ("ask_access",))
        return
    _keep(turn, here, form="enrol", asked=None, memory={**here.memory, "seal": hashed(code)})
    home = turn.people.organisation(person.organisation).name if person.organisation else ""
    facts = {"person": _first_and_initial(person), "organisation": home}
    _say(turn, here, place, "first.invited", facts, ("its_me", "not_me"))


def _its_me(turn: Turn, here: Conversation, place: Destination) -> None:
    person = turn.people.accept(str(here.memory.get("seal") or ""), turn.now)
    if person is None:
        _say(turn, here, place, "first.unknown", {}, ("have_code", "ask_access"))
        return
    enter(turn, here, person)


def _first_and_initial(person: Person) -> str:
    """ "Marta R.": enough to recognise oneself, not enough to learn who works there."""
    first, *rest = person.name.split()
    return f"{first} {rest[-1][0]}." if rest else first


def _ask_access(
    turn: Turn, here: Conversation, place: Destination, text: str, address: Address
) -> None:
    _keep(turn, here, form=None, asked=None, memory={**here.memory, "access_asked": True})
    facts = {"name": address.name, "text": text.strip()[:500], "channel": address.channel}
    buttons = [
        Button(code=talk("link", here.id), label="label.link", style="primary"),
        Button(code=talk("deny", here.id), label="label.deny"),
    ]
    notices.to_role(turn, "supervisor", "staff.access_wanted", facts, buttons)
    turn.audit.add(None, "access_asked", {"channel": address.channel, "user": address.user})
    due = _answer_by(turn)
    key = "first.access_sent" if due else "first.access_sent_undated"
    turn.say(place, key, {"due": due})  # a receipt, which nothing replaces


def _answer_by(turn: Turn) -> Any:
    office = sla.attention(turn.book, turn.book.plans[0].key, turn.book.desk.country)
    return None if office.hours.always else office.next_close(turn.now)


def _met_meanwhile(turn: Turn, address: Address) -> Person | None:
    """Of several first words at once, on several replicas, one makes the person: the others wait
    for the conversation, and find them (F42)."""
    turn.conversations.at(address.channel, address.account, address.chat, address.user)
    return turn.people.find(address.channel, address.account, address.user)


def _new_trial_client(turn: Turn, address: Address) -> Person:
    desk = turn.book.desk
    name = f"{TRIAL} {desk.name}"
    organisation = turn.people.organisation_named(name)
    if organisation is None:
        organisation = turn.people.founded(
            name, country=desk.country, plan=_trial_plan(turn), trial=True
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
    here = turn.people.heard_at(address.channel, address.account, address.user)
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
    reading = inbound.reading if isinstance(inbound, Said) else None
    if reading is not None and _says_something(reading):
        _keep(turn, here, memory={**here.memory, **held.packed(reading)})


def _says_something(reading: Reading) -> bool:
    return not reading.emoji_only and reading.only is None


def _keep(turn: Turn, here: Conversation, **changes: Any) -> None:
    turn.conversations.save(_replaced(here, **changes))


def _replaced(here: Conversation, **changes: Any) -> Conversation:
    return replace(here, **changes)


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
