"""The matcher: which article or typology a message speaks of, and whether it is safe to say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from kb import evidence, patterns, text
from kb.decision import Decision, Verdict
from kb.evidence import Evidence
from kb.index import Hit, Index
from kb.library import Library
from kb.topics import Topic, topics
from policy.pack import Policy, Thresholds

__all__ = ["Decision", "Matcher"]

OWN_LIFT, HOW_LIFT, ONE_LIFT = 0.09, 0.09, 0.06  # towards a guide
FAULT_LIFT, SUDDEN_LIFT = 0.10, 0.03  # towards an incident
ASK_LIFT = 0.04  # towards a request, away from an incident
UNLIKE = 0.05  # how clearly a guide must beat the faults that sound like it
ELSEWHERE = 0.15  # a guide none of whose own words are in the message
SMALL_TALK = 0.05  # small talk must be clearly that
TOLD = 2  # words in common without which only an admitted slip gets its guide
LEAST = 0.25  # below it a message is not understood
LONG = 18  # words from which its sentences are read one by one as well
CLEAR = 0.25  # how much of the lead over the next kind counts as certainty
_CURVE = ((0.0, 0.0), (0.30, 40.0), (0.36, 55.0), (0.42, 70.0), (0.80, 92.0), (1.1, 100.0))

VETO = "hay señal de una falla real: no se ofrece guía"

# Concepts that any message may hold, so that they make no matter of the desk's.
_PEOPLE = frozenset({"medico", "paciente", "colega", "todos", "howto", "datopersonal", "vencer"})

# Words that say that something is wrong, but not what.
_VAGUE = frozenset(text.stem(word) for word in patterns.words("vague"))


@dataclass(frozen=True, slots=True)
class _Ranked:
    topic: Topic
    score: float
    hit: Hit


class Matcher:
    """Built once for a policy; `match` is pure and takes well under five milliseconds."""

    def __init__(
        self, policy: Policy, library: Library, learned: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`learned` are phrases proposed by use, by topic key ("article:<id>")."""
        self._thresholds = policy.thresholds
        self._topics = {topic.key: topic for topic in _with(topics(policy, library), learned or {})}
        self._index = Index({key: topic.phrases for key, topic in self._topics.items()})

    def match(self, message: str) -> Decision:
        """What to do with a message, and why in words. Never raises."""
        folded = text.fold(message)
        signs = evidence.gather(text.body(folded))
        ranked = self._ranked(folded, signs)
        if not ranked or ranked[0].score < LEAST or _vague(ranked[0]):
            return _unknown(folded, signs)
        if ranked[0].topic.label == "misuse" and signs.real:
            faults = [one for one in ranked if one.topic.label == "incident"]
            if not faults or faults[0].score < LEAST or _vague(faults[0]):
                return Decision(because=(*_signs(signs), VETO))
            ranked = faults
        return self._judge(ranked, signs)

    def _judge(self, ranked: Sequence[_Ranked], signs: Evidence) -> Decision:
        best = ranked[0]
        other = next((one for one in ranked if one.topic.label != best.topic.label), None)
        lead = best.score - (other.score if other else 0.0)
        score = scale(best.score + CLEAR * min(lead, 0.3))
        margin = max(0.0, 100 * lead)
        decision = Decision(
            label=best.topic.label,
            category=best.topic.category,
            typology=best.topic.typology,
            priority=best.topic.priority,
            article=best.topic.article,
            score=round(score, 1),
            margin=round(margin, 1),
            notice=best.topic.notice,
        )
        verdict, why = _verdict(decision, signs, len(best.hit.shared), self._thresholds)
        return replace(decision, verdict=verdict, because=(_near(best), *_signs(signs), why))

    def _ranked(self, folded: str, signs: Evidence) -> list[_Ranked]:
        found: dict[str, Hit] = {}
        for hit in chain.from_iterable(self._index.look(part) for part in _parts(folded)):
            if hit.key not in found or hit.score > found[hit.key].score:
                found[hit.key] = hit
        named = _named(folded)
        ranked = [
            self._weighed(hit, found, signs, named)
            for hit in found.values()
            if not hit.key.startswith("fault:")
        ]
        return sorted(ranked, key=lambda one: -one.score)

    def _weighed(
        self, hit: Hit, found: Mapping[str, Hit], signs: Evidence, named: frozenset[str]
    ) -> _Ranked:
        topic = self._topics[hit.key]
        unlike = found.get(f"fault:{topic.typology}") if topic.article else None
        doubt = max(0.0, unlike.score - hit.score + UNLIKE) if unlike else 0.0
        if topic.about and not topic.about & named:
            doubt += ELSEWHERE
        return _Ranked(topic, hit.score + _lift(topic, signs) - doubt, hit)


