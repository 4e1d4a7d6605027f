"""Signs in the words themselves: whose slip it was, a question of how, or a fault that is real."""

from dataclasses import dataclass
from functools import lru_cache

from kb import patterns
from kb.text import ASKED

_SIGNS = patterns.Rare("evidence")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Each a phrase found in the message, or "" where there is none."""

    everybody: str = ""
    others: str = ""
    denied: str = ""
    down: str = ""
    power: str = ""
    machine: str = ""
    persists: str = ""
    slip: str = ""
    recovered: str = ""
    how: str = ""
    symptom: str = ""
    cause: str = ""

    @property
    def stopped(self) -> bool:
        """Words of a general stop: urgency outranks ceremony (U16)."""
        return bool(self.power or (self.down and (self.everybody or not self.slip)))

    @property
    def fault(self) -> tuple[str, ...]:
        """What speaks for a real fault, strongest first."""
        firm = (self.power, self.others, self.denied, self.persists)
        return tuple(sign for sign in (*firm, self.down, self.everybody, self.machine) if sign)

    @property
    def firm(self) -> bool:
        """A fault that no slip explains: it hits others too, or stays after what was tried."""
        tried = self.others or self.denied or self.persists
        return bool(self.power or (tried and not self.recovered))

    @property
    def real(self) -> bool:
        """A fault too plain to be answered with a guide, unless a slip explains it."""
        if self.recovered:
            return bool(self.power)
        return bool(self.firm or self.everybody or self.machine or (self.down and not self.slip))

    @property
    def bare(self) -> bool:
        """A symptom without any sign of its cause: an incident, however like a guide it sounds."""
        return bool(self.symptom and not (self.own or self.cause))

    @property
    def own(self) -> tuple[str, ...]:
        """What speaks for something that the person or a colleague did or asks how to do."""
        return tuple(sign for sign in (self.slip, self.recovered, self.how) if sign)


@lru_cache(maxsize=ASKED)  # a message is asked about on its own, and while its topic is looked for
def gather(folded: str) -> Evidence:
    """The signs in a folded message."""
    return Evidence(**_SIGNS.found(folded))
