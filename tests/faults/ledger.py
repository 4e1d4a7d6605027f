"""What the platforms handed over, to whom, by which way, and what was acknowledged."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

POLLING: Final = "telegram polling"
WEBHOOK: Final = "telegram webhook"
HTTP: Final = "slack http"
SOCKET: Final = "slack socket"
WAYS: Final = (POLLING, WEBHOOK, HTTP, SOCKET)


@dataclass
class Flight:
    """One event handed to one desk and not yet answered."""

    way: str
    house: str
    keys: Collection[str]  # of the inbox; a batch of updates has several
    acknowledged: bool = False


@dataclass
class Kill:
    """One SIGKILL, and the ways that lost something by it."""

    house: str
    flights: Collection[int]
    ways: set[str] = field(default_factory=set[str])


class Ledger:
    """Kept by the platforms. A way counts for a kill when an event that had been handed over by
    it to that desk was not acknowledged before, nor by what the desk had still written."""

    def __init__(self) -> None:
        self.acknowledged: set[str] = set()  # keys
        self.handed: Counter[str] = Counter()  # by way, redeliveries and all
        self.events: set[str] = set()  # keys ever handed over
        self.kills: list[Kill] = []
        self._flights: dict[int, Flight] = {}
        self._numbers = count()

    def open(self, way: str, house: str, keys: Collection[str]) -> int:
        """These events are on their way to a desk."""
        number = next(self._numbers)
        self._flights[number] = Flight(way, house, keys)
        self.handed[way] += len(keys)
        self.events.update(keys)
        return number

    def close(self, number: int, *, acknowledged: bool) -> None:
        """The desk answered, or nobody will."""
        flight = self._flights.pop(number, None)
        if flight is None:
            return
        if acknowledged:
            self.acknowledged.update(flight.keys)
            return
        for kill in self.kills:
            if number in kill.flights:
                kill.ways.add(flight.way)

    @contextmanager
    def flight(self, way: str, house: str, key: str) -> Iterator[Flight]:
        """One event on its way; set `acknowledged` on what this gives."""
        number = self.open(way, house, (key,))
        flight = self._flights[number]
        try:
            yield flight
        finally:
            self.close(number, acknowledged=flight.acknowledged)

    def confirm(self, keys: Collection[str]) -> None:
        """Acknowledged by the offset of a later request."""
        self.acknowledged.update(keys)

    def ways_to(self, house: str) -> set[str]:
        """By which ways something is under way to a desk now."""
        return {flight.way for flight in tuple(self._flights.values()) if flight.house == house}

    def killed(self, house: str) -> None:
        """Call it just before the signal."""
        flights = tuple(self._flights.items())
        self.kills.append(Kill(house, {n for n, one in flights if one.house == house}))

    def kills_by_way(self) -> Counter[str]:
        """How many kills counted for each way."""
        return Counter(way for kill in self.kills for way in kill.ways)
