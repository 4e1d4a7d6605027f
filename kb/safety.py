"""Words that show a patient at risk: a wrong patient, a wrong side, a report signed or deleted.

They are read from the text itself, whatever the matcher makes of it. A flag too many costs a
look; one too few may cost a patient: so the signs of kb/safety.toml are broad in their forms, and
narrow only against what people write of an ordinary fault ("con otro paciente sí abre").
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from kb.intents import words
from kb.patterns import joined
from kb.text import ASKED

Risk = Literal["", "patient", "side", "report"]

_THAT = re.compile(r"\b[qk]\b")  # as chats write "que"
_NAME = re.compile(r"[A-Z][A-Z_]+")
_HEAD = re.compile(rf"{_NAME.pattern} ")
_BETWEEN = re.compile(r"<(\d+)(?: (\w+))?>")
_BREAKS = "cuando|si|mientras|porque|pero|when|if|while|but"
_BARRED = {"breaks": _BREAKS, "turns": f"al|{_BREAKS}", "que": "que"}  # where another thing begins


@lru_cache(maxsize=ASKED)  # what opens a case is asked about when it is read and when it is filed
def risk(folded: str) -> Risk:
    """What a folded message shows to be at risk; "" where nothing is."""
    said = _THAT.sub("que", words(folded))
    return next((name for name, pattern in _signs() if pattern.search(said)), "")


@cache
def _signs() -> tuple[tuple[Risk, re.Pattern[str]], ...]:
    raw = tomllib.loads(files("kb").joinpath("safety.toml").read_text("utf-8"))
    kinds: tuple[Risk, ...] = ("patient", "side", "report")
    return tuple((kind, _pattern(raw[kind]["signs"], raw["parts"])) for kind in kinds)


def _pattern(signs: list[str], parts: Mapping[str, Any]) -> re.Pattern[str]:
    """Signs that begin with the same part are told apart behind it: it is looked at once."""
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for sign in signs:
        head = _HEAD.match(sign)
        begun = head[0] if head else ""
        ends[begun].append(sign.removeprefix(begun))
    grouped = (f"{begun}(?:{'|'.join(rest)})" for begun, rest in ends.items())
    return re.compile(rf"\b(?=\w)(?:{'|'.join(_whole(one, parts) for one in grouped)})(?!\w)")


def _whole(sign: str, parts: Mapping[str, Any]) -> str:
    """The sign with its parts, and theirs, written out."""
    while (filled := _NAME.sub(lambda found: _part(parts[found[0]]), sign)) != sign:
        sign = filled
    return _BETWEEN.sub(_words_between, sign)


def _part(said: str | list[str]) -> str:
    return said if isinstance(said, str) else f"(?:{joined(said)})"


def _words_between(found: re.Match[str]) -> str:
    barred = rf"(?!(?:{_BARRED[found[2]]})\b)" if found[2] else ""
    return rf"(?:{barred}\w+ ){{0,{found[1]}}}?"
