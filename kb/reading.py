"""What one message says, read once before its turn: plain values, no database, no clock."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from kb.decision import Decision
from kb.safety import Risk

Scope = Literal["one", "several", "all"]
Part = Literal["early", "morning", "noon", "afternoon", "night"]


@dataclass(frozen=True, kw_only=True)
class Since:
    """When it began, as said. `day` is an offset from today (-1 = ayer), `weekday` 0 = Monday.

    `minute` counts from local midnight; `ago` are elapsed minutes ("hace 2 horas"). With a `part`
    of the day no hour was said: `minute` is only where that part begins.
    """

    phrase: str
    day: int | None = None
    weekday: int | None = None
    minute: int | None = None
    ago: int | None = None
    part: Part | None = None

    def resolve(self, now: datetime, zone: str) -> datetime | None:
        """The moment meant, never after `now` (aware); None when the words give no moment.

        An hour without a day is the last time that hour was; a day without an hour its start.
        """
        if self.ago is not None:
            return now - timedelta(minutes=self.ago)
        if self.day is None and self.weekday is None and self.minute is None:
            return None
        local = now.astimezone(ZoneInfo(zone))
        moment = self._on(local, self._days_back(local))
        if moment > now and self.day is None:
            moment = self._on(
                local, self._days_back(local) + (7 if self.weekday is not None else 1)
            )
        return min(moment, now).astimezone(now.tzinfo)

    def _days_back(self, local: datetime) -> int:
        if self.day is not None:
            return -self.day
        if self.weekday is not None:
            return (local.weekday() - self.weekday) % 7
        return 0

    def _on(self, local: datetime, days_back: int) -> datetime:
        minute = self.minute or 0
        at = time(minute // 60 % 24, minute % 60, tzinfo=local.tzinfo)
        return datetime.combine(local.date() - timedelta(days=days_back), at)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A message understood as far as words alone allow.

    `text` is safe to store (no NUL, no lone surrogates); `stored` has passwords and tokens
    masked; `card_text` has personal document numbers masked as well.
    """

    text: str = ""
    stored: str = ""
    card_text: str = ""
    secret: bool = False
    document: bool = False
    language: Literal["es", "en", ""] = ""
    emoji_only: bool = False
    intents: frozenset[str] = field(default_factory=frozenset)
    only: str | None = None  # the intent, when the message is nothing but that
    numbers: tuple[int, ...] = ()  # such as could be case numbers
    ordinal: int | None = None  # "la 2" -> 2
    scope: Scope | None = None
    stopped: bool = False  # words of a general stop
    real: bool = False  # a sign of a fault that no guide mends
    risk: Risk = ""  # what is at stake for a patient, whatever else the message is about
    shows: Risk | None = None  # the same by its own words alone; None where nobody looked
    outside: bool = False  # the person works away from the site
    place: str | None = None
    device: str | None = None
    since: Since | None = None
    studies: tuple[str, ...] = ()  # "estudio 88123", as named
    error: str | None = None  # what the screen says, in its own words
    between: tuple[str, ...] = ()  # typologies that fit about as well; more than one, or none
    product: str | None = None  # the one category of the catalogue that is named
    decision: Decision = field(default_factory=Decision)
