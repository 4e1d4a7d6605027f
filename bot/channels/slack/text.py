"""Text to and from Slack's own notation: read once on the way in, escaped last on the way out."""

import re
import unicodedata
from collections.abc import Iterator

from bot.channels.slack.emoji import pictured

TOKEN = re.compile(r"<([^<>\n]{1,3000})>|&(amp|lt|gt);")
ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
# What no message can carry, and the two overrides that make a line read backwards.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202d\u202e]")
SPOKEN = 800  # units; escaping may make five of one
JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def readable(text: str) -> str:
    """What a person saw when they wrote it: links, mentions and entities as plain characters.

    One pass: `&amp;lt;` becomes `&lt;`, never `<`.
    """
    return pictured(TOKEN.sub(_token, text))


def _token(found: re.Match[str]) -> str:
    if found[2] is not None:
        return ENTITIES[found[2]]
    target, _, label = found[1].partition("|")
    return _entities(_spelled(target, label))


def _spelled(target: str, label: str) -> str:
    match target[:1]:
        case "@":
            return "@" + (label.lstrip("@") or target[1:])
        case "#":
            return "#" + (label.lstrip("#") or target[1:])
        case "!":
            return _special(target[1:], label)
        case _:
            return _link(target, label)


def _special(target: str, label: str) -> str:
    if target.startswith("date^"):
        return label or target
    return "@" + (label or target.partition("^")[0]).lstrip("@")


def _link(target: str, label: str) -> str:
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (target, bare) or target.partition("://")[2] == label:
        return label if label == bare else bare
    return f"{label} ({bare})"


def _entities(text: str) -> str:
    return re.sub(r"&(amp|lt|gt);", lambda found: ENTITIES[found[1]], text)


def escaped(text: str) -> str:
    """Text that Slack's markup shows as it is: no mention, no link, no channel call."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spoken(text: str) -> str:
    """A message's `text`, for notifications and screen readers: short, escaped, never empty."""
    return escaped(cut(clean(text).strip(), SPOKEN)) or "–"


def clean(text: str) -> str:
    """Text without the characters that break a request or the line they stand in."""
    return UNSAFE.sub("", text)


def folded(text: str) -> str:
    """Lower case, accents folded, spaces joined: what commands are compared by."""
    split = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(one for one in split if not unicodedata.combining(one)).split())


def units(text: str) -> int:
    """The length as Slack counts: UTF-16 units, so that an emoji is two."""
    return len(text) + sum(one > "\uffff" for one in text)


def cut(text: str, limit: int) -> str:
    """At most `limit` units, with an ellipsis where something is missing."""
    if units(text) <= limit:
        return text
    return next(pieces(text, limit - 1), "").rstrip() + "…"


def pieces(text: str, limit: int) -> Iterator[str]:
    """`text` in parts of at most `limit` units, cut at a line, else a space, never in an emoji."""
    rest = text
    while units(rest) > limit:
        at = _place(rest, limit)
        yield rest[:at]
        rest = rest[at:]
    if rest:
        yield rest


def _place(text: str, limit: int) -> int:
    most = limit
    while units(text[:most]) > limit:
        most -= (units(text[:most]) - limit + 1) // 2
    for mark in ("\n", " "):
        found = text.rfind(mark, most // 2, most)
        if found > 0:
            return found + 1
    return _whole(text, most)


def _whole(text: str, at: int) -> int:
    """The last place at or before `at` that does not split a composed character."""
    place = at
    while place > max(at - 24, 1) and _glued(text, place):
        place -= 1
    return place if not _glued(text, place) else at


def _glued(text: str, place: int) -> bool:
    following, before = text[place], text[place - 1]
    return (
        following in JOINERS
        or before == "\u200d"
        or "\U0001f3fb" <= following <= "\U0001f3ff"
        or unicodedata.combining(following) != 0
    )
