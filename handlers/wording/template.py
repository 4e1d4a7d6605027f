"""A sentence of the catalogue, taken apart: runs of text, holes for facts, optional stretches.

    **bold**   *italic*   {fact}   {fact:format}   [[ left out unless all its facts are there ]]

Only the catalogue's own text is taken apart. Facts come in later, whole, and are never parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Run:
    """Text of the catalogue itself, in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Hole:
    """Where a fact goes, how it is written, and in which style."""

    name: str
    format: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Stretch:
    """Parts that stand or fall together: left out when a fact in them is absent or empty."""

    parts: tuple["Run | Hole", ...]


Part = Run | Hole | Stretch

_TOKEN = re.compile(r"(\*\*|\*|\[\[|\]\]|\{\w+(?::\w+)?\})")


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Part, ...]:
    """The parts of a catalogue text, in order. Raises ValueError for a stretch left open."""
    parts: list[Part] = []
    inside: list[Run | Hole] | None = None
    bold = italic = False
    for token in _TOKEN.split(text):
        match token:
            case "":
                continue
            case "**":
                bold = not bold
            case "*":
                italic = not italic
            case "[[":
                inside = []
            case "]]":
                parts.append(Stretch(tuple(inside or ())))
                inside = None
            case _:
                (parts if inside is None else inside).append(_simple(token, bold, italic))
    if inside is not None or bold or italic:
        raise ValueError(f"a mark is left open in {text!r}")
    return tuple(parts)


def holes(parts: tuple[Part, ...]) -> Iterator[tuple[Hole, bool]]:
    """Every hole of a text, with whether its fact may be absent."""
    for part in parts:
        match part:
            case Hole():
                yield part, False
            case Stretch(inner):
                yield from ((hole, True) for hole in inner if isinstance(hole, Hole))
            case _:
                continue


def _simple(token: str, bold: bool, italic: bool) -> Run | Hole:
    if not (token.startswith("{") and token.endswith("}")):
        return Run(token, bold, italic)
    name, _, how = token[1:-1].partition(":")
    return Hole(name, how, bold, italic)
