"""*Cambiar de caso*: what went to one case was meant for another of the same person (1.9)."""

from handlers import ask_client, mine, notices, promises
from handlers.casework import keep
from handlers.visit import Visit, talk_button
from kb.secrets import mask_documents
from policy.ticket import State, Step, Ticket
from store.turn import Turn
from store.values import Button, MessageLink

MOVED = "moved"  # the kind of a message that turned out to be for another case
VERB = "move_"  # with the case that it went to; the button's own case is where it belongs


def button(turn: Turn, ticket: Ticket) -> list[Button]:
    """The button, for who has another case to change to."""
    if len(turn.tickets.of_requester(ticket.requester)) < 2:
        return []
    return [notices.step_button("change_case", ticket, "label.change_case")]


def ask(visit: Visit, ticket: Ticket) -> None:
    """Which of the others; or something new."""
    others = [one for one in mine.open_cases(visit) if one.number != ticket.number]
    if not others:
        mine.show(visit, ticket)
        return
    rows = [mine.row(visit, f"{VERB}{ticket.number}", one) for one in others[: mine.ROWS]]
    rows.append(talk_button("something_new", "label.something_new"))
    visit.say("ticket.change_case", {"number": ticket.number}, rows, listed="label.choose")


def move(visit: Visit, right: Ticket, verb: str) -> None:
    """The last words written to the wrong case, with their files, belong to this one."""
    number = verb.removeprefix(VERB)
    wrong = visit.turn.tickets.lock(int(number)) if number.isdecimal() else None
    own = wrong is not None and wrong.requester == visit.person.id and right.is_open
    link = _last(visit, wrong) if wrong is not None and own else None
    if wrong is None or link is None:
        visit.above("ticket.stale_button")
        mine.show(visit, right)
        return
    _take_from(visit, wrong, right, link)
    _give_to(visit, right, link)
    mine.focus(visit, right)
    visit.owe("ticket.moved", wrong=wrong.number)
    say_chosen(visit, right)


def say_chosen(visit: Visit, ticket: Ticket) -> None:
    """Where words go from now on, and the way to another case."""
    minutes = int(mine.FOCUS.total_seconds() // 60)
    facts = {"number": ticket.number, "minutes": minutes}
    visit.say("ticket.chosen", facts, button(visit.turn, ticket), ticket=ticket.number)


def _last(visit: Visit, wrong: Ticket) -> MessageLink | None:
    """What this person wrote to it last, within the time in which words go there by themselves."""
    since = visit.turn.now - mine.FOCUS
    written = visit.turn.messages.of_ticket(wrong.number)
    own = (one for one in reversed(written) if one.person == visit.person.id)
    return next((one for one in own if one.kind == "relay" and one.at > since), None)


def _take_from(visit: Visit, wrong: Ticket, right: Ticket, link: MessageLink) -> None:
    visit.turn.messages.reclassify(link.id, MOVED)
    visit.turn.audit.add(wrong.number, "message_moved", {"to": right.number})
    facts = {"client": visit.person.first_name, "right": right.number}
    notices.to_thread(visit.turn, wrong, "thread.moved", facts)
    _wait_again(visit.turn, wrong, link)


def _wait_again(turn: Turn, wrong: Ticket, link: MessageLink) -> None:
    """What had been taken for the awaited answer was none: the question stands, the clock rests."""
    last = wrong.pauses[-1] if wrong.pauses else None
    taken = wrong.state is State.TAKEN and last is not None and last.cause == "asked"
    if not taken or last is None or last.until != link.at:
        return
    asked = (row for row in reversed(turn.audit.of(wrong.number)) if row.what == "asked")
    question = next((str(row.facts.get("question", "")) for row in asked), wrong.subject)
    waiting = promises.rest(turn, wrong.take(Step.ASK, at=turn.now), "asked")
    ask_client.remind_of(turn, keep(turn, waiting, "asked", question=question), question)


def _give_to(visit: Visit, right: Ticket, link: MessageLink) -> None:
    turn = visit.turn
    files = [file.id for file in turn.files.of_message(link.id)]
    turn.files.attach(files, right.number)
    turn.messages.record(
        ticket=right.number,
        channel=link.channel,
        account=link.account,
        chat=link.chat,
        ref=link.ref,
        person=visit.person.id,
        kind="relay",
        text=link.text,
    )
    text = mask_documents(link.text)
    facts = {"author": visit.person.name, "channel": link.channel, "text": text}
    notices.to_thread(turn, right, "thread.client_wrote", facts, kind="relay", files=files)
    turn.audit.add(right.number, "client_wrote", {"files": len(files)})
    if right.state is State.WAITING and right.wall is None:
        ask_client.go_on(turn, right)
