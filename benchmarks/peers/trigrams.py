"""The limit of PERFORMANCE.md: a trigram index in NumPy whose best fifty RapidFuzz ranks again."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from kb import text

AGAIN = 50


class Trigrams:
    """Cosine over trigrams weighed by rarity; `first` gives the nearest phrase's place."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._folded = [text.fold(phrase) for phrase in phrases]
        held = [set(_trigrams(phrase)) for phrase in self._folded]
        seen = Counter(piece for one in held for piece in one)
        self._rarity = {piece: float(np.log(len(held) / n) + 1) for piece, n in seen.items()}
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(held):
            for piece in one:
                places[piece].append(at)
        self._places = {piece: np.array(many) for piece, many in places.items()}
        lengths = [sum(self._rarity[piece] ** 2 for piece in one) for one in held]
        self._lengths = np.sqrt(np.array(lengths))

    def first(self, message: str) -> int:
        """Folding the message is part of the look."""
        folded = text.fold(message)
        scores = np.zeros(len(self._folded))
        for piece in set(_trigrams(folded)) & self._places.keys():
            scores[self._places[piece]] += self._rarity[piece] ** 2
        scores /= self._lengths
        near = np.argpartition(-scores, min(AGAIN, len(scores) - 1))[:AGAIN]
        scorer: Any = fuzz.token_set_ratio
        found = process.extractOne(folded, [self._folded[at] for at in near], scorer=scorer)
        return int(near[found[2]]) if found else -1


def _trigrams(folded: str) -> list[str]:
    framed = f"  {folded} "
    return [framed[at : at + 3] for at in range(len(framed) - 2)]
