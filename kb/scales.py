"""Weighs a message's features for each label; learned by kb/training.py, kept as text files."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from kb.decision import LABELS, Label
from kb.features import of_pairs, of_word
from kb.text import heard

STEP = 0.01  # the smallest difference that a file keeps
BIAS = "*"
ANY = "any"  # the scales of a policy that no example speaks of
Line = tuple[float, ...]
LEVEL: Line = (0,) * len(LABELS)


class Scales:
    """One weight a label for each feature, in the order of LABELS. Immutable.

    Weights count in `unit`: those of a file are whole hundredths, which take a third of the room.
    """

    def __init__(self, weights: Mapping[str, Line], bias: Line, unit: float = 1.0) -> None:
        self._weights = dict(weights)
        self._bias = bias
        self._unit = unit
        self._own = lru_cache(maxsize=20_000)(self._of_word)

    def __len__(self) -> int:
        return len(self._weights)

    def weigh(self, folded: str) -> dict[Label, float]:
        """What speaks for each label, as the logarithm of its odds, up to a constant."""
        sums = [one * self._unit for one in self._bias]
        for many, *weights in self._families(folded):
            value = many**-0.5 * self._unit if many else 0.0
            sums = [one + value * weight for one, weight in zip(sums, weights, strict=True)]
        return dict(zip(LABELS, sums, strict=True))

    def _families(self, folded: str) -> list[Line]:
        """The tally of each family."""
        said = heard(folded).words
        if not said:
            return []
        own = zip(*map(self._own, dict.fromkeys(said)), strict=True)
        return [*map(_together, own), *map(self._tally, of_pairs(said))]

    def _tally(self, names: Sequence[str]) -> Line:
        """How many names there are, and the sums of the weights of those that have any."""
        lines = filter(None, map(self._weights.get, names))
        return (len(names), *_together((LEVEL, *lines)))

    def _of_word(self, word: str) -> tuple[Line, ...]:
        return tuple(map(self._tally, of_word(word)))

    def written(self) -> str:
        """As the text of a file: a line a feature, hundredths."""
        lines = ((BIAS, self._bias), *sorted(self._weights.items()))
        return "".join(
            "\t".join((name, *(str(round(one * self._unit / STEP)) for one in line))) + "\n"
            for name, line in lines
        )

    @classmethod
    def read(cls, said: str) -> "Scales":
        """The opposite of `written`."""
        rows = (line.split("\t") for line in said.splitlines())
        weights = {name: tuple(map(int, line)) for name, *line in rows}
        return cls(weights, weights.pop(BIAS), unit=STEP)


def _together(lines: Iterable[Line]) -> Line:
    return tuple(map(sum, zip(*lines, strict=True)))


def softmax(sums: Mapping[Label, float]) -> dict[Label, float]:
    """Logarithms of odds as shares of 1."""
    top = max(sums.values())
    parts = {label: math.exp(one - top) for label, one in sums.items()}
    whole = sum(parts.values())
    return {label: part / whole for label, part in parts.items()}


@cache
def scales(policy: str) -> Scales:
    """Those that ship for a policy; for one that has none, what holds everywhere."""
    return _file(policy) or _file(ANY) or Scales({}, LEVEL)


def _file(policy: str) -> Scales | None:
    if not re.fullmatch(r"[\w-]+", policy):
        return None
    file = files("kb").joinpath("weights", f"{policy}.tsv")
    return Scales.read(file.read_text("utf-8")) if file.is_file() else None
