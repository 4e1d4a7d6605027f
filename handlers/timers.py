"""A due timer speaks: the world is read again, and there may be nothing left to do."""

from collections.abc import Callable

from handlers import alarms, ask_client, delivery, reactivation, silence
from handlers.conversation import pauses
from handlers.lateness import Cue
from policy.ticket import Ticket
from store.turn import Turn
from store.values import Timer


class Unfamiliar(LookupError):
    """A kind of timer that a newer release set: its own replicas will fire it."""


def fire(turn: Turn, timer: Timer) -> None:
    """One timer, inside the batch's turn; the caller takes the row away in the same transaction.

    Raises Unfamiliar for a kind that is not of this release: the row stays.
    """
    on_ticket = TICKET_TIMERS.get(timer.kind)
    if on_ticket is not None:
        ticket = turn.tickets.lock(int(timer.about))
        if ticket is not None:
            on_ticket(turn, ticket, timer)
        return
    on_talk = TALK_TIMERS.get(timer.kind)
    if on_talk is None:
        raise Unfamiliar(timer.kind)
    on_talk(turn, timer)


def _ask_remind(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    cue = Cue(timer.due_at, turn.now + ask_client.REMIND_SENSE)
    ask_client.remind(turn, ticket, str(timer.facts.get("question", "")), cue)


TICKET_TIMERS: dict[str, Callable[[Turn, Ticket, Timer], None]] = {
    alarms.ALARM: alarms.ring,
    alarms.CLIENT_NEXT: alarms.next_word,
    silence.REMIND: silence.remind,
    silence.CLOSE: silence.lapse,
    ask_client.REMIND: _ask_remind,
    delivery.CARD: delivery.redraw,
}

TALK_TIMERS: dict[str, Callable[[Turn, Timer], None]] = {
    delivery.EFFECT: delivery.again,
    pauses.NUDGE: pauses.nudge,
    pauses.EXPIRE: pauses.expire,
    pauses.REACTIVATE: reactivation.look,
}
