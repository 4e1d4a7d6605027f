"""What must still be so when a letter leaves: one that would be wrong by now is not sent.

A letter may wait for hours, behind a platform that is away. What is promised, warned of or asked
in it is judged again against the ticket as it stands.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from policy.ticket import State, Ticket
from store.outbox import TOO_LATE
from store.turn import Turn
from store.values import OutboxRow

ANSWERED: Final = "answered_meanwhile"
MOVED_ON: Final = "moved_on_meanwhile"
TAKER: Final = "taker"  # whom "ticket.taken" names


class Senseless(Exception):
    """The letter says what is no longer so. The message is the reason, a code."""


def past(row: OutboxRow, at: datetime) -> str:
    """Whether its time was over at that moment, as a reason; empty while it is not."""
    return TOO_LATE if row.expires_at is not None and row.expires_at <= at else ""


def lost(row: OutboxRow, turn: Turn) -> str:
    """Why the letter has no sense any more; empty while it has."""
    of_ticket = OF_TICKETS.get(row.key)
    if of_ticket is not None and row.kind == "message":
        number = row.ticket or row.facts.get("number")
        ticket = turn.tickets.find(int(number)) if number else None
        holds, reason = of_ticket
        return "" if ticket is not None and holds(ticket, row) else reason
    if row.key in OF_TALKS and "talk" in row.facts:
        here = turn.conversations.get(int(row.facts["talk"]))
        going_on = here.form is not None
        return "" if going_on == OF_TALKS[row.key] else MOVED_ON
    return ""


def _asks_for_approval(ticket: Ticket, _row: OutboxRow) -> bool:
    return ticket.state is State.SOLVED


def _waits_for_the_client(ticket: Ticket, _row: OutboxRow) -> bool:
    return ticket.state is State.WAITING


def _is_still_theirs(ticket: Ticket, row: OutboxRow) -> bool:
    return ticket.holder is not None and ticket.holder == row.facts.get(TAKER, ticket.holder)


def _owes_an_answer(ticket: Ticket, _row: OutboxRow) -> bool:
    return ticket.answered_at is None and ticket.state in (State.NEW, State.TAKEN)


OF_TICKETS: Final[Mapping[str, tuple[Callable[[Ticket, OutboxRow], bool], str]]] = {
    "ticket.taken": (_is_still_theirs, MOVED_ON),
    "ticket.reminder": (_asks_for_approval, ANSWERED),
    "ticket.asked_reminder": (_waits_for_the_client, ANSWERED),
    "ticket.breach_client": (_owes_an_answer, ANSWERED),
    "ticket.still_waiting": (_owes_an_answer, ANSWERED),
    "staff.warning": (_owes_an_answer, ANSWERED),
    "thread.warning": (_owes_an_answer, ANSWERED),
    "staff.still_late": (_owes_an_answer, ANSWERED),
}
OF_TALKS: Final[Mapping[str, bool]] = {  # whether the talk has to be going on
    "intake.nudge": True,
    "intake.expired": False,
}
