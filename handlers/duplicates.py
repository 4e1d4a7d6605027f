"""*¿Es lo mismo?*: a colleague's open incident of the same typology, before another is opened.

A colleague sees number, subject and state. Who joins gets the case's news, and what they write
goes to its thread; the card says how many more are affected.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers import mine, notices, open_ticket
from handlers.casework import JOINED, keep_quietly, the_ticket
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.visit import Visit, talk_button
from kb.options import pick
from kb.reading import Reading
from kb.secrets import mask_documents
from policy import duplicates
from policy.errors import Refusal
from policy.ticket import UNSOLVED, Ticket

ASKED = "duplicate"  # in the memory: the number that was asked about, until it is answered
OTHER = "not_same"  # in the memory: numbers that are another case
MAYBE = "maybe_same"  # among a case's details: the number of its likely twin


def ask(visit: Visit, answers: Mapping[str, Any]) -> bool:
    """Ask about a case that may be the same one. False where there is none to ask about."""
    twin = _twin(visit, answers)
    if twin is None:
        return False
    told = {key: value for key, value in answers.items() if value is not None}
    visit.remember(story=told, **{ASKED: twin.number})
    facts = {"number": twin.number, "subject": twin.subject, "state": str(twin.state)}
    choices = [talk_button(verb, label) for verb, label in ANSWERS.items()]
    visit.say("intake.duplicate", facts, choices)
    visit.turn.audit.add(None, "duplicate_asked", {"person": visit.person.id, "of": twin.number})
    return True


def heard(visit: Visit, reading: Reading) -> bool:
    """The answer in words (U14); False for anything else. Before the question has left there is
    none: it comes, and asks by itself."""
    if not visit.here.memory.get(ASKED):
        return False
    known = [(verb, [visit.words.line(label)]) for verb, label in ANSWERS.items()]
    verb = pick(reading.text, known)
    by_intent = {"yes": "join", "no": "other_case", "dont_know": "maybe_same"}
    verb = verb or by_intent.get(reading.only or "")
    if verb is None:
        return False
    if visit.asked:
        DEEDS[verb](visit)
    return True


def join(visit: Visit) -> None:
    """*Sí, sumarme*: what was told goes to the case, whose news they get from now on."""
    number = visit.here.memory.get(ASKED)
    if not number:
        _old(visit)
        return
    ticket = _open(visit, int(number))
    if ticket is None:
        visit.above("intake.duplicate_over", number=number)
        _go_on(visit)
        return
    story = _told(visit)
    files = [int(one) for one in visit.here.memory.get("files", ())]
    _add(visit, ticket, str(story.get("text") or story.get("detail") or ""), files)
    pauses.end(visit, draft=visit.here.draft)
    mine.follow(visit, ticket)
    visit.say("intake.joined", {"number": ticket.number}, ticket=ticket.number, stays=True)


def other(visit: Visit) -> None:
    """*Es otro caso*: on to the case, with everything that was told."""
    if not visit.here.memory.get(ASKED):
        _old(visit)
        return
    _go_on(visit)


def maybe(visit: Visit) -> None:
    """*No sé*: a case of its own, which tells the engineer of its likely twin."""
    number = visit.here.memory.get(ASKED)
    if not number:
        _old(visit)
        return
    _go_on(visit, **{MAYBE: number})


def story(visit: Visit) -> dict[str, Any]:
    """What was told before a question that something else was written to: it goes along."""
    if not visit.here.memory.get(ASKED) or visit.here.form is not None:
        return {}
    _settle(visit)
    return dict(visit.here.memory.get("story") or {})


def _twin(visit: Visit, answers: Mapping[str, Any]) -> Ticket | None:
    typology = open_ticket_form.typology_of(visit.turn.book, answers)
    since = duplicates.begins(visit.turn.book, visit.turn.now)
    if typology is None or since is None or answers.get("stopped"):
        return None
    if visit.turn.book.typology(typology).kind != "incident":
        return None  # what somebody asks for is their own
    answered = max(visit.here.memory.get(OTHER, ()), default=0)  # asked once, and of what is new
    return visit.turn.tickets.twin(
        visit.organisation.id,
        typology,
        since,
        states=UNSOLVED,
        not_of=visit.person.id,
        after=answered,
    )


def _open(visit: Visit, number: int) -> Ticket | None:
    try:
        ticket = the_ticket(visit.turn, number, "join")
    except Refusal:
        return None
    return ticket if ticket.state in UNSOLVED else None


def _add(visit: Visit, ticket: Ticket, told: str, files: list[int]) -> None:
    """One more is affected: on the card, in the thread, in the trail."""
    turn, person = visit.turn, visit.person
    known = {one for one, _ in turn.tickets.watchers(ticket.number)}
    turn.tickets.watch(ticket.number, person.id, visit.here.id)
    turn.files.attach(files, ticket.number)
    many = len({*known, person.id})
    more = replace(ticket, details={**ticket.details, JOINED: str(many)})
    saved = keep_quietly(turn, more, "joined", by=person.id)
    facts = {"client": person.name, "text": mask_documents(told) or "—"}
    notices.to_thread(turn, saved, "thread.joined", facts, files=files)
    turn.tell("story.joined", {"name": person.first_name, "number": ticket.number})


def _go_on(visit: Visit, **more: Any) -> None:
    """To the summary where it was being told, else to the first question."""
    told = {**_told(visit), **more}
    _settle(visit)
    if visit.here.form == open_ticket_form.NAME:
        open_ticket.send(visit, **more)
    else:
        intake.begin(visit, None, **told)


def _settle(visit: Visit) -> None:
    """Asked once, about the newest; again only about one opened since."""
    others = [*visit.here.memory.get(OTHER, ()), visit.here.memory.get(ASKED)]
    visit.remember(**{ASKED: None, OTHER: others})


def _told(visit: Visit) -> dict[str, Any]:
    return {**dict(visit.here.memory.get("story") or {}), **visit.here.answers}


def _old(visit: Visit) -> None:
    if visit.here.form == open_ticket_form.NAME:
        intake.again(visit)
        return
    choices = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
    visit.say("talk.nothing_pending", {"name": visit.person.first_name}, choices)


ANSWERS = {
    "join": "label.same_join",
    "other_case": "label.other_case",
    "maybe_same": "label.dont_know",
}
DEEDS: dict[str, Callable[[Visit], None]] = {"join": join, "other_case": other, "maybe_same": maybe}
