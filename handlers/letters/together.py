"""Several notices to one person as one letter: a paragraph each, only those that still hold."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.letters import messages
from handlers.letters.known import facts_of
from handlers.letters.letter import Letter, Span
from handlers.letters.sense import ANSWERED, Senseless, lost
from handlers.wording import Words
from store.turn import Turn
from store.values import OutboxRow

KIND = "together"
PARTS = "parts"  # in its facts: key, facts, ticket and on_sent of each notice
APART = (Span("\n\n"),)


def parts_of(row: OutboxRow) -> list[OutboxRow]:
    """The notices in it, each as the row that it was."""
    return [
        replace(
            row,
            kind="message",
            key=str(part["key"]),
            facts=part["facts"],
            ticket=part["ticket"],
            on_sent=part["on_sent"],
        )
        for part in row.facts.get(PARTS) or ()
    ]


def draw(row: OutboxRow, turn: Turn, words: Words, _facts: Mapping[str, Any]) -> Letter:
    """The sentences one under the other. Raises Senseless when none of them holds any more."""
    reader = turn.people.get(row.person) if row.person is not None else None
    told = [part for part in parts_of(row) if not lost(part, turn)]
    if not told:
        raise Senseless(ANSWERED)
    texts = [messages.whole(words, part.key, facts_of(part, turn, words, reader)) for part in told]
    return messages.finish(row, turn, words, messages.join(texts, APART))
