"""What a person wants of the desk itself: a greeting, a yes, the state of a case, a human."""

import re
from functools import lru_cache

from kb import patterns
from kb.text import ASKED

_WHOLE = patterns.Whole("whole", patterns.alternatives("names", "polite"))
_INSIDE = patterns.Rare("inside")
_PUNCTUATION = re.compile(r"[^\w\s]+|_")
# Where two fit, the one with the greater consequence.
_RANK = (
    *("person", "worse", "withdraw", "not_yet", "status", "list", "new", "cancel", "back"),
    *("privacy", "robot", "dont_know", "no", "yes", "help", "thanks", "greeting"),
)

# "ya quedó" tells, "¿ya quedó?" asks.
_DONE = re.compile(r"\bya quedo\b")
_SIGNS = {"yes": "👍👌✅", "no": "👎❌", "thanks": "🙏❤", "greeting": "👋"}


@lru_cache(maxsize=ASKED)  # a message is asked for its intents and for its risks
def words(folded: str) -> str:
    """A folded message without punctuation, as the patterns expect it."""
    return " ".join(_PUNCTUATION.sub(" ", folded).split())


def only(folded: str) -> str | None:
    """The intent of a message that says nothing else; the most consequential where two fit."""
    said = words(folded)
    if not said or len(said) > 90:
        return None
    asked = "?" in folded
    whole = _WHOLE.found(said)
    if _DONE.search(said):
        whole -= {"yes"} if asked else {"status"}
    return next((name for name in _RANK if name in whole), None)


def all_of(folded: str, only: str | None) -> frozenset[str]:
    """Every intent found in a message: what it is as a whole, and what is in a part of it."""
    found = frozenset(_INSIDE.found(words(folded)))
    if only == "status":
        found -= {"yes"}
    return found | {only} if only else found


def of_emoji(text: str) -> str | None:
    """What a lone emoji says, where it says anything."""
    said = (intent for intent, signs in _SIGNS.items() if any(sign in text for sign in signs))
    return next(said, None)
