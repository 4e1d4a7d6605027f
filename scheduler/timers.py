"""Due timers speak: many in one turn, each behind its own savepoint, none in another's way."""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

from handlers.timers import Unfamiliar, fire
from policy.errors import Outage
from scheduler.counts import Counts
from scheduler.desk import Desk
from scheduler.presence import listens
from scheduler.verdict import backoff
from store.errors import StaleTurn
from store.turn import Turn
from store.values import Timer

log = logging.getLogger(__name__)

CHUNK = 50  # rows read at a time
HOLD = 0.06  # seconds a batch may hold the writer; what is left waits for the next batch
FAILURES = "_failures"  # in a timer's facts: how often it raised
LATE = timedelta(minutes=1)


@dataclass
class Batch:
    """What one turn of timers did. Counted again from nothing when the turn is run again."""

    lateness: list[timedelta] = field(default_factory=list[timedelta])  # of each that fired
    put_off: list[Timer] = field(default_factory=list[Timer])
    unfamiliar: set[str] = field(default_factory=set[str])  # kinds of a newer release
    touched: set[str] = field(default_factory=set[str])  # what timers of this turn were about

    @property
    def fired(self) -> int:
        """How many."""
        return len(self.lateness)


async def run_once(desk: Desk) -> Counts:
    """Fire everything that is due, batch by batch, so that people get their turns in between.

    Nothing while the desk, back from an outage, hears out what people said meanwhile.
    """
    total = Counts()
    if await listens(desk):
        return total
    while batch := await _next_batch(desk):
        total += batch
        desk.nudge()
    return total


async def _next_batch(desk: Desk) -> Counts:
    try:
        batch = await desk.run(sweep)
    except StaleTurn:
        batch = await desk.run(sweep, alone=True)
    _count(desk, batch)
    return Counts(done=batch.fired, later=len(batch.put_off))


def _count(desk: Desk, batch: Batch) -> None:
    for late in batch.lateness:
        desk.meter.note("timers.lateness", late.total_seconds())
    desk.meter.add("timers.fired", batch.fired)
    desk.meter.add("timers.failed", len(batch.put_off))
    if batch.unfamiliar:
        log.warning("timers of a newer release", extra={"kinds": sorted(batch.unfamiliar)})
    if batch.fired or batch.put_off:
        latest = max(batch.lateness, default=timedelta())
        log.info(
            "timers fired",
            extra={
                "fired": batch.fired,
                "put_off": len(batch.put_off),
                "late_seconds": latest.total_seconds() if latest > LATE else 0,
            },
        )


def sweep(turn: Turn) -> Batch:
    """One batch: fire, and take the rows away, in the same transaction."""
    batch = Batch()
    began = time.perf_counter()
    while time.perf_counter() - began < HOLD:
        due = turn.timers.due(turn.now, CHUNK)
        if not due:
            break
        over = [timer for timer in due if _fire(turn, timer, batch)]
        turn.timers.done(over)
    return batch


def _fire(turn: Turn, timer: Timer, batch: Batch) -> bool:
    """True when the timer's row may go; a timer that raised waits, alone, longer each time."""
    if timer.about in batch.touched and not turn.timers.is_set(timer):
        return True  # one before it, in this very turn, took it away or moved it
    batch.touched.add(timer.about)
    try:
        with turn.savepoint():
            fire(turn, timer)
    except Outage:
        raise
    except Unfamiliar:
        _put_off(turn, timer)
        batch.put_off.append(timer)
        batch.unfamiliar.add(timer.kind)
        return False
    except Exception:
        log.exception("timer failed", extra={"kind": timer.kind, "about": timer.about})
        _put_off(turn, timer)
        batch.put_off.append(timer)
        return False
    batch.lateness.append(turn.now - timer.due_at)
    return True


def _put_off(turn: Turn, timer: Timer) -> None:
    failures = int(timer.facts.get(FAILURES, 0)) + 1
    turn.timers.set(
        timer.kind,
        timer.about,
        turn.now + backoff(failures),
        key=timer.key,
        facts={**timer.facts, FAILURES: failures},
    )
