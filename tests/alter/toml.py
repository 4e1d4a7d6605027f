"""Tables as TOML text: no more than a pack needs, on one line a value."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def written(tables: Mapping[str, Any]) -> str:
    """The text that reads back as these tables."""
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in tables.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
