"""Business time: add and between, one call at a time, beside a bare table, datetimes and a peer.

Run as `python -m benchmarks.business_time`. Before anything is timed, Radica's answers are held
against a minute oracle (every minute of the years laid out by its wall clock, then counted) and
against the peer.
"""

import random
import tracemalloc
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from benchmarks.peers import Peer, peer
from benchmarks.report import Line, Pair, Sheet, compare, load, show, written
from benchmarks.rounds import Options, Round, options, play, timed
from policy.calendar import Calendar, Hours, holidays_of

OFFICE = ((480, 1080),)
SPLIT = ((480, 720), (840, 1080))
EVENING = ((1020, 1425),)
WEEKS = {
    "Bogotá, 8 to 18": Hours(
        zone="America/Bogota", weekly=(OFFICE,) * 5 + ((),) * 2, holidays="CO"
    ),
    "Santiago, 8 to 18": Hours(
        zone="America/Santiago", weekly=(OFFICE,) * 5 + ((),) * 2, holidays="CL"
    ),
    "split hours and Saturday": Hours(
        zone="America/Santiago", weekly=(SPLIT,) * 5 + (((540, 780),), ()), holidays="CL"
    ),
    "evenings across clock changes": Hours(
        zone="America/Santiago", weekly=(EVENING,) * 7, holidays="CL"
    ),
}
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 5  # megabytes a calendar
MOST_ADDED = 40 * 60  # minutes of open time
LONGEST_SPAN = 30 * 24 * 60  # minutes of elapsed time
WORKCLOCK = "workclock 0.1.2"
ADD, BETWEEN = "Calendar.add", "Calendar.between"


@dataclass(frozen=True)
class Case:
    """From a moment: so many open seconds on, and the open seconds up to another moment."""

    start: datetime
    seconds: int
    end: datetime


class BareTable:
    """The limit: open intervals as whole epoch seconds, sums and bisection; nothing is checked."""

    def __init__(self, calendar: Calendar, first: datetime, last: datetime) -> None:
        spans = calendar.intervals(first, last)
        self.starts = [int(a.timestamp()) for a, _ in spans]
        self.ends = [int(b.timestamp()) for _, b in spans]
        lengths = (b - a for a, b in zip(self.starts, self.ends, strict=True))
        self.sums = list(accumulate(lengths))

    def before(self, at: int) -> int:
        i = bisect_right(self.starts, at)
        return self.sums[i - 1] - max(0, self.ends[i - 1] - at) if i else 0

    def add(self, at: int, seconds: int) -> int:
        target = self.before(at) + seconds
        i = bisect_left(self.sums, target)
        return self.ends[i] - (self.sums[i] - target)

    def between(self, a: int, b: int) -> int:
        return self.before(b) - self.before(a)


class Minutes:
    """The oracle: one minute after another, each asked for its wall clock; no intervals at all."""

    def __init__(self, hours: Hours, days: int) -> None:
        zone, self._first = ZoneInfo(hours.zone), int(FIRST.timestamp())
        closed = set(closed_days(hours))
        open_: list[int] = [0]
        for minute in range(days * 1440):
            there = datetime.fromtimestamp(self._first + minute * 60, zone)
            wall = there.hour * 60 + there.minute
            windows = () if there.date() in closed else hours.weekly[there.weekday()]
            open_.append(any(start <= wall < end for start, end in windows))
        self._sums = list(accumulate(open_))

    def add(self, at: datetime, seconds: int) -> datetime:
        target = self._sums[self._minute(at)] + seconds // 60
        found = bisect_left(self._sums, target)
        return FIRST + timedelta(minutes=found)

    def between(self, a: datetime, b: datetime) -> int:
        return 60 * (self._sums[self._minute(b)] - self._sums[self._minute(a)])

    def _minute(self, at: datetime) -> int:
        return (int(at.timestamp()) - self._first) // 60


def closed_days(hours: Hours) -> list[date]:
    """The holidays of the years that the cases lie in."""
    years = range(FIRST.year - 1, FIRST.year + 3)
    return [day for year in years for day in holidays_of(hours.holidays or "", year)]


