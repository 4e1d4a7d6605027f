"""Whose turn it is when a client speaks: steps 2 to 8 of the router, first match wins."""

from handlers import (
    change_case,
    client_words,
    deflect,
    duplicates,
    enrol,
    erase_words,
    follow_up,
    held,
    mine,
    misuse,
    patient_safety,
    person_wanted,
    reactivation,
    relay,
    safety_case,
    silence,
    triage,
)
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.inbound import Said
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from kb.secrets import unread
from policy.ticket import State, Ticket

CONFIRMS = {"yes": "yes", "no": "no", "thanks": "thanks", "not_yet": "not_yet"}
SEEN = "👀"
ONE_SENTENCE = {person_wanted.FORM: person_wanted.about, misuse.FORM: misuse.heard}
FORMS = frozenset({open_ticket_form.NAME, reactivation.FORM, *ONE_SENTENCE, "enrol"})


def said(visit: Visit, message: Said) -> None:
    """One message of a client, in private."""
    visit.ref = message.ref
    reading = message.reading or unread(message.text)
    if message.edit_of or message.deletes:
        _changed(visit, message)
        return
    if any(relay.is_too_big(file) for file in message.files):
        _too_big(visit, message)
        return
    if enrol.must_consent(visit):
        enrol.ask_consent(visit, message)
        return
    enrol.greet(visit)
    _warn_about_secrets(visit, reading)
    _heard(visit, message, reading)
    visit.flush()


def _heard(visit: Visit, message: Said, reading: Reading) -> None:
    if erase_words.heard(visit, reading) or client_words.obey(visit, reading):
        return
    if _quoted(visit, message):
        return
    if visit.here.form is not None:
        _in_conversation(visit, message, reading)
        return
    _about_cases(visit, message, reading)


def to_ticket(visit: Visit, ticket: Ticket, message: Said) -> None:
    """A message for one case: the confirmation it may be, else relayed."""
    reading = message.reading or unread(message.text)
    if patient_safety.flag(visit.turn, ticket, reading):
        visit.owe("article.risk_meanwhile")
        ticket = visit.turn.tickets.find(ticket.number) or ticket
    if _is_asked(ticket) and ticket.requester == visit.person.id:
        _to_solved(visit, ticket, message, reading)
        return
    before = ticket.state
    relay.from_client(visit.turn, ticket, visit.person, message)
    if before is not State.WAITING or ticket.wall is not None:
        _acknowledge(visit, ticket, message)


def _is_asked(ticket: Ticket) -> bool:
    """Whether they have been told the solution: words before that are no verdict on it."""
    return ticket.state is State.SOLVED and ticket.notice_sent_at is not None


def _in_conversation(visit: Visit, message: Said, reading: Reading) -> None:
    """Step 5: the running form hears it; files go along.

    Raises LookupError for a form that only a newer release knows: its answers stay as they are.
    """
    if visit.here.form == reactivation.FORM:
        reactivation.receive(visit, message)
        return
    triage.keep_story_files(visit, message)
    if not reading.text.strip() and triage.same_album(visit, message):
        return
    form = visit.here.form
    if form not in FORMS:
        raise LookupError(f"the form '{form}' is not of this release")
    if form == "enrol":
        pauses.end(visit)
        triage.triage(visit, message, reading)
    elif safety_case.concerns(visit, reading):
        safety_case.take(visit, reading)
    elif form in ONE_SENTENCE:
        ONE_SENTENCE[form](visit, reading)
    else:
        _to_form(visit, message, reading)


def _to_form(visit: Visit, message: Said, reading: Reading) -> None:
    """What is said while a case is being told."""
    if duplicates.heard(visit, reading):
        return
    if reading.only == "robot":
        visit.owe("talk.robot")
        intake.again(visit)
    elif reading.emoji_only or (not reading.text.strip() and not message.files):
        visit.above("nontext.sticker")
        intake.again(visit)
    elif not reading.text.strip():
        intake.again(visit)
    elif visit.here.asked is None and reading.only == "yes":
        client_words.send(visit)
    else:
        intake.listen(visit, reading)


def _about_cases(visit: Visit, message: Said, reading: Reading) -> None:
    """Steps 6 to 8: a confirmation that is due, a case that waits, or something new."""
    joined = mine.followed(visit)
    if joined is not None and reading.only not in ("greeting", "robot"):
        _to_joined(visit, joined, message)
        return
    focused = mine.named(visit, reading) or mine.focused(visit)
    if focused is not None and reading.only not in ("greeting", "robot"):
        to_ticket(visit, focused, message)
        return
    tickets = mine.open_cases(visit)
    waiting = [t for t in tickets if _is_asked(t)]
    if len(waiting) == 1 and (reading.only in CONFIRMS or len(tickets) == 1):
        to_ticket(visit, waiting[0], message)
    elif not tickets or reading.only in ("greeting", "robot"):
        triage.triage(visit, message, reading)
    elif "status" in reading.intents and len(tickets) > 1:
        mine.show_list(visit)
    elif len(tickets) == 1:
        to_ticket(visit, tickets[0], message)
    elif reading.only == "thanks" or reading.emoji_only:
        return
    else:
        triage.keep_story_files(visit, message)
        _which(visit, reading)


