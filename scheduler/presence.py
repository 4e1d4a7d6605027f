"""This process's part in the desk's pulse: it beats while timers ring, and listens after a gap."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from handlers import presence
from handlers.presence import PULSE, Pulse

if TYPE_CHECKING:
    from scheduler.desk import Desk

log = logging.getLogger(__name__)


@dataclass
class Presence:
    """Nobody attends a desk that is driven by hand: there no time passes that nobody heard of."""

    seen_at: datetime | None = None
    listens_until: datetime | None = None

    def moved(self, now: datetime) -> None:
        """The clock was set forwards: nobody was away for that."""
        if self.seen_at is not None:
            self.seen_at = now


async def attend(desk: "Desk") -> None:
    """From now on somebody is at this desk. Raises Outage."""
    await _beat(desk)


async def listens(desk: "Desk") -> bool:
    """Whether the desk, back from an outage, still hears people out. Raises Outage."""
    here, now = desk.presence, desk.clock.now()
    if here.seen_at is not None and now - here.seen_at >= PULSE:
        await _beat(desk)
    return here.listens_until is not None and now < here.listens_until


async def _beat(desk: "Desk") -> None:
    here = desk.presence
    pulse: Pulse = await desk.run(lambda turn: presence.beat(turn, here.seen_at))
    until = pulse.listens_until(desk.clock.now())
    if until is not None and until != here.listens_until:
        away = {"since": pulse.away_from, "until": pulse.away_until, "listens_until": until}
        log.warning("back from an outage", extra=away)
    here.seen_at, here.listens_until = pulse.at, until