def cases(many: int, days: int, seed: int) -> list[Case]:
    """Moments on whole minutes, at any hour of any day."""
    chance = random.Random(seed)
    room = days * 1440 - LONGEST_SPAN - 1
    return [
        Case(
            start=(start := FIRST + timedelta(minutes=chance.randrange(room))),
            seconds=60 * chance.randrange(1, MOST_ADDED),
            end=start + timedelta(minutes=chance.randrange(1, LONGEST_SPAN)),
        )
        for _ in range(many)
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Agreement first, then the table."""
    chosen = options(__doc__ or "", argv, rounds=41)
    before = load()
    with peer("workclock.py", wanted=chosen.peers) as (other, why):
        sheet = Sheet(
            name="business-time",
            title="Business time: calls a second",
            command="python -m benchmarks.business_time",
            notes=[*agreement(other, quick=chosen.quick), *memory(quick=chosen.quick)],
            absent={WORKCLOCK: why} if other is None else {},
            rounds=chosen.rounds,
        )
        sheet.lines = rates(other, chosen)
    sheet.load = (before, load())
    show(sheet)
    written(sheet, chosen.json)


def agreement(other: Peer | None, *, quick: bool) -> list[str]:
    """How many of the random cases come out alike, over four calendars."""
    many, days = (25, 60) if quick else (250, 420)
    with_oracle = with_peer = asked = 0
    for number, hours in enumerate(WEEKS.values()):
        calendar, oracle = Calendar.of(hours), Minutes(hours, days)
        drawn = cases(many, days, number)
        ours = [(calendar.add(c.start, c.seconds), calendar.between(c.start, c.end)) for c in drawn]
        theirs = [(oracle.add(c.start, c.seconds), oracle.between(c.start, c.end)) for c in drawn]
        with_oracle += sum(a == b for a, b in zip(ours, theirs, strict=True))
        asked += many
        if other is not None:
            with_peer += _peer_agrees(other, hours, drawn, ours)
    found = [f"agreement with the minute oracle: {with_oracle} of {asked} random cases"]
    if other is not None:
        found.append(f"agreement with {WORKCLOCK}: {with_peer} of {asked} random cases")
    return found


def memory(*, quick: bool) -> list[str]:
    """What a calendar keeps, over six years and over all the years that there are."""
    weeks = [*WEEKS.values()][: 1 if quick else None]
    found: list[str] = []
    last = datetime(2100, 12, 31, tzinfo=UTC)
    for name, asked in (
        ("six years", FIRST + timedelta(days=6 * 365)),
        ("1970 to 2100", last),
    ):
        largest = max(_kept(hours, asked) for hours in weeks)
        told = f"memory of the largest calendar over {name}: {largest:.2f} MB"
        found.append(f"{told} (goal: under {LARGEST} MB)")
    return found


def _kept(hours: Hours, asked: datetime) -> float:
    """Megabytes that one calendar holds on to after a question about that moment."""
    Calendar(hours).between(FIRST, asked)  # the holidays are everybody's
    tracemalloc.start()
    calendar = Calendar(hours)
    calendar.between(FIRST if asked.year < 2100 else datetime(1970, 1, 2, tzinfo=UTC), asked)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert calendar.hours == hours
    return kept / 1e6


def rates(other: Peer | None, chosen: Options) -> list[Line]:
    """Calls a second, one at a time."""
    hours = WEEKS["Bogotá, 8 to 18"]
    drawn = cases(2_000, 420, 7)  # some milliseconds: what a busy machine leaves in one piece
    sides = {**_ours(hours, drawn), **_limits(hours, drawn)}
    if other is not None:
        sides |= _peers(other, hours, drawn)
    pairs = [
        pair
        for ours, verb in ((ADD, "add"), (BETWEEN, "between"))
        for pair in (
            Pair(ours=ours, beside=f"bare table, whole seconds, {verb}"),
            Pair(ours=ours, beside=f"bare table, datetimes, {verb}", goal=0.5),
            Pair(ours=ours, beside=f"{WORKCLOCK}, {verb}", goal=2),
        )
    ]
    return compare(pairs, play(sides, chosen.rounds))


def _ours(hours: Hours, drawn: Sequence[Case]) -> dict[str, Round]:
    calendar = Calendar.of(hours)
    return {
        ADD: lambda: timed(len(drawn), lambda: [calendar.add(c.start, c.seconds) for c in drawn]),
        BETWEEN: lambda: timed(
            len(drawn), lambda: [calendar.between(c.start, c.end) for c in drawn]
        ),
    }


def _limits(hours: Hours, drawn: Sequence[Case]) -> dict[str, Round]:
    table = BareTable(Calendar.of(hours), FIRST, FIRST + timedelta(days=6 * 365))
    whole = [(int(c.start.timestamp()), c.seconds, int(c.end.timestamp())) for c in drawn]
    many = len(drawn)

    def add(at: datetime, seconds: int) -> datetime:
        return datetime.fromtimestamp(table.add(int(at.timestamp()), seconds), UTC)

    def between(a: datetime, b: datetime) -> int:
        return table.between(int(a.timestamp()), int(b.timestamp()))

    return {
        "bare table, whole seconds, add": lambda: timed(
            many, lambda: [table.add(a, s) for a, s, _ in whole]
        ),
        "bare table, whole seconds, between": lambda: timed(
            many, lambda: [table.between(a, b) for a, _, b in whole]
        ),
        "bare table, datetimes, add": lambda: timed(
            many, lambda: [add(c.start, c.seconds) for c in drawn]
        ),
        "bare table, datetimes, between": lambda: timed(
            many, lambda: [between(c.start, c.end) for c in drawn]
        ),
    }


def _peers(other: Peer, hours: Hours, drawn: Sequence[Case]) -> dict[str, Round]:
    _tell(other, hours)
    question = _question(drawn)
    return {
        f"{WORKCLOCK}, {verb}": lambda verb=verb: float(other.ask(question)[verb])
        for verb in ("add", "between")
    }


def _peer_agrees(
    other: Peer, hours: Hours, drawn: Sequence[Case], ours: Sequence[tuple[datetime, int]]
) -> int:
    _tell(other, hours)
    said = other.ask(_question(drawn))
    theirs = zip(said["added"], said["spans"], strict=True)
    return sum((int(a.timestamp()), b) == t for (a, b), t in zip(ours, theirs, strict=True))


def _tell(other: Peer, hours: Hours) -> None:
    closed = [day.isoformat() for day in closed_days(hours)]
    other.ask({"hours": {"zone": hours.zone, "weekly": hours.weekly, "closed": closed}})


def _question(drawn: Sequence[Case]) -> dict[str, list[int]]:
    return {
        "starts": [int(c.start.timestamp()) for c in drawn],
        "ends": [int(c.end.timestamp()) for c in drawn],
        "spans": [c.seconds for c in drawn],
    }


if __name__ == "__main__":
    main()