def _to_joined(visit: Visit, ticket: Ticket, message: Said) -> None:
    """What a colleague adds to the case that they have just joined."""
    reading = message.reading or unread(message.text)
    patient_safety.flag(visit.turn, ticket, reading)
    relay.from_client(visit.turn, ticket, visit.person, message)
    visit.mark(message.ref, SEEN)
    mine.follow(visit, ticket)


def _which(visit: Visit, reading: Reading) -> None:
    """One of several cases, or something new; a patient at risk waits for no answer."""
    if safety_case.concerns(visit, reading):
        safety_case.take(visit, reading)
    else:
        mine.pick(visit, reading)


def _to_solved(visit: Visit, ticket: Ticket, message: Said, reading: Reading) -> None:
    """Step 6: yes confirms, no reopens, a thanks asks once, anything else is relayed."""
    turn = visit.turn
    thumb = reading.emoji_only and any(sign in message.text for sign in "👍👌🙏")
    if reading.only == "thanks" or thumb:
        silence.thanked(turn, ticket)
    elif reading.only == "yes":
        silence.yes(turn, ticket)
    elif reading.only == "no" or "no" in reading.intents:
        silence.no(turn, ticket, reading.card_text)
        relay.from_client(turn, turn.tickets.find(ticket.number) or ticket, visit.person, message)
    elif reading.only == "not_yet":
        silence.not_tried(turn, ticket)
    elif not reading.emoji_only:
        relay.from_client(turn, ticket, visit.person, message)
        holder = turn.people.get(ticket.holder).first_name if ticket.holder else ""
        facts = {"holder": holder, "number": ticket.number}
        buttons = silence.prompt_buttons(ticket)[:2]
        visit.say("ticket.confirm_relayed", facts, buttons, ticket=ticket.number, stays=True)


def _acknowledge(visit: Visit, ticket: Ticket, message: Said) -> None:
    """The first words of a spell say where they went; the rest get an eye."""
    if visit.here.focus == ticket.number and mine.focused(visit) is not None:
        visit.mark(message.ref, SEEN)
        mine.focus(visit, ticket)
        return
    mine.focus(visit, ticket)
    new = talk_button("something_new", "label.something_new")
    if message.reading is not None:
        held.keep(visit, message.reading)
    holder = visit.turn.people.get(ticket.holder).first_name if ticket.holder else ""
    due = ticket.promise.due if ticket.answered_at is None else None
    key = "ticket.relayed" if holder else "ticket.relayed_nobody"
    facts = {"number": ticket.number, "holder": holder, "due": due}
    choices = [new, *change_case.button(visit.turn, ticket)]
    visit.say(key, facts, choices, ticket=ticket.number, stays=True)


def _quoted(visit: Visit, message: Said) -> bool:
    """Step 4: an answer to a message of a case belongs to that case."""
    if message.quotes is None:
        return False
    here = visit.here
    link = visit.turn.messages.by_ref(here.channel, here.account, here.chat, message.quotes)
    ticket = visit.turn.tickets.lock(link.ticket) if link and link.ticket else None
    if ticket is None or ticket.requester != visit.person.id:
        return False
    if not ticket.is_open:
        reading = message.reading or unread(message.text)
        follow_up.ask(visit, ticket, reading)
        return True
    to_ticket(visit, ticket, message)
    return True


def _changed(visit: Visit, message: Said) -> None:
    here = visit.here
    ref = message.edit_of or message.deletes or ""
    link = visit.turn.messages.by_ref(here.channel, here.account, here.chat, ref)
    if link is not None:
        relay.client_changed(visit.turn, link, visit.person, message)


def _too_big(visit: Visit, message: Said) -> None:
    biggest = max(file.size or 0 for file in message.files)
    facts = {"size": round(biggest / 2**20), "limit": relay.BIGGEST_FILE // 2**20}
    visit.say("nontext.too_big", facts, [talk_button("exit", "label.exit")], stays=True)


def _warn_about_secrets(visit: Visit, reading: Reading) -> None:
    if reading.secret:
        visit.owe("nontext.secret")
        erase_words.offer(visit, visit.ref)
    elif reading.document and not visit.here.memory.get("document_told"):
        visit.remember(document_told=True)
        visit.owe("nontext.document_seen")
        erase_words.offer(visit, visit.ref)


def guide_or_case(visit: Visit, article: str) -> None:
    """A row of the list of guides."""
    deflect.show(visit, article)


def thumbed(visit: Visit, ticket: Ticket) -> None:
    """A reaction on a message of a solved case."""
    if ticket.state is State.SOLVED:
        silence.thanked(visit.turn, ticket)
