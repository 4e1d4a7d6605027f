"""Periods as people say them: hoy, ayer, semana, mes, "2026-10", in the desk's own zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.errors import Refusal

MONTH = len("2026-10")
FIRST_YEAR, LAST_YEAR = 2000, 2200  # a desk has no cases before or after


@dataclass(frozen=True)
class Period:
    """Half-open, in local dates; `start` and `end` are aware moments in the desk's zone."""

    name: str
    first: date
    after: date  # the first day that is no longer in it
    zone: str

    @property
    def start(self) -> datetime:
        """The moment it begins."""
        return datetime.combine(self.first, time(), tzinfo=ZoneInfo(self.zone))

    @property
    def end(self) -> datetime:
        """The moment it is over."""
        return datetime.combine(self.after, time(), tzinfo=ZoneInfo(self.zone))

    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        length = self.after - self.first
        return Period(self.name, self.first - length, self.first, self.zone)


def local_day(at: datetime, zone: str) -> date:
    """The date of a moment in that zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def parse(words: str, now: datetime, zone: str) -> Period:
    """The period meant; an empty text means this week. Raises Refusal("bad_period")."""
    today = now.astimezone(ZoneInfo(zone)).date()
    name = words.strip().lower() or "semana"
    named = NAMED.get(name)
    if named is not None:
        first, after = named(today)
        return Period(name, first, after, zone)
    return _dated(name, zone)


def _dated(name: str, zone: str) -> Period:
    first_text, _, last_text = name.partition("..")
    month = len(name) == MONTH
    try:
        first = date.fromisoformat(f"{name}-01" if month else first_text)
        last = date.fromisoformat(last_text) if last_text else first
    except ValueError:
        raise Refusal("bad_period", period=name[:40]) from None
    if last < first or not (first.year >= FIRST_YEAR and last.year <= LAST_YEAR):
        raise Refusal("bad_period", period=name[:40])
    return Period(name, first, _next_month(first) if month else last + timedelta(days=1), zone)


def _day(today: date) -> tuple[date, date]:
    return today, today + timedelta(days=1)


def _yesterday(today: date) -> tuple[date, date]:
    return today - timedelta(days=1), today


def _week(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=7)


def _last_week(today: date) -> tuple[date, date]:
    monday, _ = _week(today)
    return monday - timedelta(days=7), monday


def _month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return first, _next_month(first)


def _last_month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), first


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


NAMED: dict[str, Callable[[date], tuple[date, date]]] = {
    **dict.fromkeys(("hoy", "today"), _day),
    **dict.fromkeys(("ayer", "yesterday"), _yesterday),
    **dict.fromkeys(("semana", "week"), _week),
    **dict.fromkeys(("semana pasada", "last week"), _last_week),
    **dict.fromkeys(("mes", "month"), _month),
    **dict.fromkeys(("mes pasado", "last month"), _last_month),
}
