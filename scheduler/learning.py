"""Each replica reads by the phrases that hold: it looks for a new version between its turns."""

import asyncio
import logging
from typing import TYPE_CHECKING

from kb import shelf

if TYPE_CHECKING:
    from scheduler.desk import Desk
    from store.turn import Turn

log = logging.getLogger(__name__)

LOOK = 2.0  # seconds between two looks


async def follow(desk: "Desk") -> bool:
    """Read by the phrases that hold now; True where they are others than before. Raises Outage.

    The new reader is made beside the old one, which goes on being asked until it is ready.
    """
    version = await desk.read(lambda turn: turn.lessons.version())
    if version == desk.taught:
        return False
    version, holding = await desk.read(_holding)
    reader = await asyncio.to_thread(shelf.taught, desk.book, holding)
    desk.learn(reader, version, holding)
    log.info("phrases learnt", extra={"version": version, "count": sum(map(len, holding.values()))})
    return True


def _holding(turn: "Turn") -> tuple[int, dict[str, tuple[str, ...]]]:
    """The version first: phrases that come between are looked for again."""
    return turn.lessons.version(), turn.lessons.holding(turn.book.name)
