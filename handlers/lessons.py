"""What use proposes: a phrase for every guide that was not it, and every topic put right.

A proposal changes nothing by itself: a supervisor accepts it (handlers/lesson_review.py). What the
pack's phrases say for that topic is no news; a copy of another proposal, or of one that was decided
for the same topic, is only counted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from handlers.visit import Visit
from kb import lessons, shelf
from policy.ticket import Ticket
from store.lessons import PENDING, Lesson
from store.turn import Turn

UNMATCHED: Final = "unmatched"  # a case without a topic, which an engineer has named
REJECTED: Final = "rejected"  # "No era eso"
CORRECTED: Final = "corrected"  # a case under a topic that an engineer put right


def rejected(visit: Visit, article: str, story: Mapping[str, Any]) -> None:
    """*No era eso*: what the person had told is no case for this guide."""
    told = str(story.get("text") or story.get("detail") or "")
    topic = f"{lessons.NOT}:{article}"
    _propose(visit.turn, topic, phrase(visit.turn, visit.person.id, told), REJECTED)


def classed(turn: Turn, ticket: Ticket, typology: str) -> None:
    """An engineer says what a case was about: so this is how people put it."""
    if typology == ticket.typology:
        return
    source = CORRECTED if ticket.typology else UNMATCHED
    said = phrase(turn, ticket.requester, ticket.text)
    _propose(turn, lessons.topic_of(turn.book, typology), said, source, ticket.number)


def phrase(turn: Turn, person: int, told: str) -> str:
    """Somebody's words with their own name and their institution's taken out as well."""
    known = turn.people.get(person)
    home = turn.people.organisation(known.organisation).name if known.organisation else ""
    return lessons.phrase_of(told, (known.name, home))


def _propose(turn: Turn, topic: str, said: str, source: str, ticket: int | None = None) -> None:
    if not said or lessons.copy_of(said, shelf.said(turn.book).get(topic, ())) is not None:
        return
    pack, by = turn.book.name, turn.actor.person if turn.actor else None
    found = [one for one in turn.lessons.newest(pack) if one.state == PENDING or one.topic == topic]
    near = lessons.copy_of(said, (one.phrase for one in found))
    if near is None:
        turn.lessons.propose(topic, said, source, pack=pack, by=by, ticket=ticket)
        return
    seen = found[near]
    knows_more = seen.state == PENDING and source != REJECTED
    news = replace(seen, topic=topic, source=source, proposed_by=by, ticket=ticket)
    turn.lessons.again(_better(news, seen) if knows_more else seen)


def _better(news: Lesson, seen: Lesson) -> Lesson:
    """An engineer's word says more than a guide that was not it, and than an earlier engineer's."""
    return news if news.topic != seen.topic else replace(seen, ticket=seen.ticket or news.ticket)
