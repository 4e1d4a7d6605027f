"""What the clock says, and when it is late: from when on, what it carries, how long it has sense.

Ten minutes late is an outage: of the desk, of the database or of a platform. A notice that leaves
later than that says so, and waits a moment for others to the same person: whoever was left
waiting hears once.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from store.values import OutboxRow, Urgency

LATE = timedelta(minutes=10)
TOGETHER = timedelta(minutes=1)  # a late notice waits so long for others of the same chat
MEANT_FOR = "meant_for"  # in a letter's facts: the moment at which it should have left
ANSWERS = "answers"  # or the moment of the words that it answers


class Cue(NamedTuple):
    """The moment at which the clock had something to say, and until when it makes sense."""

    at: datetime
    until: datetime | None = None
    aloud: bool = False  # it sounds at night too (U21): bad news does not wait for the morning

    def is_late(self, now: datetime) -> bool:
        """Whether an outage lies between that moment and now."""
        return now - self.at > LATE

    def facts(self, now: datetime) -> dict[str, Any]:
        """What the letter has to know of it."""
        return {MEANT_FOR: self.at} if self.is_late(now) else {}

    def held_until(self, now: datetime) -> datetime | None:
        """Until when a late notice waits for others of its chat."""
        return now + TOGETHER if self.is_late(now) else None

    def manners(self, now: datetime) -> dict[str, Any]:
        """How `Turn.say` sends it: behind whoever waits for an answer, and never past its sense."""
        return {
            "urgency": Urgency.TIMER,
            "expires_at": self.until,
            "not_before": self.held_until(now),
        }


def meant_for(row: OutboxRow) -> datetime:
    """When the letter should have left."""
    told = row.facts.get(MEANT_FOR) or row.facts.get(ANSWERS)
    return told if isinstance(told, datetime) else row.not_before or row.created_at


def is_late(row: OutboxRow, now: datetime) -> bool:
    """Whether it leaves so late that it has to say so."""
    return now - meant_for(row) > LATE
