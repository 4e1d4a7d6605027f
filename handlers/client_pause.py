"""The clock rests for a cause on the client's side: power, network, their own servers (S0-69).

The case waits for the client as after a question; their word, or the engineer's, ends it.
"""

from handlers import ask_client, notices, promises
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from handlers.wording.readers import words_for
from policy import acts
from policy.shapes_clocks import ClientCause
from policy.ticket import Step, Ticket
from store.turn import Turn


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Pausar el plazo*: which cause, and what was seen."""
    ticket = pressed_ticket(turn, code, "ask", Step.ASK)
    return ShowForm(form="pause", meta=view_of(ticket))


def pause(turn: Turn, number: int, key: str, note: str) -> Receipt:
    """Kept in the ledger with who and why; the client reads the cause, its clause and what next."""
    ticket = the_ticket(turn, number, "ask")
    cause = next((one for one in acts.causes(turn.book, ticket) if one.key == key), None)
    if cause is None:
        return Faults(faults={"cause": "form.fault.choose"})
    if not note.strip():
        return Faults(faults={"note": "form.fault.empty"})
    waiting = ticket.take(Step.ASK, at=turn.now)
    resting = promises.rest(turn, waiting, "client_cause", why=cause.key)
    saved = keep(turn, resting, "paused", cause=cause.key, note=note.strip())
    _tell(turn, saved, cause, note.strip())
    return Done()


def over(turn: Turn, ticket: Ticket) -> bool:
    """*Ya está resuelto*: the client's word ends the pause; the engineer is told.

    False where no such pause lasts any more.
    """
    if acts.cause(turn.book, ticket) is None:
        return False
    saved = ask_client.go_on(turn, ticket)
    holder = turn.people.get(saved.holder).first_name if saved.holder else ""
    client = turn.people.get(saved.requester).first_name
    notices.to_thread(turn, saved, "thread.cause_over", {"client": client})
    running = saved.answered_at is None and saved.promise.due is not None
    key = "ticket.answered_resume" if running else "ticket.answered_thanks"
    notices.to_client(turn, saved, key, {"holder": holder, "due": saved.promise.due})
    return True


def _tell(turn: Turn, ticket: Ticket, cause: ClientCause, note: str) -> None:
    words = words_for(turn, turn.people.get(ticket.requester))
    name = cause.name[words.language]
    holder = me(turn).first_name
    facts = {"holder": holder, "cause": name, "clause": cause.clause}
    buttons = [notices.step_button("cause_over", ticket, "label.cause_over")]
    notices.to_client(turn, ticket, "ticket.paused", facts, buttons)
    desk = cause.name[turn.book.desk.languages[0]]
    notices.to_thread(turn, ticket, "thread.paused", {"name": holder, "cause": desk, "note": note})
    ask_client.remind_of(turn, ticket, words.line("ticket.paused_question", cause=name))
    turn.tell("story.paused", {"number": ticket.number, "name": holder, "clause": cause.clause})
