"""Spans to plain text with entities, and long text to parts: never markup, never a torn mark.

Inside, offsets count code points, so that no cut can fall inside a surrogate pair; they become
UTF-16 units, which is what Telegram counts, at the very end.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.channels.telegram import limits
from handlers.letters.letter import Span, Text

_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf"}
_LOOK_BACK = 64


@dataclass(frozen=True)
class Mark:
    """A style over text[start:end], in code points."""

    start: int
    end: int
    kind: str  # "bold" | "italic" | "code"


@dataclass(frozen=True)
class Passage:
    """Text with its marks."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def units(self) -> int:
        """Its length as Telegram counts it."""
        return units(self.text)

    @property
    def blank(self) -> bool:
        """Whether Telegram would call it empty."""
        return all(unicodedata.category(sign) in _UNSEEN for sign in self.text)

    def entities(self) -> list[dict[str, Any]]:
        """The marks as the Bot API wants them."""
        return [
            {
                "type": mark.kind,
                "offset": units(self.text[: mark.start]),
                "length": units(self.text[mark.start : mark.end]),
            }
            for mark in self.marks[: limits.ENTITIES]
        ]


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def clean(text: str) -> str:
    """Text that any database and any wire takes: no NUL, no lone surrogate."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def shortened(text: str, most: int) -> str:
    """At most `most` UTF-16 units, with an ellipsis where something was cut."""
    text = clean(text)
    if units(text) <= most:
        return text
    return text[: _whole_signs(text, _furthest(text, most - 1))] + "…"


def lay(text: Iterable[Span]) -> Passage:
    """The spans as one passage; neighbours in the same style become one mark a style."""
    written = ""
    marks: list[Mark] = []
    for kinds, run in groupby((span for span in text if span.text), _kinds):
        start = len(written)
        written += "".join(clean(span.text) for span in run)
        if len(written) > start:
            marks += [Mark(start, len(written), kind) for kind in kinds]
    return Passage(written, tuple(marks))


def joined(paragraphs: Sequence[Text], between: str = "\n\n") -> Text:
    """The paragraphs that are not empty, one text."""
    spans: list[Span] = []
    for paragraph in paragraphs:
        if any(span.text for span in paragraph):
            spans += [Span(between), *paragraph] if spans else paragraph
    return tuple(spans)


def split(passage: Passage, most: int = limits.TEXT) -> list[Passage]:
    """Parts of at most `most` units, cut at a paragraph, a line or a word where there is one.

    A mark is cut only if it is itself longer than a part. Parts without a visible sign are left
    out (Telegram refuses them).
    """
    parts: list[Passage] = []
    rest = passage
    while rest.units > most:
        at = _cut(rest, _furthest(rest.text, most))
        parts.append(_piece(rest, 0, at))
        rest = _piece(rest, at, len(rest.text))
    return [part for part in [*parts, rest] if not part.blank]


def _kinds(span: Span) -> tuple[str, ...]:
    # Telegram lets no other style lie over code.
    if span.code:
        return ("code",)
    return tuple(kind for kind, on in (("bold", span.bold), ("italic", span.italic)) if on)


def _furthest(text: str, most: int) -> int:
    """The most code points whose units fit."""
    used = 0
    for index, sign in enumerate(text):
        used += 2 if sign > "\uffff" else 1
        if used > most:
            return index
    return len(text)


def _cut(passage: Passage, furthest: int) -> int:
    text = passage.text
    for separator in ("\n\n", "\n", " "):
        at = _after_last(text, separator, furthest)
        while at > furthest // 2:
            if not _inside(passage, at):
                return at
            at = _after_last(text, separator, at - 1)
    # A whole style first, then whole signs; text that allows neither is cut where it is full.
    whole = _whole_signs(text, furthest)
    return _before_marks(passage, whole) or _before_marks(passage, furthest) or whole


def _after_last(text: str, separator: str, before: int) -> int:
    found = text.rfind(separator, 0, max(before, 0))
    return found + len(separator) if found >= 0 else 0


def _inside(passage: Passage, at: int) -> Mark | None:
    return next((mark for mark in passage.marks if mark.start < at < mark.end), None)


def _before_marks(passage: Passage, at: int) -> int:
    while mark := _inside(passage, at):
        at = mark.start
    return at


def _whole_signs(text: str, at: int) -> int:
    """Back from `at` to where no emoji or accent is torn, if that is near."""
    for back in range(at, max(at - _LOOK_BACK, 0), -1):
        if back >= len(text) or not _belongs(text[back - 1], text[back]):
            return back
    return at


def _belongs(before: str, sign: str) -> bool:
    joiner = "\u200d"
    if before == joiner or sign == joiner or unicodedata.combining(sign):
        return True
    return "\ufe00" <= sign <= "\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _piece(passage: Passage, start: int, end: int) -> Passage:
    marks = tuple(
        Mark(max(mark.start, start) - start, min(mark.end, end) - start, mark.kind)
        for mark in passage.marks
        if mark.start < end and mark.end > start
    )
    return Passage(passage.text[start:end], marks)
