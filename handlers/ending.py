"""The desk ends a case for a reason that the policy states: nobody answers, a visit was missed."""

from dataclasses import replace

from handlers import notices, promises, silence
from handlers.ask_client import REMIND
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from handlers.wording.readers import words_for
from policy import acts
from policy.shapes_clocks import Ending
from policy.ticket import Closing, Step, Ticket
from store.turn import Turn

AGAIN = {"missed_visit": "reschedule"}  # the button that opens the new case; else *Sigue fallando*


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Cerrar por…*: the reason, and what was seen."""
    return ShowForm(form="end", meta=view_of(pressed_ticket(turn, code, "resolve", Step.END)))


def end(turn: Turn, number: int, key: str, note: str) -> Receipt:
    """Closed once its reason holds; the client reads why, the clause, and how to go on."""
    ticket = the_ticket(turn, number, "resolve")
    found = acts.endings(turn.book, ticket)
    ending = next((one for one in found if one.key == key), None)
    if ending is None:
        return Faults(faults={"reason": "form.fault.choose"})
    since = acts.ends_from(turn.book, ending, ticket)
    if since is None or turn.now < since:
        return Faults(faults={"reason": "form.fault.too_early"})
    if not note.strip():
        return Faults(faults={"note": "form.fault.empty"})
    closed = replace(
        promises.go_on(turn, ticket).take(Step.END, at=turn.now),
        closed_at=turn.now,
        closing=Closing(ending.key),
    )
    saved = keep(turn, closed, "closed", why=ending.key, note=note.strip())
    silence.stop(turn, saved)
    promises.disarm(turn, saved)
    turn.timers.cancel(str(number), REMIND)
    silence.count_closing(turn, saved)
    _tell(turn, saved, ending)
    return Done()


def _tell(turn: Turn, ticket: Ticket, ending: Ending) -> None:
    language = words_for(turn, turn.people.get(ticket.requester)).language
    again = AGAIN.get(ending.key, "still_fails")
    buttons = [
        notices.step_button(again, ticket, f"label.{again}"),
        notices.step_button("history", ticket, "label.see_history"),
    ]
    facts = {"at": turn.now, "says": ending.says[language], "clause": ending.clause}
    notices.to_client(turn, ticket, "ticket.closed_ended", facts, buttons)
    name = ending.name[turn.book.desk.languages[0]]
    notices.to_thread(turn, ticket, "thread.ended", {"name": me(turn).first_name, "reason": name})
    turn.tell("story.closed_ended", {"number": ticket.number, "clause": ending.clause})
