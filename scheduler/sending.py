"""One claimed row: composed, sent outside any transaction, settled with its token."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.delivery import postpone
from handlers.delivery import settle as act_on
from handlers.letters.compose import compose, knows
from handlers.letters.sense import Senseless
from policy.errors import Outage
from scheduler.channel import Channel, Delivery, Outcome, Place, Result
from scheduler.counts import Counts
from scheduler.desk import Desk, Finish
from scheduler.pace import limited, paces
from scheduler.verdict import Verdict, judge, unfamiliar, unread, unwritten
from store.errors import StaleTurn
from store.turn import Turn
from store.values import OutboxRow

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
LONGEST_SEND = 40.0  # seconds; with LONGEST_ASK before and after still inside the lease
LONGEST_ASK = 6.0
SETTLE_TRIES = 15  # with a second between them while the database is away
ANSWER = "prompt:"  # what an answer to somebody's words replaces, if it has not left
HELD = "held back"  # another letter was just told to wait, and this one goes the same way
NOTHING_SENT = Outcome(result=Result.NOT_SENT)
BLOCKED = Outcome(result=Result.PERMANENT, code="blocked")


class Unreachable(Exception):
    """The chat blocked the bot, and its person has not been heard since: no request is made."""


@dataclass(frozen=True)
class Ending:
    """How an attempt ended, and what follows."""

    outcome: Outcome
    verdict: Verdict


async def send(desk: Desk, row: OutboxRow) -> Counts:
    """Take one claimed row to its next state. Raises nothing: what fails waits for its lease."""
    try:
        ending = await _attempt(desk, row)
        kept = await _settle(desk, row, ending)
    except Outage:
        log.warning("letter left to its lease", extra={"outbox": row.id})
        return Counts(later=1)
    except Exception:
        log.exception("letter left to its lease", extra={"outbox": row.id})
        return Counts(later=1)
    if not kept:
        desk.meter.add("letters.late")
        log.warning("late word of a letter refused", extra={"outbox": row.id})
        return Counts(later=1)
    return _count(desk, row, ending)


async def _attempt(desk: Desk, row: OutboxRow) -> Ending:
    channel = desk.channels[(row.channel, row.account)]
    if not knows(row.kind):
        log.warning("letter of a kind unknown here", extra={"outbox": row.id, "kind": row.kind})
        return Ending(NOTHING_SENT, unfamiliar(row, desk.clock.now()))
    try:
        delivery = await _composed(desk, row)
    except Outage as error:
        return Ending(NOTHING_SENT, unread(row, str(error), desk.clock.now()))
    except Unreachable:
        return Ending(BLOCKED, judge(row, BLOCKED, desk.clock.now()))
    except Senseless as gone:
        return Ending(NOTHING_SENT, Verdict(state="expired", error=str(gone)))
    except asyncio.CancelledError:
        return Ending(NOTHING_SENT, unread(row, "stopped", desk.clock.now()))
    except Exception as error:
        log.exception("letter not composed", extra={"outbox": row.id, "key": row.key})
        return Ending(NOTHING_SENT, unwritten(row, repr(error), desk.clock.now()))
    if delivery is None:
        return Ending(NOTHING_SENT, Verdict(state="expired", error="nothing left to say"))
    until = desk.holds.until(paces(row), desk.clock.now())
    if until is not None:
        wait = Verdict(state="pending", error=HELD, next_try=until, counts=False)
        return Ending(NOTHING_SENT, wait)
    desk.points("before_send")
    outcome = await _deliver(channel, delivery, doubtful=row.doubtful)
    desk.points("after_send")
    ending = Ending(outcome, judge(row, outcome, desk.clock.now()))
    if ending.verdict.hold_until is not None:
        key = limited(row, outcome.limit)
        desk.holds.note(key, ending.verdict.hold_until, desk.clock.now())
    return ending


async def _composed(desk: Desk, row: OutboxRow) -> Delivery | None:
    """Words and facts in one read; what takes long, such as a chart, after it in a thread."""
    delivery, finish = await desk.read(lambda turn: _compose(desk, turn, row))
    if delivery is None or finish is None:
        return delivery
    return replace(delivery, letter=await asyncio.to_thread(finish))


def _compose(desk: Desk, turn: Turn, row: OutboxRow) -> tuple[Delivery | None, Finish | None]:
    letter = compose(row, turn, desk.library)
    if letter is None:
        return None, None
    if row.person is not None and turn.people.is_blocked(row.channel, row.account, row.chat):
        raise Unreachable(row.chat)
    place = _place(turn, row)
    delivery = Delivery(
        outbox_id=row.id, attempt=row.attempt, place=place, letter=letter, sent=row.refs
    )
    return delivery, desk.finisher(row, turn, letter)


def _place(turn: Turn, row: OutboxRow) -> Place:
    card = turn.messages.card(row.thread) if row.thread is not None else None
    inside = card is not None and (card.channel, card.chat) == (row.channel, row.chat)
    thread = card.ref if card is not None and inside else None
    return Place(account=row.account, chat=row.chat, thread=thread, only=row.only)


async def _deliver(channel: Channel, delivery: Delivery, *, doubtful: bool) -> Outcome:
    """Send; where it may have arrived, before or now, ask the platform what it knows.

    A platform that could tell, and cannot be asked at the moment, is not sent a second copy.
    """
    if doubtful:
        known = await _ask(channel, delivery)
        if known is not None and known.result is Result.SENT:
            return known
        if known is not None and known.result is Result.UNKNOWN:
            return replace(known, result=Result.NOT_SENT)
    outcome = await _send(channel, delivery)
    if outcome.result is not Result.UNKNOWN:
        return outcome
    known = await _ask(channel, delivery) or outcome
    asks = known is not outcome and known.result is Result.UNKNOWN
    return replace(outcome, asks=True) if asks else known


async def _send(channel: Channel, delivery: Delivery) -> Outcome:
    try:
        async with asyncio.timeout(LONGEST_SEND):
            return await channel.deliver(delivery)
    except TimeoutError:
        return Outcome(result=Result.UNKNOWN, code="timeout")
    except asyncio.CancelledError:
        # The desk is stopping and this took too long: the row must still be settled.
        return Outcome(result=Result.UNKNOWN, code="stopped")
    except Exception as error:
        log.exception("channel failed", extra={"outbox": delivery.outbox_id})
        return Outcome(result=Result.UNKNOWN, code=f"channel: {type(error).__name__}")


async def _ask(channel: Channel, delivery: Delivery) -> Outcome | None:
    try:
        async with asyncio.timeout(LONGEST_ASK):
            return await channel.reconcile(delivery)
    except Exception:
        log.exception("channel could not tell", extra={"outbox": delivery.outbox_id})
        return Outcome(result=Result.UNKNOWN, code="not_asked")


async def _settle(desk: Desk, row: OutboxRow, ending: Ending) -> bool:
    """False when the claim is no longer ours: the lease ran out and somebody else has the row."""
    desk.points("before_settle")
    for _ in range(SETTLE_TRIES - 1):
        try:
            return await desk.run(lambda turn: settle(turn, row, ending))
        except StaleTurn:
            continue
        except Outage:
            await asyncio.sleep(1)
    return await desk.run(lambda turn: settle(turn, row, ending))


def settle(turn: Turn, row: OutboxRow, ending: Ending) -> bool:
    """Mark the row and let the desk act on it, in one transaction."""
    outcome, verdict = ending.outcome, ending.verdict
    kept = turn.outbox.settle(
        row.id,
        row.token or "",
        verdict.state,
        outcome.refs or row.refs,
        verdict.error,
        turn.now,
        next_try=verdict.next_try,
        counts=verdict.counts,
    )
    if not kept:
        return False
    if outcome.moved_to:
        turn.move_chat(row.channel, row.account, row.chat, outcome.moved_to)
    if verdict.pause_until is not None:
        turn.outbox.pause_account(row.channel, row.account, verdict.pause_until, outcome.code)
    if verdict.hold_until is not None:
        turn.outbox.hold(limited(row, outcome.limit), verdict.hold_until)
    if len(outcome.refs) > len(row.refs) + 1:
        turn.outbox.charge(paces(row), len(outcome.refs) - len(row.refs) - 1)
    if verdict.final:
        _follow_up(turn, row, ending)
    return True


def _follow_up(turn: Turn, row: OutboxRow, ending: Ending) -> None:
    code = ending.verdict.error or ending.outcome.code
    follow_up(turn, row, ending.verdict.state, ending.outcome.refs, code)


def follow_up(turn: Turn, row: OutboxRow, state: str, refs: tuple[str, ...], code: str) -> None:
    """What the desk makes of a letter's end. A fault in there, or a ticket that somebody else
    holds, must not send the letter a second time: the effect waits, as a timer."""
    try:
        with turn.savepoint():
            act_on(turn, row, state, refs, code)
    except (Outage, StaleTurn):
        raise
    except Exception:
        log.exception("letter settled, its effect waits", extra={"outbox": row.id})
        postpone(turn, row, state, refs, code)


def _count(desk: Desk, row: OutboxRow, ending: Ending) -> Counts:
    state = ending.verdict.state if ending.verdict.final else "put_off"
    in_doubt = state == "dead" and ending.outcome.result is Result.UNKNOWN
    desk.meter.add("letters.unknown" if in_doubt else f"letters.{state}")
    if ending.outcome.retry_after is not None:
        desk.meter.add(f"limits.{row.channel}")
    if ending.outcome.result is Result.UNKNOWN:
        desk.meter.add("letters.possible_duplicates")
    if ending.verdict.alert or state == "dead":
        log.warning(
            "letter needs a look",
            extra={"outbox": row.id, "key": row.key, "state": state, "code": ending.outcome.code},
        )
    if state == "sent":
        if (row.replaces or "").startswith(ANSWER):
            desk.brake.answered((row.channel, row.account, row.chat))
        return Counts(done=1)
    return Counts(ended=1) if ending.verdict.final else Counts(later=1)
