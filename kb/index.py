"""Nearest example phrases: an index of rare words finds candidates, RapidFuzz ranks them again."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from kb import text

Vector = Mapping[str, float]

SHORTLIST = 16  # phrases that are ranked again
VISITS = 1000  # entries of the index that one look may visit, whatever its size
WORD, CONCEPT, PAIR = 1.0, 0.8, 0.5  # how much a stem, its concept, two neighbours weigh
NEAREST, CENTRE, FUZZY = 0.45, 0.35, 0.20
UNKNOWN = 1.0  # what a word outside the vocabulary takes from the certainty
SHORT = 3  # phrases of fewer stems are only as like as the part of the message they cover
TYPO_FROM, TYPO_CLOSENESS = 5, 0.93


@dataclass(frozen=True, slots=True)
class Hit:
    """How near a message comes to a topic, 0 to 1, and the phrase that came nearest."""

    key: str
    score: float
    phrase: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    key: str
    said: str
    stems: str
    short: bool
    known: frozenset[str]
    vector: Vector


_Postings = tuple[tuple[int, ...], tuple[float, ...]]  # the phrases with a name, its weight in each


class Index:
    """Built once from {topic: phrases}; then one look is some hundred microseconds."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        said_of = ((key, said, _stems(said)) for key, many in phrases.items() for said in many)
        bags = [(key, said, stems, _features(stems)) for key, said, stems in said_of]
        self._rarity = _rarity((key, bag) for key, _, _, bag in bags)
        said_stems = frozenset(stem for _, _, stems, _ in bags for stem in stems)
        self._vocabulary = said_stems | frozenset(text.known_stems())
        self._candidates = _by_initial(self._vocabulary)
        self._phrases = [
            _Phrase(
                key,
                said,
                " ".join(stems),
                len(stems) < SHORT,
                frozenset(stems),
                self._vector(stems, bag),
            )
            for key, said, stems, bag in bags
        ]
        self._postings = _postings(phrase.vector for phrase in self._phrases)
        self._centres = _centres(self._phrases)
        self._mend = lru_cache(maxsize=20_000)(self._mended)

    def look(self, message: str) -> list[Hit]:
        """The topics near a message, nearest first. Empty where no word is known."""
        stems = tuple(self._mend(stem) for stem in _stems(message))
        vector = self._vector(stems, _features(stems))
        if not vector:
            return []
        said = " ".join(stems)
        centres: dict[str, float] = {}
        best: dict[str, tuple[float, int]] = {}
        for number, cosine in self._shortlist(vector):
            phrase = self._phrases[number]
            if phrase.key not in centres:
                centres[phrase.key] = _cosine(vector, self._centres[phrase.key])
            score = self._blend(said, phrase, cosine, centres[phrase.key])
            if score > best.get(phrase.key, (0.0, 0))[0]:
                best[phrase.key] = (score, number)
        ranked = sorted(best.items(), key=lambda item: -item[1][0])
        return [self._hit(key, score, number, stems) for key, (score, number) in ranked]

    def _blend(self, stems: str, phrase: _Phrase, cosine: float, centre: float) -> float:
        fuzzy = fuzz.token_set_ratio(stems, phrase.stems) / 100
        if phrase.short:
            fuzzy = min(fuzzy, fuzz.ratio(stems, phrase.stems) / 100)
        return NEAREST * cosine + CENTRE * min(1.0, centre) + FUZZY * fuzzy

    def _shortlist(self, vector: Vector) -> list[tuple[int, float]]:
        """The likeliest phrases: the rarest words are asked first, up to so many visits."""
        scores, found = [0.0] * len(self._phrases), set[int]()
        left, whole = VISITS, True
        for name, weight in sorted(vector.items(), key=itemgetter(1), reverse=True):
            places, values = self._postings.get(name, ((), ()))
            if found and len(places) > left:
                whole = False
                continue
            for at, value in zip(places[:left], values, strict=False):
                scores[at] += weight * value
            found.update(places[:left])
            left -= len(places)
        best = nlargest(SHORTLIST, found, key=scores.__getitem__)
        if whole and left >= 0:
            return [(at, scores[at]) for at in best]
        return [(at, _cosine(vector, self._phrases[at].vector)) for at in best]

    def _hit(self, key: str, score: float, number: int, stems: Iterable[str]) -> Hit:
        phrase = self._phrases[number]
        shared = tuple(dict.fromkeys(stem for stem in stems if stem in phrase.known))
        return Hit(key, score, phrase.said, shared)

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


def words(said: str) -> tuple[str, ...]:
    """The words of a message that are looked for, before they are cut to their stems."""
    return text.meant(text.body(text.fold(said)))


def _stems(said: str) -> tuple[str, ...]:
    return tuple(map(text.stem, words(said)))


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


def _postings(vectors: Iterable[Vector]) -> dict[str, _Postings]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    values: defaultdict[str, list[float]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for name, value in vector.items():
            places[name].append(number)
            values[name].append(value)
    return {name: (tuple(places[name]), tuple(values[name])) for name in places}


def _centres(phrases: Sequence[_Phrase]) -> dict[str, Vector]:
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for phrase in phrases:
        for name, value in phrase.vector.items():
            sums[phrase.key][name] += value
    return {key: _level(centre) for key, centre in sums.items()}


def _level(centre: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in centre.values()))
    return {name: value / length for name, value in centre.items()} if length else {}


def _cosine(vector: Vector, other: Vector) -> float:
    return sum(weight * other[name] for name, weight in vector.items() if name in other)


def _by_initial(vocabulary: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for stem in sorted(vocabulary):
        if len(stem) >= TYPO_FROM - 1:
            found[stem[0]].append(stem)
    return dict(found)