def scale(score: float) -> float:
    """From nearness (0 to 1) to the 0-100 in which a policy states its thresholds."""
    for (low, from_), (high, to) in zip(_CURVE, _CURVE[1:], strict=False):
        if score <= high:
            return from_ + (to - from_) * max(0.0, score - low) / (high - low)
    return _CURVE[-1][1]


def _lift(topic: Topic, signs: Evidence) -> float:
    fault = FAULT_LIFT * min(2, len(signs.fault)) + (SUDDEN_LIFT if signs.sudden else 0.0)
    own = (
        (OWN_LIFT if signs.slip or signs.recovered else 0.0)
        + (HOW_LIFT if signs.how else 0.0)
        + (ONE_LIFT if signs.one else 0.0)
    )
    ask = ASK_LIFT if signs.ask and not signs.fault else 0.0
    if topic.label == "misuse":
        return own - fault
    if topic.label == "incident":
        return fault - own - ask
    if topic.label == "request":
        return ask - own / 2
    if topic.label == "chitchat":
        plain = FAULT_LIFT if signs.real and not signs.everybody else 0.0
        return -(own + plain) - SMALL_TALK
    return -own / 2


def _verdict(
    decision: Decision, signs: Evidence, words: int, thresholds: Thresholds
) -> tuple[Verdict, str]:
    if decision.label != "misuse":
        return "none", f"se lee como {decision.label}"
    if signs.real:
        return "none", VETO
    if signs.bare:
        return "none", "un síntoma sin señal de su causa"
    sure = decision.score >= thresholds.deflect and decision.margin >= thresholds.margin
    if sure and (signs.slip or signs.recovered or words >= TOLD):
        return "deflect", "la guía lo resuelve"
    if decision.score >= thresholds.offer:
        return "offer", "la guía podría servir: se pregunta"
    return "none", "el parecido con la guía no alcanza"


def _named(folded: str) -> frozenset[str]:
    stems = text.tokens(text.body(folded))
    return frozenset(stems).union(*(text.concepts_of(stem) for stem in stems))


def _parts(folded: str) -> tuple[str, ...]:
    if len(folded.split()) < LONG:
        return (folded,)
    return (folded, *text.sentences(folded))


def _unknown(folded: str, signs: Evidence) -> Decision:
    """Nothing known: an incident to ask about, unless it has not one word of the trade."""
    stems = text.tokens(text.body(folded))
    concepts = {one for stem in stems for one in text.concepts_of(stem)}
    if concepts - _PEOPLE or signs.real or signs.own:
        return Decision(because=("no se reconoce de qué trata",))
    return Decision(label="chitchat", because=("no habla de nada que atienda la mesa",))


def _vague(best: _Ranked) -> bool:
    if best.topic.label == "chitchat":
        return False
    return not any(stem not in _VAGUE and not stem.isdigit() for stem in best.hit.shared)


def _near(best: _Ranked) -> str:
    words = ", ".join(best.hit.shared[:6])
    return f"se parece a «{best.hit.phrase}» (en común: {words})"


def _signs(signs: Evidence) -> tuple[str, ...]:
    said = {"falla": signs.fault[:1], "propio": signs.own[:1]}
    return tuple(f"señal de {kind}: «{one[0]}»" for kind, one in said.items() if one)


def _with(found: Sequence[Topic], learned: Mapping[str, Sequence[str]]) -> list[Topic]:
    return [
        replace(topic, phrases=(*topic.phrases, *learned.get(topic.key, ()))) for topic in found
    ]
