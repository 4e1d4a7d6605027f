"""Careful hands for JSON from outside: each look finds the shape it expects, or says so."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IDENT = re.compile(r"[A-Za-z0-9][\w.:\-/]{0,254}", re.ASCII)
STAMP = re.compile(r"\d{1,10}\.\d{1,6}", re.ASCII)


class ParseFault(ValueError):
    """A payload that is not in the shape Slack documents. `where` names the field."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Raises ParseFault for anything but an object."""
    if not isinstance(value, dict):  # as JSON gives it
        raise ParseFault(where, f"an object was expected, not {type(value).__name__}")
    return value


def inner(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under `key`; an empty one when it is absent. Raises ParseFault."""
    value = body.get(key)
    if isinstance(value, dict):
        return value
    return {} if value is None else mapping(value, key)


def items(body: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """The objects of the list under `key`; none when it is absent. Raises ParseFault."""
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ParseFault(key, f"a list was expected, not {type(value).__name__}")
    return [mapping(one, key) for one in value]


def text(body: Mapping[str, Any], key: str) -> str:
    """The text under `key`; empty when it is absent. Raises ParseFault."""
    value = body.get(key, "")
    if isinstance(value, str):
        return value
    if value is not None:
        raise ParseFault(key, f"text was expected, not {type(value).__name__}")
    return ""


def number(body: Mapping[str, Any], key: str) -> int | None:
    """A whole number that fits a database, or None. Raises ParseFault."""
    value = body.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ParseFault(key, "a whole number was expected")
    return value


def ident(body: Mapping[str, Any], key: str) -> str:
    """An id that must be there. Raises ParseFault."""
    value = text(body, key)
    if not IDENT.fullmatch(value):
        raise ParseFault(key, "no id" if not value else "not an id")
    return value


def stamp(body: Mapping[str, Any], key: str) -> str:
    """A message's `ts`, as Slack writes it. Raises ParseFault."""
    value = text(body, key)
    if not STAMP.fullmatch(value):
        raise ParseFault(key, "not a Slack time stamp")
    return value


def moment(value: str) -> datetime:
    """The time that a `ts` stands for, exact to the microsecond."""
    seconds, _, fraction = value.partition(".")
    return EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction.ljust(6, "0")[:6]))
