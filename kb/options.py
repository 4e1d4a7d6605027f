"""Free text where buttons are shown: "sí", "la 2", "solo a mi" (U14)."""

from collections.abc import Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from kb import intents, patterns, slots, text

Value = TypeVar("Value")

CLOSE = 88  # of 100: how alike a mistyped label must be
LEAD = 6  # and by how much it must beat the next one

_GROUPS = patterns.groups()


def pick(message: str, options: Sequence[tuple[Value, Sequence[str]]]) -> Value | None:
    """The value of the option that the message names; None when none or more than one fits.

    Each option is its value and the labels or words that stand for it, in the order shown.
    """
    said = intents.words(text.fold(message))
    if not said or not options:
        return None
    named = _with_yes_and_no([(value, _names(labels)) for value, labels in options])
    exact = [value for value, names in named if said in names]
    if len(exact) == 1:
        return exact[0]
    if (number := slots.ordinal(said)) is not None:
        return _numbered(number, options)
    found = _within(said, named)
    return found if found is not None else _closest(said, named)


def _names(labels: Sequence[str]) -> frozenset[str]:
    own = {intents.words(text.fold(label)) for label in labels}
    spread = {
        intents.words(text.fold(word))
        for group in _GROUPS
        if own & {intents.words(text.fold(word)) for word in group[:2]}
        for word in group
    }
    return frozenset((own | spread) - {""})


def _with_yes_and_no(
    named: Sequence[tuple[Value, frozenset[str]]],
) -> list[tuple[Value, frozenset[str]]]:
    """A bare yes picks the one label that begins with it; the same with a no."""
    spread = list(named)
    for group in _GROUPS[:2]:
        bare = {intents.words(text.fold(word)) for word in group}
        begins = [
            n
            for n, (_, names) in enumerate(named)
            if any(_starts(name, group[0]) for name in names)
        ]
        if len(begins) == 1:
            value, names = spread[begins[0]]
            spread[begins[0]] = (value, names | bare)
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
