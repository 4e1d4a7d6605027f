"""What follows from a letter that left, or did not: clocks start and stop here, not before.

`settle` runs in the same transaction that marks the row. It must stay cheap and never fail for
a letter that no longer matters. Where it fails all the same, `postpone` keeps it as a timer.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from handlers import notices, papers, promises, silence
from handlers.casework import keep, keep_quietly
from handlers.letters.together import KIND as TOGETHER
from handlers.letters.together import parts_of, told
from policy import sla
from policy.ticket import State, Ticket
from store.turn import Turn
from store.values import OutboxRow, Timer

LOST = ("dead",)  # the states in which a letter will never arrive
DOUBT = "unknown: "  # how the code of a letter begins that may have arrived after all
UNWRITTEN = "compose: "  # of one that could not be put into words
EFFECT = "letter.effect"  # what follows from a letter, when it could not be done at once
SOON = timedelta(seconds=2)
CARD = "letter.card"  # a card that could not be put up is tried again
CARD_WAIT = timedelta(minutes=10)
BLOCKED = ("blocked", "deactivated", "user_is_blocked", "forbidden", "kicked", "chat_not_found")


def settle(turn: Turn, row: OutboxRow, state: str, refs: tuple[str, ...], code: str = "") -> None:
    """The row ended as `state` ("sent", "dead", "expired"); act on it."""
    if row.kind == TOGETHER:
        sent = state == "sent"
        for part in told(row, turn, _sent_at(turn, row)) if sent else parts_of(row):
            settle(turn, part, state, (), code)
    elif state == "sent":
        _left(turn, row, refs)
    elif row.kind == "card":
        _card_lost(turn, row)
    elif state in LOST:
        _lost(turn, row, code)


def postpone(turn: Turn, row: OutboxRow, state: str, refs: tuple[str, ...], code: str = "") -> None:
    """Do it as soon as it can be done: the letter's end stands, and must not lose its effect."""
    facts = {"state": state, "refs": list(refs), "code": code}
    turn.timers.set(EFFECT, str(row.id), turn.now + SOON, facts=facts)


def again(turn: Turn, timer: Timer) -> None:
    """What was postponed, counted from the moment at which the letter was sent."""
    row = turn.outbox.get(int(timer.about))
    if row is not None:
        facts = timer.facts
        settle(turn, row, str(facts["state"]), tuple(facts["refs"]), str(facts["code"]))


def redraw(turn: Turn, ticket: Ticket, _timer: Timer) -> None:
    """A ticket without a card: its thread waits for one, and no other change may come."""
    if turn.messages.card(ticket.number) is None:
        notices.draw_card(turn, ticket)


def _card_lost(turn: Turn, row: OutboxRow) -> None:
    """The whole thread waits behind its card, so it is drawn again once the channel may be open.

    Only the first card matters: one that stands already is redrawn by the next change.
    """
    if row.ticket is not None and turn.messages.card(row.ticket) is None:
        turn.timers.set(CARD, str(row.ticket), turn.now + CARD_WAIT)


def _left(turn: Turn, row: OutboxRow, refs: tuple[str, ...]) -> None:
    if row.kind == "card" and row.ticket is not None and refs:
        turn.messages.set_card(row.ticket, row.channel, row.account, row.chat, refs[0])
    elif row.ticket is not None and refs and row.kind in ("message", "relay", "article"):
        _remember(turn, row, refs)
    ticket = turn.tickets.lock(row.ticket) if row.on_sent and row.ticket else None
    effect = ON_SENT.get(str(row.on_sent))
    if ticket is not None and effect is not None:
        effect(turn, ticket, row)


def _remember(turn: Turn, row: OutboxRow, refs: tuple[str, ...]) -> None:
    source = row.facts.get("source") or {}
    for ref in refs:
        turn.messages.record(
            ticket=row.ticket,
            channel=row.channel,
            account=row.account,
            chat=row.chat,
            ref=ref,
            direction="out",
            kind=row.kind,
            outbox=row.id,
            peer_id=source.get("message"),
        )


