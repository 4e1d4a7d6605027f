"""The signs of kb/signs.toml as compiled patterns: data that speakers of the language can read."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def searched(table: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a table, each found anywhere in a message as whole words."""
    return {name: re.compile(rf"\b(?:{said})\b") for name, said in _alternatives(table).items()}


def whole(table: str, around: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a table for messages that say nothing else but words of `around`."""
    return {
        name: re.compile(rf"(?:(?:{around})\s+)*(?:{said})(?:\s+(?:{around}))*")
        for name, said in _alternatives(table).items()
    }


def alternatives(table: str, name: str) -> str:
    """One list joined, without the parentheses that would group it."""
    return _alternatives(table)[name]


def words(name: str) -> tuple[str, ...]:
    """One list of the table of names, word by word."""
    return tuple(_signs()["names"][name])


def groups() -> tuple[tuple[str, ...], ...]:
    """The answers in words: each group stands for one label."""
    return tuple(tuple(group) for group in _signs()["answers"]["groups"])


def _alternatives(table: str) -> dict[str, str]:
    signs = _signs()
    names = {"WHO": f"(?:{'|'.join(signs['names']['who'])})"}
    return {key: _named("|".join(many), names) for key, many in signs[table].items()}


def _named(pattern: str, names: dict[str, str]) -> str:
    for name, said in names.items():
        pattern = pattern.replace(name, said)
    return pattern


@cache
def _signs() -> dict[str, dict[str, list[Any]]]:
    return tomllib.loads(files("kb").joinpath("signs.toml").read_text("utf-8"))
