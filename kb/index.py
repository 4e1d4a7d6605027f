"""Nearest example phrases: an index of rare words finds candidates, RapidFuzz ranks them again."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from kb import text

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Vector = Mapping[str, float]

SHORTLIST = 16  # phrases that are compared letter by letter
CLOSE = 0.85  # of the nearest of its topic, what a phrase must have to be one of them
WORD, CONCEPT, PAIR = 1.0, 0.8, 0.5  # how much a stem, its concept, two neighbours weigh
NEAREST, CENTRE, FUZZY = 0.45, 0.35, 0.20
UNKNOWN = 1.0  # what a word outside the vocabulary takes from the certainty
SHORT = 3  # phrases of fewer stems are only as like as the part of the message they cover
TYPO_FROM, TYPO_CLOSENESS = 5, 0.93


class Hit(NamedTuple):
    """How near a message comes to a topic, 0 to 1, and the phrase that came nearest."""

    key: str
    score: float
    phrase: str
    said: tuple[str, ...]  # the stems of the message, each once
    known: frozenset[str]  # those of the phrase

    @property
    def shared(self) -> tuple[str, ...]:
        """The stems that the message has in common with the phrase, in its order."""
        return tuple(stem for stem in self.said if stem in self.known)


class _Phrase(NamedTuple):
    key: str
    said: str
    stems: str
    short: bool
    known: frozenset[str]


class Index:
    """Built once from {topic: phrases}; then one look is some hundred microseconds.

    The phrases and, after them, the centres of the topics are the columns of one sparse table with
    a row a feature: the rows of a message's features, added up, are its cosines with all of them.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        said_of = (
            (key, said, text.heard(text.fold(said)).stems)
            for key, many in phrases.items()
            for said in many
        )
        bags = [(key, said, stems, _features(stems)) for key, said, stems in said_of]
        self._rarity = _rarity((key, bag) for key, _, _, bag in bags)
        said_stems = frozenset(stem for _, _, stems, _ in bags for stem in stems)
        self._vocabulary = said_stems | frozenset(text.known_stems())
        self._candidates = _by_initial(self._vocabulary)
        self._phrases = [
            _Phrase(key, said, " ".join(stems), len(stems) < SHORT, frozenset(stems))
            for key, said, stems, _ in bags
        ]
        keys = [phrase.key for phrase in self._phrases]
        vectors = [self._vector(stems, bag) for _, _, stems, bag in bags]
        centres = _centres(keys, vectors)
        self._rows = _rows(chain(vectors, centres.values()))
        sizes = [*Counter(keys).values()]
        self._starts = np.array([0, *accumulate(sizes[:-1])])
        self._topic = np.repeat(np.arange(len(sizes)), sizes)
        self._width = len(keys) + len(centres)
        self._mend = lru_cache(maxsize=20_000)(self._mended)

    def look(self, folded: str) -> list[Hit]:
        """The topics near a folded message, nearest first. Empty where no word is known."""
        stems = tuple(map(self._mend, text.heard(folded).stems))
        vector = self._vector(stems, _features(stems))
        if not vector:
            return []
        said, once = " ".join(stems), tuple(dict.fromkeys(stems))
        best: dict[str, Hit] = {}
        for likeness, phrase in self._shortlist(vector):
            least = best[phrase.key].score if phrase.key in best else 0.0
            if likeness + FUZZY > least:
                score = likeness + FUZZY * _fuzzy(said, phrase)
                if score > least:
                    best[phrase.key] = Hit(phrase.key, score, phrase.said, once, phrase.known)
        return sorted(best.values(), key=attrgetter("score"), reverse=True)

    def _shortlist(self, vector: Vector) -> list[tuple[float, _Phrase]]:
        """The likeliest of the phrases that come near the nearest of their topic, the likeliest
        first, each with its likeness but for FUZZY.

        As many topics as phrases are enough: the best phrase of a topic comes before its others.
        """
        near = self._cosines(vector)
        phrases, centres = near[: len(self._phrases)], near[len(self._phrases) :]
        nearest = np.maximum.reduceat(phrases, self._starts)
        around = CENTRE * np.minimum(centres, 1.0)
        least = np.full(len(nearest), np.inf)
        likely = _highest(NEAREST * nearest + around, SHORTLIST)
        least[likely] = CLOSE * nearest[likely]
        found = np.flatnonzero(phrases > least[self._topic])
        unlike = -(NEAREST * phrases[found] + around[self._topic[found]])
        ranked = sorted(zip(unlike.tolist(), found.tolist(), strict=True))
        return [(-much, self._phrases[number]) for much, number in ranked[:SHORTLIST]]

    def _cosines(self, vector: Vector) -> Floats:
        """With every phrase, and then with every centre."""
        rows = [self._rows[name] for name in vector]
        places = np.concatenate([at for at, _ in rows])
        values = np.concatenate(
            [weight * value for weight, (_, value) in zip(vector.values(), rows, strict=True)]
        )
        near = np.bincount(places, values, self._width)
        return near.astype(np.float64, copy=False)

    def _vector(self, stems: Sequence[str], found: Mapping[str, float]) -> Vector:
        weighed = {
            name: weight * self._rarity[name]
            for name, weight in found.items()
            if name in self._rarity
        }
        strange = sum(UNKNOWN for stem in set(stems) if self._strange(stem))
        length = math.sqrt(sum(value * value for value in weighed.values()) + strange)
        return {name: value / length for name, value in weighed.items()} if weighed else {}

    def _strange(self, stem: str) -> bool:
        return len(stem) > 2 and not stem.isdigit() and stem not in self._vocabulary

    def _mended(self, stem: str) -> str:
        """The known stem that a mistyped one meant; itself where nothing is close."""
        if stem in self._vocabulary or len(stem) < TYPO_FROM:
            return stem
        scorer: Any = JaroWinkler.normalized_similarity
        known = self._candidates.get(stem[0], ())
        near = process.extractOne(stem, known, scorer=scorer, score_cutoff=TYPO_CLOSENESS)
        return str(near[0]) if near else stem


