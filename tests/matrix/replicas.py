"""More replicas over the same world: another process's desk, as far as a test can tell."""

from scheduler.desk import Desk, Parts
from scheduler.points import Points, nowhere
from tests.journeys.world import World


def another(world: World, points: Points = nowhere) -> Desk:
    """One more desk over the same database, clock and platforms."""
    first = world.desk
    return Desk(
        Parts(
            turns=first.turns,
            book=first.book,
            library=first.library,
            reader=first.reader,
            channels=first.channels,
            clock=first.clock,
            points=points,
        )
    )
