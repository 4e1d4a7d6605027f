"""What a run went through, and what the desk itself calls an error."""

import logging
import traceback
from dataclasses import dataclass, field

from typing_extensions import override


@dataclass
class Tally:
    """What a run went through."""

    events: int = 0
    again: int = 0
    deaths: dict[str, int] = field(default_factory=dict[str, int])
    thaws: int = 0
    letters: int = 0
    tickets: int = 0
    examples: int = 1

    def told(self) -> str:
        """The figures in one line."""
        deaths = ", ".join(f"{times} at {point}" for point, times in sorted(self.deaths.items()))
        return (
            f"{self.events} deliveries, {self.again} of them once more, {self.tickets} tickets, "
            f"{self.letters} letters, {self.thaws} thawed, deaths: {deaths}"
        )

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in ("events", "again", "thaws", "letters", "tickets", "examples"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for point, times in other.deaths.items():
            self.deaths[point] = self.deaths.get(point, 0) + times
        return self


class Faults(logging.Handler):
    """Whatever the desk logs as an error is a fault of the desk."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        found = record.exc_info[1] if record.exc_info else None
        where = traceback.format_tb(found.__traceback__, -3) if found else []
        self.heard.append(f"{record.name}: {record.getMessage()}: {found!r}\n{''.join(where)}")
