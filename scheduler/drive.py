"""Time as a test, the demo and the console move it: to the next due row, until all is quiet."""

from datetime import datetime, timedelta

from scheduler import dispatch, sweeps, timers
from scheduler.clock import Movable, OffsetClock
from scheduler.counts import Counts
from scheduler.desk import Desk
from store.turn import Turn

OFFSET = "clock.offset"  # the setting that keeps a moved clock, in seconds
MOST_ROUNDS = 1000  # of a desk that never comes to rest


class NeverQuiet(Exception):
    """Firing and sending went on and on at one moment: something sets itself again at once."""


async def quiet(desk: Desk) -> Counts:
    """Fire and send until there is nothing left that may be done now. Raises NeverQuiet."""
    total = Counts()
    for _ in range(MOST_ROUNDS):
        here = await timers.run_once(desk) + await dispatch.run_once(desk)
        if not here:
            return total
        total += here
    raise NeverQuiet(desk.clock.now().isoformat())


async def advance(desk: Desk, to: datetime) -> Counts:
    """Move the clock to `to`, stopping at every moment at which something falls due.

    Raises TypeError when the desk's clock runs by itself, ValueError when it is later than `to`.
    """
    clock = desk.clock
    if not isinstance(clock, Movable):
        raise TypeError("this desk's clock runs by itself")
    if to < clock.now():
        raise ValueError("the clock only moves forwards")
    total = await quiet(desk)
    while (due := await next_due(desk)) is not None and due <= to:
        await _move(desk, clock, due)
        total += await quiet(desk)
    await _move(desk, clock, to)
    return total + await quiet(desk) + await sweeps.run_once(desk)


async def next_due(desk: Desk) -> datetime | None:
    """The next moment after now at which a timer or a letter falls due."""
    return await desk.read(lambda turn: _next_due(turn, desk.presence.listens_until))


def _next_due(turn: Turn, listens_until: datetime | None) -> datetime | None:
    timer = turn.timers.next()
    due = timer.due_at if timer else None
    if due is not None and listens_until is not None:
        due = max(due, listens_until)
    moments = (due, turn.outbox.wakes_at(turn.now))
    ahead = [moment for moment in moments if moment is not None and moment > turn.now]
    return min(ahead, default=None)


async def _move(desk: Desk, clock: Movable, moment: datetime) -> None:
    """Set the clock; where it runs ahead of a real one, keep by how much, forwards only."""
    clock.reach(moment)
    desk.presence.moved(moment)
    if isinstance(clock, OffsetClock):
        seconds = clock.offset / timedelta(seconds=1)
        await desk.run(lambda turn: turn.settings.set(OFFSET, seconds))
