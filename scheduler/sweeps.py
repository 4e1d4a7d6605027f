"""House-keeping in small batches: leases that ran out, letters without sense, old rows."""

import logging
from datetime import timedelta

from scheduler.counts import Counts
from scheduler.desk import Desk
from scheduler.sending import follow_up
from store.turn import Turn
from store.values import OutboxRow

log = logging.getLogger(__name__)

KEEP_KEYS = timedelta(days=8)  # Meta sends an event again for seven days
KEEP_LETTERS = timedelta(days=90)  # what was said to whom; the ticket's own story stays


async def rescue(desk: Desk) -> Counts:
    """Claims whose holder died, given back as soon as their lease is over."""
    returned = await desk.run(lambda turn: turn.outbox.expire_leases(turn.now))
    if returned:
        log.warning("claims returned by their leases", extra={"count": len(returned)})
        desk.nudge()
    desk.meter.add("letters.returned", len(returned))
    return Counts(later=len(returned))


async def run_once(desk: Desk) -> Counts:
    """One round. Forgotten conversations are timers of their own."""
    returned = await rescue(desk)
    dropped = await desk.run(drop)
    forgotten = await desk.run(lambda turn: turn.inbox.forget(turn.now - KEEP_KEYS))
    forgotten += await desk.run(lambda turn: turn.outbox.tidy(turn.now - KEEP_LETTERS))
    desk.meter.add("letters.expired", len(dropped))
    return returned + Counts(done=forgotten, ended=len(dropped))


def drop(turn: Turn) -> list[OutboxRow]:
    """Letters whose sense is gone, and what follows from that."""
    dropped = turn.outbox.drop_expired(turn.now)
    for row in dropped:
        follow_up(turn, row, "expired", (), row.error)
    return dropped
