"""Reading by what a supervisor has accepted: phrases for topics, and for what a guide is not.

The matcher weighs an accepted phrase among many others, so that it helps with whatever is like
it; but a message that is as good as the phrase itself has been decided on by a person. What
speaks for a real fault still comes first: no guide, and no way out of the desk's scope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb import evidence, lessons, text
from kb.decision import Decision
from kb.library import Library
from kb.match import Matcher
from kb.topics import Topic, topics
from policy.pack import Policy

LONG = 2 * lessons.LONGEST  # letters beyond which a message is more than one phrase
SURE = 100.0
NOT_IT = "a quien dijo lo mismo esta guía no le sirvió"
ACCEPTED = "es la frase «{phrase}», que supervisión aceptó"


class Taught:
    """A matcher, and a person's word where there is one. Pure; never raises."""

    def __init__(
        self, policy: Policy, library: Library, holding: Mapping[str, Sequence[str]]
    ) -> None:
        self._matcher = Matcher(policy, library, holding)
        self._topics = {topic.key: topic for topic in topics(policy, library)}
        self._told = [
            (key, phrase) for key, said in holding.items() if key in self._topics for phrase in said
        ]
        self._phrases = lessons.Phrases(phrase for _, phrase in self._told)
        self._unlike = {
            key: lessons.Phrases(said) for key, said in holding.items() if key not in self._topics
        }

    def match(self, message: str) -> Decision:
        """What to do with a message, and why in words."""
        decision = self._matcher.match(message)
        if len(message) > LONG:
            return decision
        place = self._phrases.copy_of(message)
        if place is not None:
            key, phrase = self._told[place]
            decision = _as_told(decision, self._topics[key], message, phrase)
        unlike = self._unlike.get(f"{lessons.NOT}:{decision.article}")
        if decision.verdict == "none" or unlike is None or unlike.copy_of(message) is None:
            return decision
        return Decision(because=(*decision.because[:1], NOT_IT))


def _as_told(decision: Decision, topic: Topic, message: str, phrase: str) -> Decision:
    """The topic of the phrase, unless the matcher says so itself or sees a real fault."""
    same = (decision.label, decision.typology) == (topic.label, topic.typology)
    if same and (decision.article, decision.notice) == (topic.article, topic.notice):
        return decision
    guarded = topic.label not in ("incident", "request")
    if guarded and evidence.gather(text.heard(text.fold(message)).body).real:
        return decision
    return replace(
        decision,
        verdict="offer" if topic.article else "none",
        label=topic.label,
        category=topic.category,
        typology=topic.typology,
        priority=topic.priority,
        article=topic.article,
        notice=topic.notice,
        score=SURE,
        margin=SURE,
        because=(ACCEPTED.format(phrase=phrase),),
    )
