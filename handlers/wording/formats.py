"""How a moment, a span or a figure is written for one reader: zone, country, language, today.

No-break spaces hold "3:12 p. m." and "4 h 58 min" together; Babel's U+202F is replaced (U9).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names, get_timezone_location
from babel.numbers import format_decimal

NBSP = "\u00a0"
NARROW = "\u202f"

NEAR = {-1: "moment.yesterday", 0: "moment.today", 1: "moment.tomorrow"}

Number = int | float | Decimal


class Reader(ABC):
    """Who reads: everything that changes how the same fact is written."""

    language: str
    zone: str
    home_zone: str
    country: str
    now: datetime | None

    @abstractmethod
    def line(self, key: str, /, **facts: Any) -> str:
        """A phrase of the catalogue by its key."""

    @property
    def is_away(self) -> bool:
        """Whether the reader's clock is not the desk's: then a time names its zone."""
        return self.zone != self.home_zone

    def local(self, at: datetime) -> datetime:
        """The moment on the reader's clock."""
        return at.astimezone(ZoneInfo(self.zone))


def when(reader: Reader, at: datetime) -> str:
    """A moment: "hoy, martes 24, a las 3:12 p. m.", "el viernes 27 de noviembre a las ..."."""
    return _told(reader, at, "at")


def by(reader: Reader, at: datetime) -> str:
    """A limit: "hoy, martes 24, antes de las 3:12 p. m.", "antes del viernes 27 ... a las ..."."""
    return _told(reader, at, "by")


def short(reader: Reader, at: datetime) -> str:
    """For cards and rows: "hoy 3:12 p. m.", "mié 25, 4:20 p. m.", "mié 2 dic, 4:00 p. m."."""
    day, hour = _day_of(reader, at), clock_hour(reader, at)
    today = _today(reader)
    if day == today:
        return f"{reader.line('moment.today')} {hour}"
    same_month = today is not None and (day.year, day.month) == (today.year, today.month)
    shape = "EEE d" if same_month else "EEE d MMM"
    return f"{format_date(day, shape, locale=reader.language)}, {hour}"


def clock_hour(reader: Reader, at: datetime) -> str:
    """The hour on the reader's clock; exactly twelve is said in words."""
    return _hour(reader, reader.local(at).time())


def long_date(reader: Reader, day: date | datetime) -> str:
    """ "martes 24 de noviembre", with the year when it is not this one."""
    if isinstance(day, datetime):
        day = reader.local(day).date()
    today = _today(reader)
    this_year = today is None or day.year == today.year
    pattern = reader.line("moment.date" if this_year else "moment.date_and_year")
    return format_date(day, pattern, locale=reader.language)


def span(reader: Reader, length: timedelta | Number) -> str:
    """A length of time in hours and minutes: "4 h 58 min". Never in days: a day is no unit here."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    minutes = int(abs(seconds) // 60)
    if minutes == 0:
        return f"{reader.line('moment.under')} 1{NBSP}min"
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours}{NBSP}h"] if hours else []
    return NBSP.join([*parts, f"{rest}{NBSP}min"] if rest else parts)


def clock(length: timedelta | Number) -> str:
    """The length of a recording: "0:42"."""
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    return f"{seconds // 60}:{seconds % 60:02d}"


def number(reader: Reader, value: Number, *, signed: bool = False) -> str:
    """A figure with the country's own marks, one decimal at most."""
    shape = "+#,##0.#;-#,##0.#" if signed else "#,##0.#"
    return format_decimal(value, shape, locale=_locale(reader)).replace(NARROW, NBSP)


def city(reader: Reader, zone: str) -> str:
    """The city that names a time zone."""
    place = get_timezone_location(zone, locale=reader.language, return_city=True)
    return str(place).rpartition("/")[2]


def zone_name(reader: Reader) -> str:
    """What follows a time on a clock that is not the desk's."""
    return f" ({reader.line('moment.zone', city=city(reader, reader.zone))})"


def week(reader: Reader, days: Sequence[Sequence[Sequence[int]]]) -> str:
    """Hours of a week, days that are alike together: "de lunes a viernes, de 8:00 a. m. a ..."."""
    parts: list[str] = []
    for opens, found in groupby(range(len(days)), key=lambda day: [tuple(w) for w in days[day]]):
        alike = list(found)
        if opens:
            windows = ", ".join(_window(reader, *minutes) for minutes in opens)
            parts.append(f"{_days(reader, alike[0], alike[-1])}, {windows}")
    return "; ".join(parts)


def _days(reader: Reader, first: int, last: int) -> str:
    names = get_day_names("wide", locale=reader.language)
    if first == last:
        return str(names[first])
    return reader.line("moment.days", first=names[first], last=names[last])


def _window(reader: Reader, opens: int, closes: int) -> str:
    start, end = (time(minute // 60 % 24, minute % 60) for minute in (opens, closes))
    return reader.line("moment.window", start=_hour(reader, start), end=_hour(reader, end))


def _hour(reader: Reader, at: time) -> str:
    if at.minute == 0 and at.hour in (0, 12):
        return f"12{NBSP}{reader.line('moment.noon' if at.hour else 'moment.midnight')}"
    # The country's own pattern may be a 24-hour clock; the desk always says "a. m." or "p. m."
    text = format_time(at, "h:mm a", locale=reader.language)
    text = text.replace("AM", "a.m.").replace("PM", "p.m.")
    return text.replace(NARROW, NBSP).replace(" ", NBSP)


def _told(reader: Reader, at: datetime, kind: str) -> str:
    """Day and hour in a phrase of the catalogue: near days by name, "a la una" apart."""
    day = _day_of(reader, at)
    near = _near(reader, day)
    place = "near" if near else "far"
    one = "_one" if reader.local(at).hour in (1, 13) else ""
    told = {"day": near or long_date(reader, day), "hour": clock_hour(reader, at)}
    return reader.line(f"moment.{kind}_{place}{one}", **told)


def _day_of(reader: Reader, at: datetime) -> date:
    """The day a moment is told by: "las 12 de la noche" belongs to the day that it ends."""
    local = reader.local(at)
    midnight = (local.hour, local.minute) == (0, 0)
    return local.date() - timedelta(days=1) if midnight else local.date()


def _today(reader: Reader) -> date | None:
    return reader.local(reader.now).date() if reader.now else None


def _near(reader: Reader, day: date) -> str:
    """ "hoy, martes 24" for yesterday, today and tomorrow; else empty."""
    today = _today(reader)
    key = NEAR.get((day - today).days) if today else None
    if key is None:
        return ""
    return f"{reader.line(key)}, {format_date(day, 'EEEE d', locale=reader.language)}"


def _locale(reader: Reader) -> Locale:
    try:
        return Locale(reader.language, reader.country or None)
    except (UnknownLocaleError, ValueError):
        return Locale(reader.language)