def _answer_sent(turn: Turn, ticket: Ticket, row: OutboxRow) -> None:
    source = row.facts.get("source") or {}
    if source:
        notices.mark(turn, ticket, source["ref"], "✅", since=row.created_at)
    if ticket.answered_at is not None or ticket.state is State.CLOSED:
        return
    answered = replace(promises.go_on(turn, ticket), answered_at=_sent_at(turn, row))
    saved = keep_quietly(turn, answered, "answered")
    promises.disarm(turn, saved)
    count_answer(turn, saved)


def count_answer(turn: Turn, ticket: Ticket) -> None:
    """The measure of the first answer: business seconds, kept or late."""
    if ticket.answered_at is None:
        return
    seconds = sla.spent(ticket.promise, ticket.pauses, ticket.answered_at)
    due = ticket.promise.due
    kept = ticket.answered_at <= due if due is not None else None
    facts = {"due": due, "clause": ticket.promise.clause, "round": ticket.round}
    turn.measures.add(
        "answered", ticket.number, seconds=seconds, kept=kept, person=ticket.holder, facts=facts
    )
    told = {"number": ticket.number, "spent": seconds, "clause": ticket.promise.clause}
    turn.tell("story.answered" if kept is not False else "story.answered_late", told)


def _sent_at(turn: Turn, row: OutboxRow) -> datetime:
    return row.sent_at or turn.now


def _solution_sent(turn: Turn, ticket: Ticket, row: OutboxRow) -> None:
    if ticket.state is not State.SOLVED:
        return
    sent_at = _sent_at(turn, row)
    facts = replace(ticket, notice_sent_at=sent_at, undelivered=False)
    if ticket.answered_at is None:
        facts = replace(facts, answered_at=sent_at)
        count_answer(turn, facts)
    saved = keep_quietly(turn, facts, "solution_sent")
    silence.start(turn, saved, sent_at)


def _reminder_sent(turn: Turn, ticket: Ticket, row: OutboxRow) -> None:
    if ticket.state is State.SOLVED:
        silence.reminded(turn, ticket, _sent_at(turn, row))
        notices.draw_card(turn, ticket)


def _lost(turn: Turn, row: OutboxRow, code: str) -> None:
    if any(word in code.lower() for word in BLOCKED):
        turn.people.block(row.channel, row.account, row.chat, True)
    ticket = turn.tickets.lock(row.ticket) if row.ticket else None
    if ticket is None:
        return
    if row.kind == "relay" and row.files and turn.house.is_room(row.channel, row.account, row.chat):
        notices.to_thread(turn, ticket, "thread.file_lost", {"code": code})
    if row.person != ticket.requester:
        return
    if row.on_sent in ("solution", "reminder"):
        silence.undelivered(turn, ticket, code)
    elif row.on_sent == "answer":
        _answer_lost(turn, ticket, row, code)
    elif code.startswith(DOUBT):
        _doubted(turn, ticket, row, code)
    elif code.startswith(UNWRITTEN):
        return  # the client's chat is not the reason: an operator is told
    elif not ticket.undelivered and ticket.is_open:
        saved = keep(turn, replace(ticket, undelivered=True), "undelivered", code=code)
        notices.to_thread(turn, saved, "thread.undelivered", {"code": code})


def _doubted(turn: Turn, ticket: Ticket, row: OutboxRow, code: str) -> None:
    """Nobody knows whether the client read it: the engineer is told, and no clock stands still."""
    if ticket.is_open and row.kind != "mark":
        client = turn.people.get(ticket.requester).first_name
        notices.to_thread(turn, ticket, "thread.doubted", {"client": client, "code": code})


def _answer_lost(turn: Turn, ticket: Ticket, row: OutboxRow, code: str) -> None:
    source = row.facts.get("source") or {}
    if source:
        notices.mark(turn, ticket, source["ref"], "⚠️", since=row.created_at)
    notices.to_thread(turn, ticket, "thread.not_delivered", {"code": code})
    turn.audit.add(ticket.number, "not_delivered", {"code": code})


ON_SENT: dict[str, Callable[[Turn, Ticket, OutboxRow], None]] = {
    "answer": _answer_sent,
    "solution": _solution_sent,
    "reminder": _reminder_sent,
    papers.SENT: papers.sent,
}
