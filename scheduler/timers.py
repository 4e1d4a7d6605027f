"""Due timers speak: many in one turn, and none in another's way.

A batch is read, decided and written together. When anything in it raises, nothing of it is kept,
and the same timers are fired once more with care: each behind a savepoint of its own.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from handlers.timers import Unfamiliar, fire, fire_together
from policy.errors import Outage
from scheduler.counts import Counts
from scheduler.desk import Desk
from scheduler.presence import listens
from scheduler.verdict import backoff
from store.database import Database
from store.turn import Turn
from store.values import Timer

log = logging.getLogger(__name__)

CHUNK = 100  # timers looked at together, where every other turn waits for this one
CHUNK_BESIDE = 400  # the same where turns run side by side: half of their cost is the journeys
CAREFUL = 20  # with a savepoint each
HOLD = 0.05  # seconds a batch may hold the writer; what is left waits for the next batch
AT_ONCE = 3  # batches of a crowd
FAILURES = "_failures"  # in a timer's facts: how often it raised
LATE = timedelta(minutes=1)


@dataclass
class Batch:
    """What one turn of timers did. Counted again from nothing when the turn is run again."""

    lateness: list[timedelta] = field(default_factory=list[timedelta])  # of each that fired
    put_off: list[Timer] = field(default_factory=list[Timer])
    unfamiliar: set[str] = field(default_factory=set[str])  # kinds of a newer release

    @property
    def fired(self) -> int:
        """How many."""
        return len(self.lateness)

    def note(self, turn: Turn, fired: Sequence[Timer]) -> None:
        """These are done with."""
        self.lateness += [turn.now - timer.due_at for timer in fired]


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
        if batch.done >= _chunk(desk):  # a crowd
            for rest in await asyncio.gather(*(_all_due(desk) for _ in range(_at_once(desk)))):
                total += rest
    return total


def _at_once(desk: Desk) -> int:
    """Where turns run side by side, one batch is decided while the server writes another."""
    return min(AT_ONCE, desk.turns.database.writers)


def _chunk(desk: Desk) -> int:
    return CHUNK_BESIDE if desk.turns.database.writers > 1 else CHUNK


async def _all_due(desk: Desk) -> Counts:
    total = Counts()
    while batch := await _next_batch(desk):
        total += batch
        desk.nudge()
    return total


async def _next_batch(desk: Desk) -> Counts:
    try:
        batch = await desk.run(partial(sweep, desk.turns.database, _chunk(desk)))
    except Outage:
        raise
    except Exception as error:  # a race, or one of them is ill: which one will be seen
        log.info("batch taken apart", extra={"fault": type(error).__name__})
        batch = await desk.run(sweep_with_care, alone=True)
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


def sweep(database: Database, chunk: int, turn: Turn) -> Batch:
    """One batch: fire, and take the rows away, in the same transaction. It ends when its time is
    over, and after any chunk when somebody waits. Raises what a timer raises: nothing of the
    batch is kept then."""
    batch, began = Batch(), time.perf_counter()
    while time.perf_counter() - began < HOLD and not (batch.fired and database.wanted):
        due = turn.timers.due(turn.now, chunk)
        if not due:
            break
        alone = _first_of_each(due)
        over = fire_together(turn, alone)
        turn.timers.done(over)
        batch.note(turn, over)
        spoken = {timer.id for timer in over}
        for timer in (t for t in alone if t.id not in spoken):
            if time.perf_counter() - began >= HOLD:
                return batch
            fire(turn, timer)
            turn.timers.done([timer])
            batch.note(turn, [timer])
    return batch


def _first_of_each(due: Sequence[Timer]) -> list[Timer]:
    """One timer about each thing; what the first one changes, the next look will see."""
    firsts: dict[str, Timer] = {}
    for timer in due:
        firsts.setdefault(timer.about, timer)
    return [*firsts.values()]


def sweep_with_care(turn: Turn) -> Batch:
    """A smaller batch in which a timer that raises waits, alone, longer each time."""
    batch = Batch()
    due = turn.timers.due(turn.now, CAREFUL)
    turn.timers.done([timer for timer in due if _fire(turn, timer, batch)])
    return batch


def _fire(turn: Turn, timer: Timer, batch: Batch) -> bool:
    """True when the timer's row may go; a timer that raised waits, alone, longer each time."""
    if not turn.timers.is_set(timer):
        return True  # one before it, in this very turn, took it away or moved it
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
    batch.note(turn, [timer])
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
