"""Business time: weekly hours and holidays as half-open UTC intervals, with sums and bisection.

A minute counts when its local wall clock lies inside a window of that local day and the day is
neither a holiday nor closed. Moments are counted in whole seconds. Everything given and returned
is an aware datetime; everything returned is in UTC.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime
from functools import lru_cache
from math import floor
from zoneinfo import ZoneInfo

from policy.opening import Hours, Table, Week, build, holidays_in, holidays_of, year_start

__all__ = ["Calendar", "HorizonExceeded", "Hours", "Week", "holidays_of"]

FIRST_YEAR, LAST_YEAR = 1970, 2100
MOST_KEPT = 150_000  # intervals, below 4 MB; what takes more is laid out for one question alone


class HorizonExceeded(ValueError):
    """The answer lies outside the years that a calendar looks at, or there is none at all."""


def _epoch(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"a moment without a zone: {at.isoformat()}")
    return floor(at.timestamp())


def _moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


class Calendar:
    """Counts open time. Built once for each `Hours` value; grows by itself, year by year.

    However it is asked it keeps less than 5 MB.
    """

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.zone = ZoneInfo(hours.zone)
        self._table = Table(1, 0, 0, 0, [], [], [])

    @staticmethod
    @lru_cache(maxsize=512)
    def of(hours: Hours) -> "Calendar":
        """The calendar of these hours, the same object each time."""
        return Calendar(hours)

    @property
    def kept(self) -> Table:
        """The intervals that it holds on to."""
        return self._table

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
        return holidays_in(self.hours, day.year).get(day)

    def _covering(self, first: int, last: int) -> Table:
        """A table that holds both moments and, where the horizon allows, a year around them."""
        table = self._table
        if table.low <= first and last < table.high:
            return table
        if first < year_start(FIRST_YEAR) or last >= year_start(LAST_YEAR + 1):
            raise HorizonExceeded(f"a moment outside the years {FIRST_YEAR} to {LAST_YEAR}")
        low = max(_moment(first).year - 1, FIRST_YEAR)
        high = min(_moment(last).year + 1, LAST_YEAR)
        if table.first <= low and high <= table.last:
            return table
        if table.last >= table.first:
            low, high = min(low, table.first), max(high, table.last)
        return self._keep(low, high)

    def _later(self, table: Table) -> Table:
        if not table.starts:
            raise HorizonExceeded("these hours never open")
        if table.last >= LAST_YEAR:
            raise HorizonExceeded(f"not enough open time until the year {LAST_YEAR}")
        span = table.last - table.first + 1
        return self._keep(table.first, min(table.last + span, LAST_YEAR))

    def _earlier(self, table: Table) -> Table:
        if not table.starts:
            raise HorizonExceeded("these hours never open")
        if table.first <= FIRST_YEAR:
            raise HorizonExceeded(f"not enough open time since the year {FIRST_YEAR}")
        span = table.last - table.first + 1
        return self._keep(max(table.first - span, FIRST_YEAR), table.last)

    def _keep(self, first: int, last: int) -> Table:
        """The table of these years, kept for the next question (an immutable value: threads)."""
        table = build(self.hours, first, last)
        if len(table.starts) <= MOST_KEPT:
            self._table = table
        return table
