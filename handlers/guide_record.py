"""Every guide that was offered and what became of it, as rows of the audit trail.

`article_offered` and `article_shown` carry article, typology, verdict, score and the message that
it answered; `article_answered` the same message with the answer: "helped", "not_it", "unread" (a
case instead, with the guide only named), "person", "words" (something else was written) or "left".
What is counted of it are `deflected` measures.
"""

from typing import Any

from handlers.visit import Visit
from kb.reading import Reading

TOLD = "article_told"  # in the memory: what the last guide answered


def offered(visit: Visit, reading: Reading, verdict: str, ticket: int | None = None) -> None:
    """A guide was shown, or its name with a question."""
    decision = reading.decision
    facts = {
        "person": visit.person.id,
        "article": decision.article,
        "typology": decision.typology,
        "verdict": verdict,
        "score": decision.score,
        "conversation": visit.here.id,
        "message": visit.ref,
    }
    visit.remember(**{TOLD: facts})
    what = "article_offered" if verdict == "offer" else "article_shown"
    visit.turn.audit.add(ticket, what, facts)
    told = {
        "name": visit.person.first_name,
        "article": decision.article,
        "because": "; ".join(decision.because),
    }
    visit.turn.tell(f"story.{what}", told)


def answered(visit: Visit, answer: str, ticket: int | None = None) -> None:
    """What the person made of it; once for each guide that was offered."""
    told: dict[str, Any] = dict(visit.here.memory.get(TOLD) or {})
    if not told:
        return
    visit.remember(**{TOLD: None})
    visit.turn.audit.add(ticket, "article_answered", {**told, "answer": answer})
