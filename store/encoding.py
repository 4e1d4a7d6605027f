"""Facts as JSON text: moments, days and spans travel as tagged objects and come back as values."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, Final

import orjson

from store.clean import clean

SETS: tuple[type[Any], ...] = (set, frozenset)


def encode(value: Any) -> str:
    """JSON text, alike on both databases; what is no number becomes null.

    Raises TypeError or ValueError for what is no fact.
    """
    if not value:
        empty = _EMPTY.get(type(value))
        if empty is not None:
            return empty
    try:
        text = orjson.dumps(value, default=_tagged, option=_AS_TAGGED).decode()
    except TypeError:  # half a character, a huge number, a key that is no text: or no fact at all
        text = _ENCODER.encode(value)
        if not _is_clean(text):
            text = _ENCODER.encode(_cleaned(json.loads(text)))
    if "\\u0000" in text:
        text = _ENCODER.encode(_cleaned(json.loads(text)))
    return text


def as_list(column: Sequence[Any]) -> str:
    """A driver's own values as a JSON list."""
    return orjson.dumps(column).decode()


def decode(text: str) -> Any:
    """The value that `encode` was given; tuples come back as lists, sets as sorted lists."""
    bare = _BARE.get(text)
    if bare is not None:
        return bare()
    # The standard library's decoder calls back for each object, so that tagged ones come out as
    # values at once; and orjson makes a fraction of a number that is longer than 64 bits.
    slow = '{"$' in text or _LONG.search(text)
    return _DECODER.decode(text) if slow else orjson.loads(text)


def _tagged(value: object) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone in facts: {value.isoformat()}")
        return {"$at": _iso(value)}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$span": value.total_seconds()}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, SETS):
        return sorted(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"not a fact: {type(value).__name__}")


@lru_cache(maxsize=1024)
def _iso(moment: datetime) -> str:
    """A turn writes the same moment many times over."""
    return moment.astimezone(UTC).isoformat()


def _untagged(value: dict[str, Any]) -> Any:
    """An object as it is read: a moment, a day or a span where it stands for one."""
    if len(value) == 1:
        if "$at" in value:
            return datetime.fromisoformat(value["$at"])
        if "$span" in value:
            return timedelta(seconds=value["$span"])
        if "$day" in value:
            return date.fromisoformat(value["$day"])
    return value


_EMPTY: Final[dict[type[Any], str]] = {dict: "{}", list: "[]", tuple: "[]", type(None): "null"}
_BARE: Final[dict[str, Callable[[], Any]]] = {"{}": dict, "[]": list, "null": lambda: None}
_LONG: Final = re.compile(r"\d{19}")
_AS_TAGGED: Final = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
)
# Built once: `json.dumps` with options builds an encoder each time.
_ENCODER = json.JSONEncoder(
    default=_tagged, ensure_ascii=False, allow_nan=False, separators=(",", ":")
)


_DECODER = json.JSONDecoder(object_hook=_untagged)


def _is_clean(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    return value
