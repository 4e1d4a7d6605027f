"""Asking the client for data: the clock rests, and goes on with the answer (S1-04, D10)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import notices, paper_buttons, promises
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from handlers.lateness import Cue
from handlers.wording.readers import words_for
from policy import acts
from policy.ticket import State, Step, Ticket
from store.turn import Turn
from store.values import Button

REMIND = promises.ASKED
REMIND_SENSE = timedelta(hours=24)  # a reminder that could only leave later is not sent


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Pedir datos*: a form with one line."""
    ticket = pressed_ticket(turn, code, "ask", Step.ASK)
    return ShowForm(form="ask_client", meta=view_of(ticket))


def ask(turn: Turn, number: int, question: str) -> Receipt:
    """The client reads who asks and what, how to answer, and that the clock rests."""
    question = question.strip()
    if not question:
        return Faults(faults={"question": "form.fault.empty"})
    ticket = the_ticket(turn, number, "ask")
    running = ticket.answered_at is None
    waiting = promises.rest(turn, ticket.take(Step.ASK, at=turn.now), "asked")
    saved = keep(turn, waiting, "asked", question=question)
    facts = {"holder": me(turn).first_name, "question": question}
    key = "ticket.asked" if running else "ticket.asked_after"
    notices.to_client(turn, saved, key, facts, _ways_out(saved))
    notices.to_thread(turn, saved, "thread.asked", facts)
    remind_of(turn, saved, question)
    turn.tell("story.asked", {"number": number, "name": me(turn).first_name})
    return Done()


def remind_of(turn: Turn, ticket: Ticket, question: str) -> None:
    """The client has the word: they are reminded of it once."""
    at = turn.now + timedelta(seconds=turn.book.asked.remind_after)
    turn.timers.set(REMIND, str(ticket.number), at, facts={"question": question})


def resume(turn: Turn, code: TicketCode) -> Receipt:
    """*Retomar*: the engineer goes on without the answer, and the client is told."""
    ticket = pressed_ticket(turn, code, "ask", Step.RESUME)
    paused = acts.cause(turn.book, ticket) is not None
    saved = go_on(turn, ticket)
    due = _running(saved)
    facts = {"holder": me(turn).first_name, "due": due}
    key = "ticket.unpaused" if paused and due else "ticket.resumed"
    notices.to_client(turn, saved, key, facts)
    return Done()


def go_on(turn: Turn, ticket: Ticket) -> Ticket:
    """Back in work: the clock goes on, the alarms are set for the new hour."""
    turn.timers.cancel(str(ticket.number), REMIND)
    working = promises.go_on(turn, ticket.take(Step.RESUME, at=turn.now))
    saved = keep(turn, working, "resumed")
    promises.arm(turn, saved)
    return saved


def remind(turn: Turn, ticket: Ticket, question: str, cue: Cue | None = None) -> None:
    """One reminder; from then on it is the engineer's decision."""
    if ticket.state is not State.WAITING or ticket.holder is None:
        return
    holder = turn.people.get(ticket.holder).first_name
    facts = {"question": question, "holder": holder}
    client = turn.people.get(ticket.requester)
    ways = paper_buttons.of_wall(turn, ticket, client) or _ways_out(ticket)
    notices.to_client(turn, ticket, "ticket.asked_reminder", facts, ways, cue=cue)
    notices.to_thread(turn, ticket, "thread.asked_reminded", cue=cue)
    turn.audit.add(ticket.number, "asked_reminded", {})
    turn.tell("story.asked_reminded", {"number": ticket.number})


def remind_now(turn: Turn, code: TicketCode) -> Receipt:
    """*Recordar*: the engineer asks again at once."""
    ticket = pressed_ticket(turn, code, "ask", Step.RESUME)
    question = _question(turn, ticket)
    turn.timers.cancel(str(ticket.number), REMIND)
    remind(turn, ticket, question)
    return Done()


def not_now(turn: Turn, ticket: Ticket) -> Receipt:
    """*No puedo ahora*: when to ask again."""
    choices = [
        notices.step_button("in_one_hour", ticket, "label.in_one_hour"),
        notices.step_button("tomorrow_8", ticket, "label.tomorrow_8"),
    ]
    notices.to_client(turn, ticket, "ticket.asked_not_now", {}, choices)
    return Done()


def ask_later(turn: Turn, ticket: Ticket, tomorrow: bool) -> Receipt:
    """Asked again once, in an hour or tomorrow at eight in the client's zone."""
    at = _tomorrow_at_eight(turn, ticket) if tomorrow else turn.now + timedelta(hours=1)
    question = _question(turn, ticket)
    turn.timers.set(REMIND, str(ticket.number), at, facts={"question": question})
    notices.to_client(turn, ticket, "ticket.asked_later", {"at": at})
    notices.to_thread(turn, ticket, "thread.asked_later", {"at": at})
    turn.audit.add(ticket.number, "asked_later", {"at": at})
    return Done()


def dont_understand(turn: Turn, ticket: Ticket) -> Receipt:
    """The client does not understand the question: the engineer is told, and asks otherwise."""
    holder = turn.people.get(ticket.holder).first_name if ticket.holder else ""
    notices.to_client(turn, ticket, "ticket.asked_not_understood", {"holder": holder})
    notices.to_thread(turn, ticket, "thread.asked_not_understood")
    turn.audit.add(ticket.number, "asked_not_understood", {})
    return Done()


def _ways_out(ticket: Ticket) -> list[Button]:
    return [
        notices.step_button("not_now", ticket, "label.not_now"),
        notices.step_button("dont_understand", ticket, "label.dont_understand"),
    ]


def _question(turn: Turn, ticket: Ticket) -> str:
    """What the client was asked, or what the clock rests for."""
    waiting = next((t for t in turn.timers.of(str(ticket.number)) if t.kind == REMIND), None)
    cause = acts.cause(turn.book, ticket)
    if waiting is None and cause is not None:
        words = words_for(turn, turn.people.get(ticket.requester))
        return words.line("ticket.paused_question", cause=cause.name[words.language])
    return str(waiting.facts.get("question", "")) if waiting else ticket.subject


def _running(ticket: Ticket) -> datetime | None:
    return ticket.promise.due if ticket.answered_at is None else None


def _tomorrow_at_eight(turn: Turn, ticket: Ticket) -> datetime:
    zone = ZoneInfo(turn.people.get(ticket.requester).zone or turn.book.desk.zone)
    tomorrow = turn.now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(8), tzinfo=zone)
