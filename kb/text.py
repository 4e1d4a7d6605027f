"""Spanish as people type it, made comparable: folded, unabbreviated, stemmed, with its concepts."""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import snowballstemmer

ASKED = 64  # texts that are remembered: each witness asks for the same forms of a message
SHORTEST = 4  # letters of a word that has a stem

_own = threading.local()
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # on letters of Spanish and its neighbours
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_WORD = re.compile(r"[a-z0-9]+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SENTENCE = re.compile(r"[.!?;\n…]+(?=\s|$)|\n+")
_ACCENT_BACK = re.compile(r"(c|s)ion$")
_GREETING = re.compile(
    r"^\s*(?:(?:muy\s+)?buen[oa]s?(?:\s+(?:dias?|tardes?|noches?))?|hola+|que tal|cordial saludo|"
    r"saludos|estimad[oa]s?(?:\s+(?:senor(?:es)?|doctor(?:a|es)?|equipo))?|"
    r"hi|hello|hey|ola|alo|"
    r"good (?:morning|afternoon|evening)|mi gente|equipo|doctor(?:es|a)?|senor(?:es|ita)?|ing|"
    r"ingenier[oa]s?|de soporte|disculpe[n]?|como (?:esta|estan|les va|le va))(?:\b[\s,.:;!¡-]*)"
)
_SIGNATURE = re.compile(
    r"(?:\b(?:atentamente|cordialmente|quedo atent[oa]|quedamos atentos|mil gracias|muchas gracias|"
    r"de antemano gracias|gracias de antemano|saludos|best regards|kind regards|"
    r"thanks in advance)\b.{0,80})$",
    re.DOTALL,
)


class _Words(NamedTuple):
    abbreviations: dict[str, str]
    compounds: re.Pattern[str]
    standing: dict[str, str]
    stop: frozenset[str]
    concepts: dict[str, tuple[str, ...]]


def clean(text: str) -> str:
    """Safe to store: no NUL, no control characters, no lone surrogates. Idempotent."""
    if text.isprintable():  # neither control characters nor surrogates
        return unicodedata.normalize("NFC", text).strip()
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()


@lru_cache(maxsize=ASKED)
def fold(text: str) -> str:
    """Lower case, no accents, stretched letters shortened ("holaaaa" -> "hola"). Idempotent."""
    if text.isascii() and text.isprintable():
        return _STRETCHED.sub(r"\1", " ".join(text.lower().split()))
    bare = unicodedata.normalize("NFKD", clean(text).casefold())
    if not bare.isascii() or bare != bare.casefold():
        # A letter of mathematics is a capital only once it is taken apart: "𝑨" is "A", then "a".
        bare = _without_marks(unicodedata.normalize("NFKD", bare.casefold()))
    return _STRETCHED.sub(r"\1", " ".join(bare.split()))


def _without_marks(apart: str) -> str:
    bare = _ACCENTS.sub("", apart)
    if bare.isascii():  # nothing of other scripts
        return bare
    return "".join(c for c in bare if not unicodedata.combining(c))


def body(folded: str) -> str:
    """A folded message without its greeting and its signature; never empties a message."""
    rest = folded
    while found := _GREETING.match(rest):
        rest = rest[found.end() :]
    rest = _SIGNATURE.sub("", rest).strip(" ,.-") or rest
    return rest or folded


def sentences(text: str) -> list[str]:
    """The sentences of a message, in order, empty ones left out."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


class Heard(NamedTuple):
    """A message made comparable, for all who look at it."""

    body: str  # without greeting and signature
    words: tuple[str, ...]  # of its body, as `plain` gives them
    meant: tuple[str, ...]  # those that carry meaning
    stems: tuple[str, ...]  # theirs


@lru_cache(maxsize=ASKED)
def heard(folded: str) -> Heard:
    """A folded message, taken apart once however many ask for it."""
    rest = body(folded)
    said = _plain(rest)
    kept = _meant(said)
    return Heard(rest, tuple(said), tuple(kept), tuple(map(stem, kept)))


def plain(text: str) -> str:
    """Folded words, one space between them, abbreviations written out, compounds joined."""
    return " ".join(_plain(fold(text)))


def tokens(text: str) -> tuple[str, ...]:
    """The stems that carry meaning, in order."""
    return tuple(map(stem, _meant(_plain(fold(text)))))


def _plain(folded: str) -> list[str]:
    words = _words()
    spoken = [words.abbreviations.get(word, word) for word in _WORD.findall(folded)]
    return words.compounds.sub(
        lambda m: f" {words.standing[m[1]]} ", f" {' '.join(spoken)} "
    ).split()


def _meant(said: Sequence[str]) -> list[str]:
    stop = _words().stop
    return [word for word in said if word not in stop]


def stopwords() -> frozenset[str]:
    """Folded words that carry no meaning of their own."""
    return _words().stop


def concepts_of(token: str) -> tuple[str, ...]:
    """The trade concepts that a stem stands for; empty for an ordinary word."""
    return _words().concepts.get(token, ())


def known_stems() -> Iterable[str]:
    """Every stem the trade vocabulary knows: what a mistyped word may have meant."""
    return _words().concepts.keys()


def known_words() -> Iterable[str]:
    """Every word of the trade vocabulary."""
    return (word for members in _raw()["concepts"].values() for word in _single(members))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a folded word."""
    return (_cut_before().get(word) or cut(word)) if _is_cut(word) else word


def _is_cut(word: str) -> bool:
    return len(word) >= SHORTEST and not word.isdigit()


def cut(word: str) -> str:
    """The Snowball stem of a folded word, with the spelling changes of verbs levelled."""
    root = fold(_snowball()(_ACCENT_BACK.sub(r"\1ión", word)))
    if root.endswith("qu"):
        return root[:-2] + "c"
    if root.endswith("gu"):
        return root[:-1]
    return root[:-1] + "c" if root.endswith("z") else root


def stems_of(words: Iterable[str]) -> str:
    """The file kb/stems.tsv for these words: each with its stem."""
    return "".join(f"{word}\t{cut(word)}\n" for word in sorted({*words}) if _is_cut(word))


@cache
def _cut_before() -> dict[str, str]:
    """The words that ship are cut once, by `radica kb train`, and not at every start."""
    lines = files("kb").joinpath("stems.tsv").read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def _snowball() -> Callable[[str], str]:
    """This thread's own stemmer: each keeps the word that it is cutting in itself."""
    stem_word: Callable[[str], str] | None = getattr(_own, "stem_word", None)
    if stem_word is None:
        _own.stem_word = stem_word = snowballstemmer.stemmer("spanish").stemWord
    return stem_word


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(files("kb").joinpath("words.toml").read_text("utf-8"))


@cache
def _words() -> _Words:
    raw = _raw()
    standing = {said: one for one, many in raw["compounds"].items() for said in many}
    ordered = sorted(standing, key=lambda said: (-len(said), said))
    pattern = re.compile(rf"(?<= )({'|'.join(map(re.escape, ordered))})(?= )")
    stop = frozenset(raw["stopwords"]["words"]) - frozenset(raw["stopwords"]["keep"])
    return _Words(raw["abbreviations"], pattern, standing, stop, _concepts(raw["concepts"]))


def _concepts(raw: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for concept, members in raw.items():
        for token in dict.fromkeys(map(stem, _single(members))):
            found.setdefault(token, []).append(concept)
    return {token: tuple(names) for token, names in found.items()}


def _single(members: list[str]) -> Iterator[str]:
    return (_NOT_WORD.sub("", member) for member in members if " " not in member)
