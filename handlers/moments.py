"""A moment to come as the desk writes it: "2026-12-04 16:00", "4/12 16:00", "viernes 4 pm"."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = {
    **dict.fromkeys(("lunes", "monday"), 0),
    **dict.fromkeys(("martes", "tuesday"), 1),
    **dict.fromkeys(("miercoles", "wednesday"), 2),
    **dict.fromkeys(("jueves", "thursday"), 3),
    **dict.fromkeys(("viernes", "friday"), 4),
    **dict.fromkeys(("sabado", "saturday"), 5),
    **dict.fromkeys(("domingo", "sunday"), 6),
}
NEAR = {"hoy": 0, "today": 0, "manana": 1, "tomorrow": 1}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_HOUR = re.compile(r"(\d{1,2})(?::(\d{2}))?(am|pm)?")


def moment(text: str, now: datetime, zone: str) -> datetime | None:
    """The moment meant, on that zone's clock; None for what says no day and no hour.

    A day and a month without a year, or the name of a day, mean the next one to come.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    first, _, rest = _folded(text).strip().partition(" ")
    day, at = _day(first, today), _hour(rest)
    if day is None or at is None:
        return None
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _day(word: str, today: date) -> date | None:
    if word in NEAR:
        return today + timedelta(days=NEAR[word])
    if word in DAYS:
        return today + timedelta(days=(DAYS[word] - today.weekday() - 1) % 7 + 1)
    if iso := _ISO.fullmatch(word):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    slashed = _SLASHED.fullmatch(word)
    if slashed is None:
        return None
    year = int(slashed[3] or today.year)
    found = _date(year, int(slashed[2]), int(slashed[1]))
    if found is not None and found < today and slashed[3] is None:
        return _date(year + 1, found.month, found.day)
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hour(words: str) -> time | None:
    plain = re.sub(r"\b(a las?|at)\b|[.\s]", "", words)
    found = _HOUR.fullmatch(plain)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
