"""Names as people type them: matched without case, accents or punctuation, with a suggestion."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Lower case, no accents, words joined by one space: "Crítica " and "CRITICA" are the same."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def suggest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is closest to a mistyped one, or None where nothing is close."""
    by_fold = {fold(one): one for one in known}
    close = get_close_matches(fold(name), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


class UnknownName(LookupError):
    """A name that the policy does not have. `suggestion` is the nearest one it has."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        self.suggestion = suggest(name, self.known)
        hint = f"did you mean {self.suggestion!r}?" if self.suggestion else self._offer()
        super().__init__(f"no such {kind}: {name!r}; {hint}")

    def _offer(self) -> str:
        return "known: " + ", ".join(self.known[:12]) if self.known else "there is none"


def pick(kind: str, name: str, index: Mapping[str, T], known: Callable[[], Iterable[str]]) -> T:
    """The value under a folded name. Raises UnknownName."""
    found = index.get(fold(name))
    if found is None:
        raise UnknownName(kind, name, known())
    return found
