"""Guarded looks into a payload: the wrong shape is a ParseFault and never anything else."""

from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram.text import clean

_BEYOND = 2**63  # what a database's integer holds
_LAST_SECOND = 253_402_300_799  # of the year 9999


class ParseFault(Exception):
    """An update that is not what the Bot API documents; it goes to quarantine with this reason."""


def mapping(value: Any, what: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise ParseFault(f"{what} is not an object")
    return value


def part(whole: dict[str, Any], name: str) -> dict[str, Any] | None:
    """A member that is an object, or absent."""
    value = whole.get(name)
    return None if value is None else mapping(value, name)


def items(whole: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A member that is a list of objects; empty when absent."""
    value = whole.get(name, [])
    if not isinstance(value, list):
        raise ParseFault(f"{name} is not a list")
    return [mapping(one, name) for one in value]


def number(whole: dict[str, Any], name: str) -> int:
    """An integer that fits a database. JSON's true is not one."""
    value = whole.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= _BEYOND:
        raise ParseFault(f"{name} is not an integer in range")
    return value


def ident(whole: dict[str, Any], name: str) -> str:
    """An id, as text."""
    return str(number(whole, name))


def words(whole: dict[str, Any], name: str) -> str:
    """Text that any database takes; empty when absent."""
    value = whole.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ParseFault(f"{name} is not text")
    return clean(value)


def amount(whole: dict[str, Any], name: str) -> int | None:
    """A size or a duration: worth having, not worth refusing a message for."""
    value = whole.get(name)
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _BEYOND
    return value if fits else None


def moment(whole: dict[str, Any], name: str) -> datetime:
    """A Unix time."""
    seconds = number(whole, name)
    if not 0 <= seconds <= _LAST_SECOND:
        raise ParseFault(f"{name} is not a time")
    return datetime.fromtimestamp(seconds, UTC)


def degrees(whole: dict[str, Any], name: str) -> str:
    """A coordinate as short text."""
    value = whole.get(name)
    if not isinstance(value, int | float) or not -180 <= value <= 180:
        raise ParseFault(f"{name} is not a coordinate")
    return f"{value:.6f}"
