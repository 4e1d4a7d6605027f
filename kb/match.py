"""The matcher: which article or typology a message speaks of, and whether it is safe to say so.

Two witnesses are heard. The index (kb/index.py, RapidFuzz at its heart) finds the phrases that a
message is like; the scales (kb/scales.py) weigh its words for each label. Signs of a real fault
(kb/evidence.py) veto a guide, whatever both say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from kb import evidence, patterns, text
from kb.decision import LABELS, Decision, Label, Verdict
from kb.evidence import Evidence
from kb.examples import Example, by_topic, examples
from kb.index import Hit, Index
from kb.library import Library
from kb.scales import Scales, scales, softmax
from kb.topics import Topic, topics
from policy.pack import Policy, Thresholds

__all__ = ["Decision", "Matcher"]

LIKENESS = 10.0  # how much a likeness of 1 counts beside the scales
CAUTION = 1.5  # divides the odds, so that a score of 70 is right as often as a pack wants
COPY, COPIED = 0.93, 4.0  # from which likeness a phrase decides, and how much
OVERRULED = 0.90  # certainty from which an admitted slip explains a loose sign of a fault
UNLIKE = 0.05  # how clearly a guide must beat the faults that sound like it
ELSEWHERE = 0.15  # a guide none of whose own words are in the message
NEAR = 6  # entries of the catalogue that are named beside the best
LEAST = 0.25  # likeness below which a message is not understood
TELLING = 4  # stems that say something, from which a likeness in empty words is enough
TERSE = 16  # words below which a symptom without a cause is no more than that
SENTENCES = 40  # that are read one by one, each once
LONG = 18  # words from which its sentences are read one by one as well

OUTSIDE = "pide algo que no está en el catálogo"
VETO = "hay señal de una falla real: no se ofrece guía"

# Concepts that any message may hold, so that they make no matter of the desk's.
_PEOPLE = frozenset({"medico", "paciente", "colega", "todos", "howto", "datopersonal", "vencer"})

# Words that say that something is wrong, but not what.
_TROUBLE = frozenset(text.stem(word) for word in patterns.words("trouble"))
_VAGUE = _TROUBLE | frozenset(text.stem(word) for word in patterns.words("vague"))


class _Ranked(NamedTuple):
    topic: Topic
    score: float
    hit: Hit


class Matcher:
    """Built once for a policy; `match` is pure and takes well under five milliseconds."""

    def __init__(
        self,
        policy: Policy,
        library: Library,
        learned: Mapping[str, Sequence[str]] | None = None,
        *,
        known: Iterable[Example] | None = None,
        weighed_by: Scales | None = None,
    ) -> None:
        """`learned` are phrases proposed by use, by topic key ("article:<id>").

        `known` and `weighed_by` take the place of the examples and scales that ship.
        """
        self._thresholds = policy.thresholds
        self._scales = scales(policy.name) if weighed_by is None else weighed_by
        found = topics(policy, library)
        shown = by_topic(policy.name, found, examples() if known is None else known)
        self._topics = {topic.key: topic for topic in _with(found, shown, learned or {})}
        self._index = Index({key: topic.phrases for key, topic in self._topics.items()})

    def match(self, message: str) -> Decision:
        """What to do with a message, and why in words. Never raises."""
        folded = text.fold(message)
        signs = evidence.gather(text.heard(folded).body)
        ranked = self._ranked(folded)
        best = _first(ranked)
        if not best or max(one.score for one in best.values()) < LEAST:
            return _unknown(folded, signs)
        shares = self._shares(folded, best)
        sure = shares["misuse"]
        explained = sure >= OVERRULED and (signs.own or signs.cause)
        bare = signs.bare and len(folded.split()) < TERSE and sure < OVERRULED
        if signs.firm or bare or (signs.real and not explained):
            shares = softmax_without("misuse", shares)
        label = max(LABELS, key=lambda one: shares[one])
        if label not in best or (_vague(best[label]) and not _telling(folded)):
            return _unknown(folded, signs)
        if label == "request" and _names_people_only(best[label]):
            return Decision(label=label, score=_points(shares[label]), because=(OUTSIDE,))
        verdict, because = self._verdict(best[label], shares, signs, vetoed=sure > shares[label])
        return _decision(best[label].topic, shares, verdict, because, _faults_near(ranked))

    def _shares(self, folded: str, best: Mapping[Label, _Ranked]) -> dict[Label, float]:
        sums = self._scales.weigh(folded)
        for label, one in best.items():
            sums[label] += LIKENESS * one.score + (COPIED if one.hit.score >= COPY else 0.0)
        return softmax({label: one / CAUTION for label, one in sums.items()})

    def _verdict(
        self, best: _Ranked, shares: Mapping[Label, float], signs: Evidence, *, vetoed: bool
    ) -> tuple[Verdict, tuple[str, ...]]:
        verdict, why = _guided(best.topic, shares, self._thresholds)
        return verdict, (_near(best), *_signs(signs), VETO if vetoed else why)

    def _ranked(self, folded: str) -> list[_Ranked]:
        """The topics that share anything with a message, the nearest first."""
        found: dict[str, Hit] = {}
        for hit in chain.from_iterable(self._index.look(part) for part in _parts(folded)):
            if hit.key not in found or hit.score > found[hit.key].score:
                found[hit.key] = hit
        named = _named(folded)
        hits = (hit for hit in found.values() if not hit.key.startswith("fault:"))
        ranked = [self._weighed(hit, found, named) for hit in hits]
        return sorted(ranked, key=lambda one: -one.score)

    def _weighed(self, hit: Hit, found: Mapping[str, Hit], named: frozenset[str]) -> _Ranked:
        topic = self._topics[hit.key]
        unlike = found.get(f"fault:{topic.typology}") if topic.article else None
        doubt = max(0.0, unlike.score - hit.score + UNLIKE) if unlike else 0.0
        if topic.about and not topic.about & named:
            doubt += ELSEWHERE
        return _Ranked(topic, hit.score - doubt, hit)


def _first(ranked: Sequence[_Ranked]) -> dict[Label, _Ranked]:
    """The nearest topic of each label."""
    return {one.topic.label: one for one in reversed(ranked)}


def _faults_near(ranked: Iterable[_Ranked]) -> tuple[tuple[str, float], ...]:
    """The entries of the catalogue that it sounds like, guides apart."""
    near: dict[str, float] = {}
    for one in ranked:
        known = one.topic.typology if one.topic.label in ("incident", "request") else None
        if known is not None and len(near) < NEAR:
            near.setdefault(known, _points(one.score))
    return tuple(near.items())


def softmax_without(label: Label, shares: Mapping[Label, float]) -> dict[Label, float]:
    """The shares of the other labels, when this one is ruled out."""
    rest = sum(share for other, share in shares.items() if other != label) or 1.0
    return {other: 0.0 if other == label else share / rest for other, share in shares.items()}


def _decision(
    topic: Topic,
    shares: Mapping[Label, float],
    verdict: Verdict,
    because: tuple[str, ...],
    near: tuple[tuple[str, float], ...],
) -> Decision:
    return Decision(
        verdict=verdict,
        label=topic.label,
        category=topic.category,
        typology=topic.typology,
        priority=topic.priority,
        article=topic.article,
        score=_points(shares[topic.label]),
        margin=_lead(topic, shares),
        because=because,
        notice=topic.notice,
        near=near,
    )


def _guided(
    topic: Topic, shares: Mapping[Label, float], thresholds: Thresholds
) -> tuple[Verdict, str]:
    """Whether its guide is sent or offered, and why."""
    if topic.label != "misuse" or not topic.article:
        return "none", f"se lee como {topic.label}"
    score = _points(shares[topic.label])
    if score >= thresholds.deflect and _lead(topic, shares) >= thresholds.margin:
        return "deflect", "la guía lo resuelve"
    if score >= thresholds.offer:
        return "offer", "la guía podría servir: se pregunta"
    return "none", "el parecido con la guía no alcanza"


def _lead(topic: Topic, shares: Mapping[Label, float]) -> float:
    """The points by which a topic's label leads over the next one."""
    second = max(share for label, share in shares.items() if label != topic.label)
    return _points(max(0.0, shares[topic.label] - second))


