"""The signs of kb/signs.toml as compiled patterns: data that speakers of the language can read."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

_LETTER = re.compile(r"[a-z0-9 ](?![?*+{])")


class Rare:
    """A table of which many messages hold nothing: first it is seen where any of it begins."""

    def __init__(self, table: str) -> None:
        said = _alternatives(table)
        every = chain.from_iterable(_signs()[table].values())
        self._each = {name: re.compile(rf"\b(?:{one})\b") for name, one in said.items()}
        self._any = re.compile(rf"\b(?=\w)(?:{_named(joined(every))})\b")

    def found(self, said: str) -> dict[str, str]:
        """The names of all patterns that are in the message, each with its first words there."""
        found: dict[str, str] = {}
        begun = self._any.search(said)
        while begun is not None:
            at = begun.start()
            for name, one in self._each.items():
                if name not in found and (hit := one.match(said, at)):
                    found[name] = hit[0].strip()
            begun = self._any.search(said, at + 1)
        return found

    def first(self, said: str) -> str | None:
        """The name of the pattern that is there before all others."""
        begun = self._any.search(said)
        if begun is None:
            return None
        return next(n for n, one in self._each.items() if one.match(said, begun.start()))


class Whole:
    """A table of patterns that are all of a message but for words of `around`."""

    def __init__(self, table: str, around: str) -> None:
        said = _alternatives(table)
        self._each = {name: _framed(one, around) for name, one in said.items()}
        self._any = _framed("|".join(said.values()), around)

    def found(self, said: str) -> frozenset[str]:
        """The names of those that the message is."""
        if not self._any.fullmatch(said):
            return frozenset()
        return frozenset(name for name, one in self._each.items() if one.fullmatch(said))


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
    return {key: _named(joined(many)) for key, many in _signs()[table].items()}


def joined(many: Iterable[str]) -> str:
    """One pattern of many, none of which has a bar outside parentheses.

    Those that begin with the same letter are told apart behind it, so that a word which begins
    otherwise is passed over in one look.
    """
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for one in dict.fromkeys(many):
        letter = _LETTER.match(one)
        head = letter[0] if letter else one
        ends[head].append(one.removeprefix(head))
    return "|".join(
        head + (rest[0] if len(rest) == 1 else f"(?:{joined(rest)})") for head, rest in ends.items()
    )


def _framed(said: str, around: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{around})\s+)*(?:{said})(?:\s+(?:{around}))*")


def _named(pattern: str) -> str:
    return pattern.replace("WHO", f"(?:{'|'.join(_signs()['names']['who'])})")


@cache
def _signs() -> dict[str, dict[str, list[Any]]]:
    return tomllib.loads(files("kb").joinpath("signs.toml").read_text("utf-8"))
