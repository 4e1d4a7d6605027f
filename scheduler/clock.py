"""The one place that asks what time it is; everybody else receives a clock or `turn.now`."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol, runtime_checkable

SLOW_ANSWER = timedelta(seconds=1)
DRIFT = 0.0005  # seconds in a second by which two machines' clocks may part


class Clock(Protocol):
    """Something that knows the time, in aware UTC."""

    def now(self) -> datetime: ...


@runtime_checkable
class Movable(Clock, Protocol):
    """A clock that can be moved forwards, never back."""

    def reach(self, moment: datetime) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """Time that stands still until it is told to move. For tests, the demo and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = utc(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Raises ValueError for a moment in the past."""
        there = utc(moment)
        if there < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()} and only moves forwards")
        self._now = there

    def advance(self, span: timedelta) -> None:
        """Raises ValueError for a negative span."""
        self.set(self._now + span)

    def reach(self, moment: datetime) -> None:
        """Be at `moment`, or stay where it is already later."""
        self._now = max(self._now, utc(moment))


class SteadyClock:
    """The machine's time as it was at the start, and its unstoppable watch from there on.

    Whoever sets the machine's clock moves nothing here (F47).
    """

    def __init__(self, base: Clock) -> None:
        self._start, self._began = base.now(), monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=monotonic() - self._began)


class ServerClock:
    """A clock that follows a database server's, so that replicas agree.

    The server read its clock somewhere between question and answer, so each answer gives a span
    in which the difference lies. The clock takes the earliest moment that it can be, so that it is
    never ahead of the server's and no timer early by a slow answer (G7). Spans are narrowed by each
    other and widen slowly with time; the clock moves only as far as it must. An answer that fits no
    span means that a clock was set.
    """

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._skew: timedelta | None = None
        self._low = self._high = timedelta()
        self._at = base.now()

    def now(self) -> datetime:
        return self._base.now() + (self._skew or timedelta())

    def unmoved(self) -> datetime:
        """This machine's own time: note it before the server is asked for its."""
        return self._base.now()

    def correct(self, there: datetime, asked_at: datetime | None = None) -> timedelta:
        """Follow the server from now on. Returns how far this machine is behind it."""
        now = self._base.now()
        asked = asked_at or now
        low, high = utc(there) - now, utc(there) - asked
        drift = DRIFT * abs(now - self._at)
        narrow = max(low, self._low - drift), min(high, self._high + drift)
        if self._skew is None:
            self._keep(now, low, high, low)
        elif narrow[0] <= narrow[1]:
            self._keep(now, *narrow, min(max(self._skew, narrow[0]), narrow[1]))
        elif now - asked <= SLOW_ANSWER:
            self._keep(now, low, high, low)
        return self._skew or timedelta()

    def _keep(self, at: datetime, low: timedelta, high: timedelta, skew: timedelta) -> None:
        self._at, self._low, self._high, self._skew = at, low, high, skew


class OffsetClock:
    """A clock that runs some way ahead of another. Whoever moves it keeps the `offset`."""

    def __init__(self, base: Clock, offset: timedelta = timedelta()) -> None:
        self.base = base
        self.offset = offset

    def now(self) -> datetime:
        return self.base.now() + self.offset

    def reach(self, moment: datetime) -> None:
        """Run on from `moment`, or from now where it is already later."""
        self.offset += max(timedelta(), utc(moment) - self.now())

    def advance(self, span: timedelta) -> None:
        """Raises ValueError for a negative span."""
        if span < timedelta():
            raise ValueError("a clock only moves forwards")
        self.offset += span


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(UTC)
