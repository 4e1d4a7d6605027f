"""The one place that asks what time it is; everybody else receives a clock or `turn.now`."""

from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

SLOW_ANSWER = timedelta(seconds=1)


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


class ServerClock:
    """The machine's clock, corrected by a database server's, so that replicas agree."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._skew: timedelta | None = None

    def now(self) -> datetime:
        return self._base.now() + (self._skew or timedelta())

    def unmoved(self) -> datetime:
        """This machine's own time: note it before the server is asked for its."""
        return self._base.now()

    def correct(self, there: datetime, asked_at: datetime | None = None) -> timedelta:
        """Follow the server from now on. Returns how far this machine is behind it.

        The server read its clock half-way between asking and now. An answer that was long under
        way says little, so a better one stands.
        """
        now = self._base.now()
        asked = asked_at or now
        if self._skew is None or now - asked <= SLOW_ANSWER:
            self._skew = utc(there) - (asked + (now - asked) / 2)
        return self._skew


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
