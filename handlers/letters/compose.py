"""A claimed row of the outbox becomes a letter: words from the catalogue, facts read fresh."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.letters import (
    articles,
    belated,
    cards,
    home,
    lessons,
    lists,
    messages,
    reports,
    together,
)
from handlers.letters.known import facts_of
from handlers.letters.letter import Letter
from handlers.letters.sense import Senseless, lost
from handlers.wording import Words
from handlers.wording.readers import words_for
from kb.library import Library
from store.say import owed
from store.turn import Turn
from store.values import OutboxRow


def knows(kind: str) -> bool:
    """Whether this release can put letters of that kind into words; a newer one may write more."""
    return kind in BARE or kind in TOLD or kind in SHOWN


def compose(row: OutboxRow, turn: Turn, library: Library) -> Letter | None:
    """The letter as it stands now; None when there is nothing to say any more.

    `turn` only reads. Raises Senseless for what is no longer so; KeyError or MissingFact for a
    row that no sentence fits: a bug of whoever wrote it, never a reason to send half a sentence.
    """
    reason = lost(row, turn)
    if reason and not owed(row.facts):
        raise Senseless(reason)
    reader = turn.people.get(row.person) if row.person is not None else None
    words = words_for(turn, reader)
    bare = BARE.get(row.kind)
    if bare is not None:
        return bare(row, turn, words)
    facts = facts_of(row, turn, words, reader)
    draw = TOLD.get(row.kind)
    if reason:
        letter = messages.owing(row, words, facts)
    elif draw is not None:
        letter = draw(row, turn, words, facts)
    else:
        letter = SHOWN[row.kind](row, turn, words, facts, library)
    return belated.marked(letter, row, turn, words) if letter is not None else None


def _mark(row: OutboxRow, _turn: Turn, words: Words) -> Letter:
    """An emoji on a message, in place of the one that said it was on its way."""
    return Letter(
        reacts=(str(row.facts["ref"]), str(row.facts["emoji"])),
        reacts_instead=str(row.facts.get("instead") or ""),
        language=words.language,
    )


def _delete(row: OutboxRow, _turn: Turn, words: Words) -> Letter:
    return Letter(deletes=str(row.facts.get("ref") or row.edits), language=words.language)


Bare = Callable[[OutboxRow, Turn, Words], Letter | None]
Told = Callable[[OutboxRow, Turn, Words, Mapping[str, Any]], Letter | None]
Shown = Callable[[OutboxRow, Turn, Words, Mapping[str, Any], Library], Letter | None]

BARE: dict[str, Bare] = {
    "card": cards.draw,
    "mark": _mark,
    "delete": _delete,
    "home": home.draw,
}
TOLD: dict[str, Told] = {
    "message": messages.draw,
    "edit": messages.draw,
    "relay": messages.relay,
    "report": reports.draw,
    "history": lists.history,
    "tickets": lists.tickets,
    "together": together.draw,
}
SHOWN: dict[str, Shown] = {
    "article": articles.draw,
    "article_offer": articles.offer,
    "guides": lists.guides,
    "lessons": lessons.draw,
}
