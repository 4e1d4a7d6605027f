"""A due timer speaks: the world is read again, and there may be nothing left to do."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from handlers import (
    alarms,
    ask_client,
    dating,
    decisions,
    delivery,
    news,
    payments,
    reactivation,
    reviews,
    silence,
)
from handlers.conversation import pauses
from handlers.lateness import Cue
from policy.ticket import UNSOLVED, State, Ticket
from store.turn import Turn
from store.values import Timer


class Unfamiliar(LookupError):
    """A kind of timer that a newer release set: its own replicas will fire it."""


def fire(turn: Turn, timer: Timer) -> None:
    """One timer, inside the batch's turn; the caller takes the row away in the same transaction.

    Raises nothing for a kind it does not know: a newer program may have set it, and its own
    replica will fire it; the row is kept by raising LookupError.
    """
    together = TOGETHER.get(timer.kind)
    if together is not None:
        together(turn, [timer])
        return
    on_ticket = TICKET_TIMERS.get(timer.kind)
    if on_ticket is not None:
        ticket = turn.tickets.lock(int(timer.about))
        if ticket is not None:
            on_ticket(turn, ticket, timer)
        return
    on_talk = TALK_TIMERS.get(timer.kind)
    if on_talk is None:
        raise LookupError(f"no such timer: {timer.kind}")
    on_talk(turn, timer)


def fire_together(turn: Turn, due: Sequence[Timer]) -> list[Timer]:
    """Those of a batch, at most one about each thing, that can be looked at and fired together.

    Returns the timers that are done with; the others want a turn of their own attention (`fire`).
    """
    alike: defaultdict[str, list[Timer]] = defaultdict(list)
    others: list[Timer] = []
    for timer in due:
        if timer.kind in TOGETHER:
            alike[timer.kind].append(timer)
        elif timer.kind in SPEAKS_IN:
            others.append(timer)
    states = turn.tickets.states([int(timer.about) for timer in others]) if others else {}
    idle = [t for t in others if states.get(int(t.about)) not in SPEAKS_IN[t.kind]]
    for kind, timers in alike.items():
        TOGETHER[kind](turn, timers)
    return [*idle, *(timer for timers in alike.values() for timer in timers)]


def _ask_remind(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    cue = Cue(timer.due_at, turn.now + ask_client.REMIND_SENSE)
    ask_client.remind(turn, ticket, str(timer.facts.get("question", "")), cue)


TICKET_TIMERS: dict[str, Callable[[Turn, Ticket, Timer], None]] = {
    alarms.ALARM: alarms.ring,
    alarms.CLIENT_NEXT: alarms.next_word,
    silence.REMIND: silence.remind,
    ask_client.REMIND: _ask_remind,
    delivery.CARD: delivery.redraw,
    dating.RESOLUTION: dating.reached,
    dating.VISIT: dating.reached,
}

# Kinds that are decided case by case and written together, where their ticket lets them speak.
TOGETHER: dict[str, Callable[[Turn, Sequence[Timer]], None]] = {silence.CLOSE: silence.lapse}

# In any other state of its ticket such a timer has nothing left to say.
SPEAKS_IN: dict[str, frozenset[State]] = {
    alarms.ALARM: UNSOLVED,
    alarms.CLIENT_NEXT: UNSOLVED | {State.SOLVED},
    silence.REMIND: frozenset({State.SOLVED}),
    ask_client.REMIND: frozenset({State.WAITING}),
    dating.RESOLUTION: UNSOLVED,
    dating.VISIT: UNSOLVED,
}

TALK_TIMERS: dict[str, Callable[[Turn, Timer], None]] = {
    delivery.EFFECT: delivery.again,
    pauses.NUDGE: pauses.nudge,
    pauses.EXPIRE: pauses.expire,
    news.SEND: news.go_on,
    pauses.REACTIVATE: reactivation.look,
    payments.REOPEN: payments.reopen,
    reviews.REMIND: decisions.remind,
    reviews.DUE: decisions.due,
}
