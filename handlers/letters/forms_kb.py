"""Fields of the forms by which the desk learns: a case's topic, a phrase's topic, a draft."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from handlers import lesson_review
from handlers.letters.letter import Choice, Field
from handlers.letters.messages import cut

if TYPE_CHECKING:
    from handlers.letters.forms import Sketch

TITLE, GUIDE = 80, 700
LABEL = 75


def topic(sketch: "Sketch") -> Iterator[Field]:
    """What the case is about, out of the catalogue."""
    yield sketch.field("topic", "choice", options=catalogue(sketch))


def solved_topic(sketch: "Sketch") -> Iterator[Field]:
    """The same in passing, for a case that nobody has put under a topic."""
    if sketch.ticket is not None and sketch.ticket.typology is None:
        yield sketch.field("topic", "choice", options=catalogue(sketch), optional=True)


def phrase_topic(sketch: "Sketch") -> Iterator[Field]:
    """What a phrase may be for."""
    found = lesson_review.topics(sketch.turn)
    options = tuple(Choice(code=key, label=cut(name, LABEL)) for key, name in found.items())
    yield sketch.field("topic", "choice", options=options)


def draft(sketch: "Sketch") -> Iterator[Field]:
    """Title, what happens, steps one a line, topic."""
    yield sketch.field("name", "line", limit=TITLE)
    yield sketch.field("happens", "text", limit=GUIDE, optional=True)
    yield sketch.field("steps", "text", limit=GUIDE)
    yield sketch.field("topic", "choice", options=catalogue(sketch))


def catalogue(sketch: "Sketch") -> tuple[Choice, ...]:
    """Every entry of the pack by its everyday name."""
    language = sketch.words.language
    rows = sketch.turn.book.typologies
    return tuple(Choice(code=one.id, label=cut(one.name[language], LABEL)) for one in rows)
