"""When a desk is open: hours as a value, holidays, and the table of its open intervals."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from holidays.registry import COUNTRIES

_DAY = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()
PLAIN = 8_192  # so many intervals are searched quickest as a list; more are packed, 8 bytes each

Week = tuple[tuple[tuple[int, int], ...], ...]


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


@cache
def holiday_countries() -> frozenset[str]:
    """The countries whose holidays are known."""
    # The package's own list imports every country's module; its registry names them at once.
    return frozenset(names[1] for names in COUNTRIES.values())


@dataclass(frozen=True, slots=True)
class Table:
    """The open intervals of the years [first, last], as epoch seconds; sums[i] ends interval i.

    Moments in [low, high) have at least a year of table on both sides.
    """

    first: int
    last: int
    low: int
    high: int
    starts: Sequence[int]
    ends: Sequence[int]
    sums: Sequence[int]

    def before(self, at: int) -> int:
        """Open seconds between the table's beginning and `at`."""
        i = bisect_right(self.starts, at)
        if i == 0:
            return 0
        return self.sums[i - 1] - max(0, self.ends[i - 1] - at)

    @property
    def total(self) -> int:
        return self.sums[-1] if self.sums else 0


def year_start(year: int) -> int:
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


def build(hours: Hours, first: int, last: int) -> Table:
    """The open intervals of these years, in one sweep over their local days."""
    begin, finish = year_start(first), year_start(last + 1)
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _open(hours, begin, finish, first, last):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    lengths = (end - start for start, end in zip(starts, ends, strict=True))
    low, high = year_start(first + 1), year_start(last)
    sums = list(accumulate(lengths))
    return Table(first, last, low, high, _packed(starts), _packed(ends), _packed(sums))


def _packed(seconds: list[int]) -> Sequence[int]:
    return seconds if len(seconds) <= PLAIN else array("q", seconds)


def holidays_in(hours: Hours, year: int) -> Mapping[date, str]:
    """The holidays that these hours skip in a year."""
    return holidays_of(hours.holidays, year) if hours.holidays else {}


def _open(
    hours: Hours, begin: int, finish: int, first: int, last: int
) -> Iterator[tuple[int, int]]:
    """The windows of each local day, cut where the clock changes; UTC, in order."""
    closed = set(hours.extra_closed)
    for year in range(first - 1, last + 2):
        closed.update(holidays_in(hours, year))
    shut = {day.toordinal() - _EPOCH_DAY for day in closed}
    for start, end, offset in _offsets(ZoneInfo(hours.zone), begin, finish):
        low, high = start + offset, end + offset
        for day in range(low // _DAY, -(-high // _DAY)):
            if day in shut:
                continue
            for opens, closes in hours.weekly[(day + 3) % 7]:
                a, b = max(day * _DAY + opens * 60, low), min(day * _DAY + closes * 60, high)
                if a < b:
                    yield a - offset, b - offset
