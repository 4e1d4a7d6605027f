"""Choices to inline keyboards: short labels side by side, a list one a row, pages of fifty."""

from collections.abc import Sequence
from typing import Any

from bot.channels.telegram import limits
from bot.channels.telegram.text import shortened, units
from handlers.letters.letter import Choice

LABEL = 64
PAGE = 50
ROW_UNITS = 30  # of label that a phone shows in one row without cutting it
SIDE_BY_SIDE = 3

Button = dict[str, Any]
Markup = dict[str, list[list[Button]]]

NONE: Markup = {"inline_keyboard": []}


def pages(choices: Sequence[Choice], *, listed: bool) -> list[Markup]:
    """One keyboard for every message needed; most letters need none or one."""
    fit = [choice for choice in choices if _fits(choice)]
    chunks = [fit[start : start + PAGE] for start in range(0, len(fit), PAGE)]
    return [{"inline_keyboard": _rows(chunk, listed=listed)} for chunk in chunks]


def button(choice: Choice) -> Button:
    """One button as the Bot API wants it."""
    label = shortened(choice.label, LABEL)
    made: Button = {"text": label if label.strip() else "…"}
    if choice.url:
        made["url"] = choice.url
    else:
        made["callback_data"] = choice.code
    if choice.style in ("primary", "danger"):
        made["style"] = choice.style
    return made


def _fits(choice: Choice) -> bool:
    # A cut code would do something else than it says: such a button is better not there.
    if choice.url:
        return choice.url.startswith(("https://", "http://", "tg://"))
    return 1 <= len(choice.code.encode("utf-8", "replace")) <= limits.CALLBACK_BYTES


def _rows(choices: Sequence[Choice], *, listed: bool) -> list[list[Button]]:
    rows: list[list[Choice]] = []
    for choice in choices:
        if rows and not listed and _side_by_side([*rows[-1], choice]):
            rows[-1].append(choice)
        else:
            rows.append([choice])
    return [[button(choice) for choice in row] for row in rows]


def _side_by_side(row: Sequence[Choice]) -> bool:
    widest = max(units(choice.label) for choice in row)
    return len(row) <= SIDE_BY_SIDE and widest * len(row) <= ROW_UNITS
