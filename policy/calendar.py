"""Business time: weekly hours and holidays as half-open UTC intervals, with sums and bisection.

A minute counts when its local wall clock lies inside a window of that local day and the day is
neither a holiday nor closed. Moments are counted in whole seconds. Everything given and returned
is an aware datetime; everything returned is in UTC.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

import holidays

FIRST_YEAR, LAST_YEAR = 1970, 2100
_DAY = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()

Week = tuple[tuple[tuple[int, int], ...], ...]


class HorizonExceeded(ValueError):
    """The answer lies outside the years that a calendar looks at, or there is none at all."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a desk works, as a plain value that a ticket can keep.

    `weekly` holds seven tuples, Monday first, of (start, end) minutes of the local day, half-open;
    1440 is the end of the day. `holidays` is the country whose holidays are skipped, if any.
    `always` is 7x24: elapsed time, whatever the other fields say.
    """

    zone: str
    weekly: Week
    holidays: str | None = None
    extra_closed: tuple[date, ...] = ()
    always: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the way back."""
        return {
            "zone": self.zone,
            "weekly": [[list(window) for window in day] for day in self.weekly],
            "holidays": self.holidays,
            "extra_closed": [day.isoformat() for day in self.extra_closed],
            "always": self.always,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Hours":
        """The value that `to_json` wrote."""
        return cls(
            zone=value["zone"],
            weekly=tuple(tuple((w[0], w[1]) for w in day) for day in value["weekly"]),
            holidays=value.get("holidays"),
            extra_closed=tuple(date.fromisoformat(d) for d in value.get("extra_closed", ())),
            always=value.get("always", False),
        )


@lru_cache(maxsize=1024)
def holidays_of(country: str, year: int) -> Mapping[date, str]:
    """The holidays of a country in a year, with their names in its own language."""
    found = holidays.country_holidays(country, years=year)
    return {day: name for day, name in found.items() if day.year == year}


@dataclass(frozen=True, slots=True)
class _Table:
    """The open intervals of the years [first, last], as epoch seconds; sums[i] ends interval i.

    Moments in [low, high) have at least a year of table on both sides.
    """

    first: int
    last: int
    low: int
    high: int
    starts: list[int]
    ends: list[int]
    sums: list[int]

    def before(self, at: int) -> int:
        """Open seconds between the table's beginning and `at`."""
        i = bisect_right(self.starts, at)
        if i == 0:
            return 0
        return self.sums[i - 1] - max(0, self.ends[i - 1] - at)

    @property
    def total(self) -> int:
        return self.sums[-1] if self.sums else 0


def _epoch(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"a moment without a zone: {at.isoformat()}")
    return floor(at.timestamp())


def _moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _year_start(year: int) -> int:
    return (date(year, 1, 1).toordinal() - _EPOCH_DAY) * _DAY


def _offset(zone: ZoneInfo, epoch: int) -> int:
    offset = datetime.fromtimestamp(epoch, zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _offsets(zone: ZoneInfo, begin: int, finish: int) -> Iterator[tuple[int, int, int]]:
    """Spans (start, end, offset) of constant UTC offset that together cover [begin, finish)."""
    start, here = begin, _offset(zone, begin)
    for day in range(begin, finish, _DAY):
        tomorrow = min(day + _DAY, finish)
        there = _offset(zone, tomorrow)
        if there != here:
            change = day + bisect_left(
                range(tomorrow - day), True, key=lambda s, d=day, h=here: _offset(zone, d + s) != h
            )
            yield start, change, here
            start, here = change, there
    yield start, finish, here


class Calendar:
    """Counts open time. Built once for each `Hours` value; grows by itself, year by year."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.zone = ZoneInfo(hours.zone)
        self._table = _Table(1, 0, 0, 0, [], [], [])

    @staticmethod
    @lru_cache(maxsize=512)
    def of(hours: Hours) -> "Calendar":
        """The calendar of these hours, the same object each time."""
        return Calendar(hours)

    def add(self, start: datetime, seconds: int) -> datetime:
        """The moment when `seconds` of open time have passed since `start`.

        A sum that ends at closing time is due at closing time. Zero seconds end at `start`.
        Raises HorizonExceeded where there is not that much open time up to the last year.
        """
        if seconds < 0:
            raise ValueError(f"cannot add {seconds} seconds: use back()")
        at = _epoch(start)
        if self.hours.always or seconds == 0:
            return _moment(at + seconds)
        table = self._covering(at, at)
        while (target := table.before(at) + seconds) > table.total:
            table = self._later(table)
        i = bisect_left(table.sums, target)
        return _moment(table.ends[i] - (table.sums[i] - target))

    def back(self, end: datetime, seconds: int) -> datetime:
        """The last moment from which `seconds` of open time lead up to `end`."""
        if seconds < 0:
            raise ValueError(f"cannot take {seconds} seconds back: use add()")
        at = _epoch(end)
        if self.hours.always or seconds == 0:
            return _moment(at - seconds)
        table = self._covering(at, at)
        while (target := table.before(at) - seconds) < 0:
            table = self._earlier(table)
        i = bisect_right(table.sums, target)
        return _moment(table.ends[i] - (table.sums[i] - target))

    def between(self, a: datetime, b: datetime) -> int:
        """Open seconds from `a` to `b`; negative where `b` comes first."""
        first, last = _epoch(a), _epoch(b)
        if self.hours.always:
            return last - first
        table = self._covering(min(first, last), max(first, last))
        return table.before(last) - table.before(first)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk works at this moment (at closing time it no longer does)."""
        if self.hours.always:
            return True
        moment = _epoch(at)
        table = self._covering(moment, moment)
        i = bisect_right(table.starts, moment)
        return i > 0 and moment < table.ends[i - 1]

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while open, else the next opening."""
        if self.is_open(at):
            return _moment(_epoch(at))
        moment = _epoch(at)
        table = self._covering(moment, moment)
        while (i := bisect_left(table.starts, moment)) == len(table.starts):
            table = self._later(table)
        return _moment(table.starts[i])

    def next_close(self, at: datetime) -> datetime:
        """The first closing time after `at`. Raises HorizonExceeded where it never closes."""
        if self.hours.always:
            raise HorizonExceeded("these hours never close")
        moment = _epoch(at)
        table = self._covering(moment, moment)
        while (i := bisect_right(table.ends, moment)) >= len(table.ends) - 1:
            table = self._later(table)
        return _moment(table.ends[i])

    def intervals(self, a: datetime, b: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals inside [a, b), clipped to it, in order."""
        first, last = _epoch(a), _epoch(b)
        if last <= first:
            return []
        if self.hours.always:
            return [(_moment(first), _moment(last))]
        table = self._covering(first, last)
        found: list[tuple[datetime, datetime]] = []
        for i in range(bisect_right(table.ends, first), bisect_left(table.starts, last)):
            span = max(table.starts[i], first), min(table.ends[i], last)
            found.append((_moment(span[0]), _moment(span[1])))
        return found

    def holiday(self, day: date) -> str | None:
        """The name of the holiday (or "closed") that shuts a day which the week would open."""
        if self.hours.always or not self.hours.weekly[day.weekday()]:
            return None
        if day in self.hours.extra_closed:
            return "closed"
        return self._holidays(day.year).get(day)

    def _holidays(self, year: int) -> Mapping[date, str]:
        return holidays_of(self.hours.holidays, year) if self.hours.holidays else {}

    def _covering(self, first: int, last: int) -> _Table:
        """A table that holds both moments and, where the horizon allows, a year around them."""
        table = self._table
        if table.low <= first and last < table.high:
            return table
        if first < _year_start(FIRST_YEAR) or last >= _year_start(LAST_YEAR + 1):
            raise HorizonExceeded(f"a moment outside the years {FIRST_YEAR} to {LAST_YEAR}")
        low = max(_moment(first).year - 1, FIRST_YEAR)
        high = min(_moment(last).year + 1, LAST_YEAR)
        if table.first <= low and high <= table.last:
            return table
        if table.last >= table.first:
            low, high = min(low, table.first), max(high, table.last)
        return self._build(low, high)

    def _later(self, table: _Table) -> _Table:
        if not table.starts:
            raise HorizonExceeded("these hours never open")
        if table.last >= LAST_YEAR:
            raise HorizonExceeded(f"not enough open time until the year {LAST_YEAR}")
        span = table.last - table.first + 1
        return self._build(table.first, min(table.last + span, LAST_YEAR))

    def _earlier(self, table: _Table) -> _Table:
        if not table.starts:
            raise HorizonExceeded("these hours never open")
        if table.first <= FIRST_YEAR:
            raise HorizonExceeded(f"not enough open time since the year {FIRST_YEAR}")
        span = table.last - table.first + 1
        return self._build(max(table.first - span, FIRST_YEAR), table.last)

    def _build(self, first: int, last: int) -> _Table:
        """The table of these years, kept for the next question (an immutable value: threads)."""
        begin, finish = _year_start(first), _year_start(last + 1)
        starts: list[int] = []
        ends: list[int] = []
        for start, end in self._open(begin, finish, first, last):
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        lengths = (end - start for start, end in zip(starts, ends, strict=True))
        low, high = _year_start(first + 1), _year_start(last)
        self._table = _Table(first, last, low, high, starts, ends, list(accumulate(lengths)))
        return self._table

    def _open(self, begin: int, finish: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The windows of each local day, cut where the clock changes; UTC, in order."""
        closed = set(self.hours.extra_closed)
        for year in range(first - 1, last + 2):
            closed.update(self._holidays(year))
        shut = {day.toordinal() - _EPOCH_DAY for day in closed}
        for start, end, offset in _offsets(self.zone, begin, finish):
            low, high = start + offset, end + offset
            for day in range(low // _DAY, -(-high // _DAY)):
                if day in shut:
                    continue
                for opens, closes in self.hours.weekly[(day + 3) % 7]:
                    a, b = max(day * _DAY + opens * 60, low), min(day * _DAY + closes * 60, high)
                    if a < b:
                        yield a - offset, b - offset