def _features(stems: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    heads: list[str] = []
    for stem in stems:
        concepts = text.concepts_of(stem)
        found[stem] = WORD
        for concept in concepts:
            found[f"#{concept}"] = CONCEPT
        heads.append(concepts[0] if concepts else stem)
    for left, right in zip(heads, heads[1:], strict=False):
        found[f"{left}+{right}"] = PAIR
    return found


def _rarity(bags: Iterable[tuple[str, Mapping[str, float]]]) -> dict[str, float]:
    keys: set[str] = set()
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for key, bag in bags:
        keys.add(key)
        for name in bag:
            seen[name].add(key)
    return {name: math.log(1 + len(keys) / len(within)) for name, within in seen.items()}


def _rows(vectors: Iterable[Vector]) -> dict[str, tuple[Places, Floats]]:
    """For each feature the vectors that have it, and its value in each."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    values: defaultdict[str, list[float]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for name, value in vector.items():
            places[name].append(number)
            values[name].append(value)
    return {
        name: (np.array(places[name], dtype=np.intp), np.array(values[name])) for name in places
    }


def _centres(keys: Iterable[str], vectors: Iterable[Vector]) -> dict[str, Vector]:
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key, vector in zip(keys, vectors, strict=True):
        for name, value in vector.items():
            sums[key][name] += value
    return {key: _level(centre) for key, centre in sums.items()}


def _level(centre: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in centre.values()))
    return {name: value / length for name, value in centre.items()} if length else {}


def _highest(values: Floats, most: int) -> Places:
    """Where the highest are, in any order."""
    few = min(most, len(values))
    return values.argpartition(len(values) - few)[-few:]


def _fuzzy(said: str, phrase: _Phrase) -> float:
    alike = fuzz.token_set_ratio(said, phrase.stems)
    return (min(alike, fuzz.ratio(said, phrase.stems)) if phrase.short else alike) / 100


def _by_initial(vocabulary: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for stem in sorted(vocabulary):
        if len(stem) >= TYPO_FROM - 1:
            found[stem[0]].append(stem)
    return dict(found)
