"""The one place that asks what time it is; everybody else receives a clock or `turn.now`."""

from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable


class Clock(Protocol):
    """Something that knows the time, in aware UTC."""

    def now(self) -> datetime: ...


@runtime_checkable
class Movable(Clock, Protocol):
    """A clock that can be set forwards, never back."""

    def set(self, moment: datetime) -> None: ...


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
        self._now = forwards(self._now, moment)

    def advance(self, span: timedelta) -> None:
        """Raises ValueError for a negative span."""
        self.set(self._now + span)


class OffsetClock:
    """A clock that runs some way ahead of another. Whoever moves it keeps the `offset`."""

    def __init__(self, base: Clock, offset: timedelta = timedelta()) -> None:
        self._base = base
        self.offset = offset

    def now(self) -> datetime:
        return self._base.now() + self.offset

    def set(self, moment: datetime) -> None:
        """Run on from `moment`. Raises ValueError for a moment in the past."""
        here = self.now()
        self.offset += forwards(here, moment) - here

    def advance(self, span: timedelta) -> None:
        """Raises ValueError for a negative span."""
        self.set(self.now() + span)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(UTC)


def forwards(here: datetime, moment: datetime) -> datetime:
    """`moment` in UTC, if it is not before `here`. Raises ValueError otherwise."""
    there = utc(moment)
    if there < here:
        raise ValueError(f"the clock stands at {here.isoformat()} and only moves forwards")
    return there
