"""The solution: told in the client's words, with both hours, and asked to be confirmed."""

from dataclasses import replace
from typing import Any

from handlers import misuse, notices, promises, silence, topic_change
from handlers.ask_client import REMIND
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from policy import changes
from policy.ticket import Step, Ticket
from store.turn import Turn


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Resolver*: a form that asks what was done."""
    ticket = pressed_ticket(turn, code, "resolve", Step.SOLVE)
    changes.let_solve(turn.book, ticket)
    return ShowForm(form="resolve", meta=view_of(ticket))


def resolve(turn: Turn, number: int, done: str, use: str = "", topic: str = "") -> Receipt:
    """The client reads what was done and when silence counts as approval (S0-62, S1-29).

    `use` is the typology where it was a matter of use: from now on it goes by its guide (S0-58).
    `topic` is what a case without one was about.
    """
    done = done.strip()
    if not done:
        return Faults(faults={"solution": "form.fault.empty"})
    ticket = the_ticket(turn, number, "resolve")
    changes.let_solve(turn.book, ticket)
    working = promises.go_on(turn, ticket)
    solved = replace(
        working.take(Step.SOLVE, at=turn.now),
        solution=done,
        solved_at=turn.now,
        notice_sent_at=None,
        undelivered=False,
    )
    about = next((one for one in (use, topic) if topic_change.known(turn.book, one)), "")
    if about:
        solved = topic_change.named(turn, solved, about)
    saved = keep(turn, solved, "solved", solution=done)
    turn.timers.cancel(str(number), REMIND)
    promises.disarm(turn, saved)
    _count(turn, saved)
    ask(turn, saved, explained=bool(use) and misuse.explained(turn, saved, use))
    notices.to_thread(turn, saved, "thread.solved", {"name": me(turn).first_name, "text": done})
    turn.tell("story.solved", {"number": number, "name": me(turn).first_name})
    return Done()


def ask(turn: Turn, ticket: Ticket, *, explained: bool = False) -> None:
    """The solution prompt. Its clocks start when it has been sent, not before.

    What was `explained` gets fair warning: from now on this goes by its guide.
    """
    holder = turn.people.get(ticket.holder).first_name if ticket.holder else ""
    facts: dict[str, Any] = {
        "holder": holder,
        "solution": ticket.solution,
        "remind": turn.now + ticket.waits.remind_after,
        "close": turn.now + ticket.waits.close_after,
    }
    rule = turn.book.misuse
    if explained and rule is not None:
        facts["below"] = [["ticket.guide_from_now_on", {"clause": rule.clause}]]
    notices.to_client(
        turn,
        ticket,
        "ticket.solved",
        facts,
        silence.prompt_buttons(ticket),
        on_sent="solution",
    )


def ask_again(turn: Turn, code: TicketCode) -> Receipt:
    """*Recordar* on a solved ticket: the question is put once more, and its clocks start anew."""
    ticket = the_ticket(turn, code.number, "resolve")
    silence.stop(turn, ticket)
    saved = keep(turn, replace(ticket, undelivered=False), "asked_again")
    ask(turn, saved)
    return Done()


def reopen(turn: Turn, code: TicketCode) -> Receipt:
    """*Reabrir*: the engineer knows that it is not solved; the client reads the new hour."""
    ticket = pressed_ticket(turn, code, "resolve", Step.REOPEN)
    again = promises.renewed(turn, ticket.take(Step.REOPEN, at=turn.now))
    saved = keep(
        turn,
        replace(again, undelivered=False, notice_sent_at=None),
        "reopened",
        by=me(turn).id,
    )
    silence.stop(turn, saved)
    promises.arm(turn, saved)
    turn.measures.add("reopened", saved.number, facts={"round": saved.round})
    facts = {"holder": me(turn).first_name, "due": saved.promise.due}
    notices.to_client(turn, saved, "ticket.reopened_by_staff", facts)
    notices.to_thread(turn, saved, "thread.reopened_by_staff", {"name": me(turn).first_name})
    turn.tell("story.reopened", {"number": saved.number, "due": saved.promise.due})
    return Done()


def show_agree(turn: Turn, code: TicketCode) -> Receipt:
    """*Cerrar de acuerdo*: a form that asks what was agreed."""
    return ShowForm(form="agree", meta=view_of(pressed_ticket(turn, code, "resolve", Step.AGREE)))


def agree(turn: Turn, number: int, reason: str) -> Receipt:
    """Closed by mutual agreement, recorded with its reason (S1-33)."""
    if not reason.strip():
        return Faults(faults={"reason": "form.fault.empty"})
    if not turn.book.closing.by_agreement:
        return Faults(faults={"reason": "form.fault.not_here"})
    silence.agree(turn, the_ticket(turn, number, "resolve"), reason, me(turn).first_name)
    return Done()


def _count(turn: Turn, ticket: Ticket) -> None:
    turn.measures.add(
        "solved",
        ticket.number,
        seconds=int((turn.now - ticket.opened_at).total_seconds()),
        person=ticket.holder,
        facts={"round": ticket.round},
    )
