"""How a pack writes time: spans ("9 h", "10 min"), windows of a week ("mon-fri 08:00-18:00")."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.functional_validators import AfterValidator

from policy.calendar import Week

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d+)\s*(s|min|m|h|d)")
_WINDOW = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)")


def parse_span(text: object) -> int:
    """Seconds of "9 h", "10 min", "1 h 30 min". Raises ValueError, in words for the owner."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    parts = _SPAN.findall(text) if isinstance(text, str) else []
    if isinstance(text, str) and text.strip().startswith("-"):
        raise ValueError(f"{text!r} is negative; a span of time is not")
    if not parts or _SPAN.sub("", str(text)).strip():
        raise ValueError(f"{text!r} is not a span of time; write it like '9 h' or '10 min'")
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def told_span(seconds: int) -> str:
    """The way back: 32400 is "9 h", 5400 "1 h 30 min", 604800 "7 d"."""
    if seconds and seconds % (7 * 86_400) == 0:
        return f"{seconds // 86_400} d"
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (left, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 h"


def _minute(hour: str, minute: str) -> int:
    at = int(hour) * 60 + int(minute)
    if at > 1440 or int(minute) > 59:
        raise ValueError(f"no such time of day: {hour}:{minute}")
    return at


def _days(first: str, last: str) -> range:
    for day in (first, last or first):
        if day not in DAYS:
            raise ValueError(f"no such day: {day!r}; days are {', '.join(DAYS)}")
    low, high = DAYS.index(first), DAYS.index(last or first)
    if high < low:
        raise ValueError(f"{first}-{last} runs backwards; a week begins on mon")
    return range(low, high + 1)


def parse_week(windows: tuple[str, ...]) -> Week:
    """The week that the windows describe. Raises ValueError where two overlap or one is empty."""
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for text in windows:
        found = _WINDOW.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a window; write it like 'mon-fri 08:00-18:00'")
        first, last, *times = found.groups()
        opens, closes = _minute(*times[:2]), _minute(*times[2:])
        if closes <= opens:
            raise ValueError(f"{text!r} closes before it opens; cut it in two at midnight")
        for day in _days(first, last):
            week[day].append((opens, closes))
    for day, found_windows in zip(DAYS, week, strict=True):
        found_windows.sort()
        for (_, end), (start, _) in zip(found_windows, found_windows[1:], strict=False):
            if start < end:
                raise ValueError(f"two windows overlap on {day}")
    return tuple(tuple(day) for day in week)


def _checked(windows: tuple[str, ...]) -> tuple[str, ...]:
    parse_week(windows)
    return windows


_SPAN_SCHEMA = {"type": ["string", "integer"], "description": "'9 h', '10 min'; or seconds"}

Span = Annotated[int, BeforeValidator(parse_span), Field(ge=0), WithJsonSchema(_SPAN_SCHEMA)]
Windows = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_checked)]