def _points(share: float) -> float:
    return round(100 * share, 1)


def _named(folded: str) -> frozenset[str]:
    stems = text.heard(folded).stems
    return frozenset(stems).union(*(text.concepts_of(stem) for stem in stems))


def _parts(folded: str) -> tuple[str, ...]:
    if len(folded.split()) < LONG:
        return (folded,)
    return (folded, *list(dict.fromkeys(text.sentences(folded)))[:SENTENCES])


def _unknown(folded: str, signs: Evidence) -> Decision:
    """Nothing known: an incident to ask about, unless it has not one word of the trade."""
    stems = text.heard(folded).stems
    concepts = {one for stem in stems for one in text.concepts_of(stem)}
    if concepts - _PEOPLE or _TROUBLE.intersection(stems) or signs.real or signs.own:
        return Decision(because=("no se reconoce de qué trata",))
    return Decision(label="chitchat", because=("no habla de nada que atienda la mesa",))


def _vague(best: _Ranked) -> bool:
    if best.topic.label == "chitchat":
        return False
    return not any(stem not in _VAGUE and not stem.isdigit() for stem in best.hit.shared)


def _names_people_only(best: _Ranked) -> bool:
    concepts = [text.concepts_of(stem) for stem in best.hit.shared]
    return all(found and _PEOPLE.issuperset(found) for found in concepts)


def _telling(folded: str) -> bool:
    return len(set(text.heard(folded).stems) - _VAGUE) >= TELLING


def _near(best: _Ranked) -> str:
    words = ", ".join(best.hit.shared[:6])
    return f"se parece a «{best.hit.phrase}» (en común: {words})"


def _signs(signs: Evidence) -> tuple[str, ...]:
    said = {"falla": signs.fault[:1], "propio": signs.own[:1]}
    return tuple(f"señal de {kind}: «{one[0]}»" for kind, one in said.items() if one)


def _with(
    found: Sequence[Topic],
    shown: Mapping[str, Sequence[str]],
    learned: Mapping[str, Sequence[str]],
) -> list[Topic]:
    return [
        replace(
            topic,
            phrases=(*topic.phrases, *shown.get(topic.key, ()), *learned.get(topic.key, ())),
        )
        for topic in found
    ]
