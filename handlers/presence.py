"""Whether somebody was at the desk: a pulse in the database, and what follows after a gap in it.

A desk that was away hears people out before it speaks. What they wrote meanwhile is taken first:
a reminder is not sent to somebody who has answered, silence is not presumed of somebody who has
spoken, and of ten questions typed into the same chat the newest is answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.lateness import LATE
from store.turn import Turn

PULSE = timedelta(seconds=15)
LISTENS = timedelta(minutes=2)
KEY = "desk.pulse"


@dataclass(frozen=True)
class Pulse:
    """When somebody was last here; the last outage; until when the desk only listens."""

    at: datetime | None = None
    away_from: datetime | None = None
    away_until: datetime | None = None

    def listens_until(self, now: datetime) -> datetime | None:
        """None when it need not wait any more."""
        if self.away_until is None or self.away_until + LISTENS <= now:
            return None
        return self.away_until + LISTENS


def look(turn: Turn) -> Pulse:
    """The pulse as it was last kept."""
    kept: dict[str, Any] = turn.settings.get(KEY) or {}
    return Pulse(**{name: kept.get(name) for name in ("at", "away_from", "away_until")})


def beat(turn: Turn, seen_at: datetime | None = None) -> Pulse:
    """Somebody is here. `seen_at`: when this process was, if the database could not be told."""
    before = look(turn)
    last = max((at for at in (before.at, seen_at) if at is not None), default=turn.now)
    away = turn.now - last > LATE
    pulse = Pulse(
        at=turn.now,
        away_from=last if away else before.away_from,
        away_until=turn.now if away else before.away_until,
    )
    turn.settings.set(KEY, vars(pulse))
    return pulse


def reply_waits(turn: Turn, said_at: datetime) -> datetime | None:
    """Until when the answer to words of that moment waits for newer words of the same person."""
    if turn.now - said_at <= LATE:
        return None
    return look(turn).listens_until(turn.now)
