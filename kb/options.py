"""Free text where buttons are shown: "sí", "la 2", "solo a mi" (U14)."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

from kb import intents, patterns, slots, text

Value = TypeVar("Value")

CLOSE = 88  # of 100: how alike a mistyped label must be
LEAD = 6  # and by how much it must beat the next one

LABELS = 2048  # of options whose names are remembered: they are few, and shown again and again
YES_AND_NO = 2  # the groups that come first


def pick(message: str, options: Sequence[tuple[Value, Sequence[str]]]) -> Value | None:
    """The value of the option that the message names; None when none or more than one fits.

    Each option is its value and the labels or words that stand for it, in the order shown.
    """
    said = intents.words(text.fold(message))
    if not said or not options:
        return None
    named = _with_yes_and_no([(value, _names(tuple(labels))) for value, labels in options])
    exact = [value for value, names in named if said in names]
    if len(exact) == 1:
        return exact[0]
    if (number := slots.ordinal(said)) is not None:
        return _numbered(number, options)
    found = _within(said, named)
    return found if found is not None else _closest(said, named)


@cache
def _groups() -> tuple[tuple[str, ...], ...]:
    """Words that stand for one another, folded."""
    return tuple(tuple(_folded(word) for word in group) for group in patterns.groups())


def _folded(label: str) -> str:
    return intents.words(text.fold(label))


@lru_cache(LABELS)
def _names(labels: tuple[str, ...]) -> frozenset[str]:
    own = {_folded(label) for label in labels}
    spread = {word for group in _groups() if own.intersection(group[:2]) for word in group}
    return frozenset((own | spread) - {""})


def _with_yes_and_no(
    named: Sequence[tuple[Value, frozenset[str]]],
) -> list[tuple[Value, frozenset[str]]]:
    """A bare yes picks the one label that begins with it; the same with a no."""
    spread = list(named)
    for group in _groups()[:YES_AND_NO]:
        begins = [
            n
            for n, (_, names) in enumerate(named)
            if any(_starts(name, group[0]) for name in names)
        ]
        if len(begins) == 1:
            value, names = spread[begins[0]]
            spread[begins[0]] = (value, names.union(group))
    return spread


def _starts(name: str, word: str) -> bool:
    return name == word or name.startswith(f"{word} ")


def _numbered(number: int, options: Sequence[tuple[Value, Sequence[str]]]) -> Value | None:
    if number == -1:
        return options[-1][0]
    return options[number - 1][0] if 1 <= number <= len(options) else None


def _within(said: str, named: Sequence[tuple[Value, frozenset[str]]]) -> Value | None:
    """The option whose longest name stands in the message, or the one name that holds it."""
    holding = [value for value, names in named if any(f" {said} " in f" {name} " for name in names)]
    if len(holding) == 1 and len(said) > 2:
        return holding[0]
    padded = f" {said} "
    lengths = [
        (max((len(name) for name in names if f" {name} " in padded), default=0), value)
        for value, names in named
    ]
    longest = max(length for length, _ in lengths)
    best = [value for length, value in lengths if length == longest]
    return best[0] if longest and len(best) == 1 and len(said) <= 60 else None


def _closest(said: str, named: Sequence[tuple[Value, frozenset[str]]]) -> Value | None:
    scores = sorted(
        (
            (max((fuzz.ratio(said, name) for name in names), default=0.0), n)
            for n, (_, names) in enumerate(named)
        ),
        reverse=True,
    )
    runner = scores[1][0] if len(scores) > 1 else 0.0
    best, number = scores[0]
    return named[number][0] if best >= CLOSE and best - runner >= LEAD else None
