"""Outbox to channels: claim the head of each lane, send side by side, settle, again until quiet."""

import asyncio
import logging
from secrets import token_hex

from handlers.gathering import gather, may_gather
from policy.errors import Outage
from scheduler.counts import Counts
from scheduler.desk import Desk
from scheduler.pace import paces
from scheduler.sending import LEASE, send
from scheduler.trace import at
from store.errors import StaleTurn
from store.turn import Turn
from store.values import OutboxRow

log = logging.getLogger(__name__)

MOST = 64  # letters under way at once
LOOK = 1.0  # seconds between two looks when nobody rings: other replicas' rows, rows put off
LAST_WORDS = 2.5  # seconds at the end for what only the database can hold up
SOONEST = 0.02  # seconds; two looks are never closer than this without a ring


async def run_once(desk: Desk) -> Counts:
    """Send whatever may be sent now, and wait for it. Letters held back by a limit stay."""
    total = Counts()
    while await launch(desk) or desk.flights:
        if not desk.flights:  # what was claimed became a part of another letter
            continue
        done, _ = await asyncio.wait(set(desk.flights), return_when=asyncio.FIRST_COMPLETED)
        for flight in done:
            total += flight.result()
    return total


async def serve(desk: Desk) -> None:
    """Send as rows appear, until cancelled. A bell, an ended flight or a due row wakes it."""
    while True:
        desk.bell.clear()
        wait = LOOK
        try:
            await launch(desk)
            wait = await _until_next(desk)
        except (Outage, StaleTurn) as error:
            log.warning("cannot claim", extra={"error": str(error)})
        except Exception:
            log.exception("cannot claim")
        try:
            async with asyncio.timeout(wait):
                await desk.bell.wait()
        except TimeoutError:
            continue


async def launch(desk: Desk) -> int:
    """Claim as many rows as there is room for and set them off."""
    room = MOST - len(desk.flights)
    if room <= 0:
        return 0
    claim = asyncio.create_task(_set_off(desk, room))
    desk.claims.add(claim)
    claim.add_done_callback(desk.claims.discard)
    return await asyncio.shield(claim)


async def _set_off(desk: Desk, room: int) -> int:
    """A claim that was begun is seen through, whoever goes away: its rows are leased to us."""
    claimed, rows = await desk.run(lambda turn: _claim(desk, turn, room))
    if rows:
        desk.points("after_claim")
    for row in rows:
        _note_wait(desk, row)
        flight = asyncio.create_task(_fly(desk, row))
        desk.flights.add(flight)
        flight.add_done_callback(desk.landed)
    return claimed


async def _fly(desk: Desk, row: OutboxRow) -> Counts:
    with at(outbox=row.id, channel=row.channel):
        return await send(desk, row)


def _note_wait(desk: Desk, row: OutboxRow) -> None:
    """How long a letter waited for its turn: in its lane, for a limit, for others before it."""
    if row.attempt <= 1:
        since = row.not_before or row.created_at
        waited = (desk.clock.now() - since).total_seconds()
        desk.meter.note(f"letters.wait.{row.urgency.name.lower()}", max(0.0, waited))


async def finish(desk: Desk, grace: float) -> None:
    """Let the letters under way land; after `grace` seconds the rest is cut short and settled.

    What cannot be settled then, because the database is away, is left to its lease.
    """
    if desk.claims:
        await asyncio.wait(set(desk.claims), timeout=LAST_WORDS)
    if desk.flights:
        await asyncio.wait(set(desk.flights), timeout=grace)
    for flight in set(desk.flights):
        flight.cancel()
    if desk.flights:
        await asyncio.wait(set(desk.flights), timeout=LAST_WORDS)


def _claim(desk: Desk, turn: Turn, room: int) -> tuple[int, list[OutboxRow]]:
    """How many were claimed, and those of them to send; the rest became part of another letter."""
    claimed = turn.outbox.claim(
        turn.now,
        room,
        lease=LEASE,
        token=token_hex(8),
        paces=paces,
        accounts=tuple(desk.channels),
    )
    return len(claimed), [row for row in claimed if not _gathered(turn, row)]


def _gathered(turn: Turn, row: OutboxRow) -> bool:
    """A fault in there must not stop the sending: the letter goes by itself."""
    if not may_gather(row, turn.now):
        return False
    try:
        with turn.savepoint():
            return gather(turn, row)
    except (Outage, StaleTurn):
        raise
    except Exception:
        log.exception("letter not gathered", extra={"outbox": row.id})
        return False


async def _until_next(desk: Desk) -> float:
    """Seconds until a row that was put off or held back may go."""
    at = await desk.read(lambda turn: turn.outbox.wakes_at(turn.now))
    if at is None:
        return LOOK
    return min(LOOK, max(SOONEST, (at - desk.clock.now()).total_seconds()))
