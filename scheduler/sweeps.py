"""House-keeping in small batches: leases that ran out, letters without sense, old inbox keys."""

import logging
from datetime import timedelta

from scheduler.counts import Counts
from scheduler.desk import Desk

log = logging.getLogger(__name__)

KEEP_KEYS = timedelta(days=8)  # Meta sends an event again for seven days


async def run_once(desk: Desk) -> Counts:
    """One round. Forgotten conversations are timers of their own."""
    returned = await desk.run(lambda turn: turn.outbox.expire_leases(turn.now))
    dropped = await desk.run(lambda turn: turn.outbox.drop_expired(turn.now))
    forgotten = await desk.run(lambda turn: turn.inbox.forget(turn.now - KEEP_KEYS))
    if returned:
        log.warning("claims returned by their leases", extra={"count": returned})
    desk.meter.add("letters.returned", returned)
    desk.meter.add("letters.expired", dropped)
    if returned:
        desk.nudge()
    return Counts(done=forgotten, later=returned, ended=dropped)
