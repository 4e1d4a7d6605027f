"""A letter that leaves late says so, in one line on top of it."""

from dataclasses import replace

from handlers.lateness import ANSWERS, is_late, meant_for
from handlers.letters.letter import Letter, plain
from handlers.letters.messages import join
from handlers.wording import Words
from store.turn import Turn
from store.values import OutboxRow, Urgency

KINDS = ("message", "relay", "article", "together")


def marked(letter: Letter, row: OutboxRow, turn: Turn, words: Words) -> Letter:
    """The letter, with that line where it is due: never on what rewrites something that stands."""
    if row.kind not in KINDS or letter.edits or not is_late(row, turn.now):
        return letter
    text = join([words.text(_key(row), meant=meant_for(row)), letter.text])
    return replace(letter, text=text, fallback=plain(text))


def _key(row: OutboxRow) -> str:
    if row.kind == "together":
        return "late.together"
    if row.urgency is not Urgency.NOW:
        return "late.notice"
    return "late.answer" if ANSWERS in row.facts else "late.message"
