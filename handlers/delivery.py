"""What follows from a letter that left, or did not: clocks start and stop here, not before.

`settle` runs in the same transaction that marks the row. It must stay cheap and never fail for
a letter that no longer matters.
"""

from collections.abc import Callable
from dataclasses import replace

from handlers import notices, promises, silence
from handlers.casework import keep, keep_quietly
from policy import sla
from policy.ticket import State, Ticket
from store.turn import Turn
from store.values import OutboxRow

LOST = ("dead",)  # the states in which a letter will never arrive
BLOCKED = ("blocked", "deactivated", "user_is_blocked", "forbidden", "kicked", "chat_not_found")


def settle(turn: Turn, row: OutboxRow, state: str, refs: tuple[str, ...], code: str = "") -> None:
    """The row ended as `state` ("sent", "unknown", "dead", "expired"); act on it."""
    if state == "sent":
        _left(turn, row, refs)
    elif state in LOST:
        _lost(turn, row, code)


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
        facts = {"ref": source["ref"], "emoji": "✅", "instead": "⏳"}
        notices.to_thread(turn, ticket, "mark", facts, kind="mark")
    if ticket.answered_at is not None or ticket.state is State.CLOSED:
        return
    answered = replace(promises.go_on(turn, ticket), answered_at=turn.now)
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


def _solution_sent(turn: Turn, ticket: Ticket, _row: OutboxRow) -> None:
    if ticket.state is not State.SOLVED:
        return
    facts = replace(ticket, notice_sent_at=turn.now, undelivered=False)
    if ticket.answered_at is None:
        facts = replace(facts, answered_at=turn.now)
        count_answer(turn, facts)
    saved = keep_quietly(turn, facts, "solution_sent")
    silence.start(turn, saved, turn.now)


def _reminder_sent(turn: Turn, ticket: Ticket, _row: OutboxRow) -> None:
    if ticket.state is State.SOLVED:
        silence.reminded(turn, ticket, turn.now)
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
    elif not ticket.undelivered and ticket.is_open:
        saved = keep(turn, replace(ticket, undelivered=True), "undelivered", code=code)
        notices.to_thread(turn, saved, "thread.undelivered", {"code": code})


def _answer_lost(turn: Turn, ticket: Ticket, row: OutboxRow, code: str) -> None:
    source = row.facts.get("source") or {}
    if source:
        facts = {"ref": source["ref"], "emoji": "⚠️", "instead": "⏳"}
        notices.to_thread(turn, ticket, "mark", facts, kind="mark")
    notices.to_thread(turn, ticket, "thread.not_delivered", {"code": code})
    turn.audit.add(ticket.number, "not_delivered", {"code": code})


ON_SENT: dict[str, Callable[[Turn, Ticket, OutboxRow], None]] = {
    "answer": _answer_sent,
    "solution": _solution_sent,
    "reminder": _reminder_sent,
}
