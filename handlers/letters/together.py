"""Several notices to one person as one letter: a paragraph each, only those that still hold."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.letters import messages
from handlers.letters.known import facts_of
from handlers.letters.letter import Letter, Span
from handlers.letters.sense import ANSWERED, Senseless, lost, past
from handlers.wording import Words
from store.turn import Turn
from store.values import OutboxRow

KIND = "together"
PARTS = "parts"  # in its facts: key, facts, ticket, on_sent and end of each notice
EXPIRES = "expires_at"
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
            expires_at=part.get(EXPIRES),
        )
        for part in row.facts.get(PARTS) or ()
    ]


def told(row: OutboxRow, turn: Turn, at: datetime) -> list[OutboxRow]:
    """Those of them that are told by a letter that leaves at that moment."""
    return [part for part in parts_of(row) if not past(part, at) and not lost(part, turn)]


def draw(row: OutboxRow, turn: Turn, words: Words, _facts: Mapping[str, Any]) -> Letter:
    """The sentences one under the other. Raises Senseless when none of them holds any more."""
    reader = turn.people.get(row.person) if row.person is not None else None
    parts = told(row, turn, turn.now)
    if not parts:
        raise Senseless(ANSWERED)
    texts = [messages.whole(words, one.key, facts_of(one, turn, words, reader)) for one in parts]
    return messages.finish(row, turn, words, messages.join(texts, APART))
