"""Facts inside a message: who is affected, where, which device, which numbers."""

import re
from typing import NamedTuple

from kb import patterns, text
from kb.reading import Scope
from policy.pack import Policy

_KIND = patterns.alternatives("names", "places")
_NO_PLACE = patterns.alternatives("names", "not_a_place")
_PLACE = re.compile(
    rf"\b(?P<kind>{_KIND})\s+(?:(?:numero|no|nro|n|de|del|la|el|las|los)\s+)?"
    rf"(?P<name>\d{{1,4}}[a-z]?\b|[a-z](?![a-z])|(?!(?:{_NO_PLACE})\b)[a-z]{{3,}}\d{{0,2}})"
)
_DEVICES = patterns.Rare("devices")
_SCOPES = patterns.Rare("scope")

_NTH = patterns.alternatives("names", "nth")
_ORDINAL = re.compile(
    r"^\W*(?:(?:la|el|opcion|numero|option|number|the)\s+)*"
    rf"(?:(?P<digit>\d{{1,2}})(?:ra|da|ta|a|o|st|nd|rd|th)?|(?P<word>{_NTH}))"
    r"(?: one| opcion| por favor)?\W*$"
)
_ORDINALS = {
    "primer": 1,
    "segund": 2,
    "tercer": 3,
    "cuart": 4,
    "quint": 5,
    "sext": 6,
    "septim": 7,
    "octav": 8,
    "noven": 9,
    "uno": 1,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "ultim": -1,
    "last": -1,
}
_OUTSIDE = re.compile(rf"\b(?:{patterns.alternatives('names', 'outside')})\b")
_NO_CASE = patterns.alternatives("names", "not_a_case")
_CASE = re.compile(rf"(?<![\w.,:/-])(?:#\s?)?(\d{{3,7}})(?![\w/]|[.,:-]\d)(?!\s*(?:{_NO_CASE}))")
_LONG = re.compile(r"\d{3}")  # what the number of a case or a study has at least
_STUDY = re.compile(
    r"\b(?P<kind>estudios?|orden(?:es)?|accesos?|examen(?:es)?|ingresos?|accession|stud(?:y|ies)|"
    r"orders?|exam|factura|invoice)\s+(?:(?:numero|number|nro|no|num|n|de|con|the)\.?\s+)*#?\s?"
    r"(?P<number>[a-z]{0,4}-?\d{3,14}(?:-\d{1,6})?)\b(?!\s*%)"
)
_QUOTED = r"«([^»]{3,80})»|“([^”]{3,80})”|\"([^\"]{3,80})\"|(?<!\w)'([^']{3,80})'(?!\w)"
_SHOWN = re.compile(
    rf"\b(?:sale|salio|dice|decia|aparece|aparecio|muestra|arroja|bota|mensaje|error|aviso|letrero|"
    rf"says|shows|message|error)\b[^«“\"'\n]{{0,40}}(?:{_QUOTED})",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:error|codigo|código|code)\s+(?:(?:de|numero|número|nro|no|code|http)\.?\s+)*"
    r"(?:#\s?)?((?:0x[0-9a-f]{2,10}|[a-z]{0,4}-?\d{2,6}))\b",
    re.IGNORECASE,
)
MOST_STUDIES = 3


def place(folded: str) -> str | None:
    """Such as "sala 2" or "sede norte"; None where no place is named."""
    found = _PLACE.search(folded)
    return f"{found['kind']} {found['name']}" if found else None


def device(folded: str) -> str | None:
    """The device spoken of, by its usual name: the one that is named first."""
    return _DEVICES.first(folded)


def scope(folded: str) -> Scope | None:
    """Whom it affects, when the words say so."""
    found = _SCOPES.found(folded)
    if "one" in found:
        return "one"
    if "all" in found:
        return "all"
    return "several" if found else None


def numbers(folded: str) -> tuple[int, ...]:
    """What could be case numbers, in order, each once."""
    if not _LONG.search(folded):
        return ()
    bare = _CODE.sub(" ", _STUDY.sub(" ", folded))
    return tuple(dict.fromkeys(int(digits) for digits in _CASE.findall(bare)))


def studies(folded: str) -> tuple[str, ...]:
    """Studies, orders and accesses by their numbers, such as "estudio 88123"."""
    if not _LONG.search(folded):
        return ()
    found = (f"{hit['kind']} {hit['number']}" for hit in _STUDY.finditer(folded))
    return tuple(dict.fromkeys(found))[:MOST_STUDIES]


def error(said: str) -> str | None:
    """What the screen says: the words quoted after "sale", or an error by its number."""
    if quoted := _SHOWN.search(said):
        return " ".join(next(part for part in quoted.groups() if part).split())
    code = _CODE.search(said)
    return f"error {code[1]}" if code else None


def is_outside(folded: str) -> bool:
    """Whether the person says that they work away from the site."""
    return bool(_OUTSIDE.search(folded))


def ordinal(folded: str) -> int | None:
    """Which of a list: "la 2" -> 2, "la última" -> -1; only when nothing else is said."""
    found = _ORDINAL.match(folded)
    if not found:
        return None
    if found["digit"]:
        return int(found["digit"])
    word = found["word"]
    return next((n for stem, n in _ORDINALS.items() if word.startswith(stem)), None)


class Product(NamedTuple):
    """A category of a catalogue, as it is named in a message."""

    key: str
    names: tuple[str, ...]
    whole: re.Pattern[str]

    def is_in(self, folded: str) -> bool:
        """Whether one of its names is there, as words of its own."""
        return any(name in folded for name in self.names) and bool(self.whole.search(folded))


def products(policy: Policy) -> tuple[Product, ...]:
    """The categories of a catalogue."""
    return tuple(
        _product(one.key, one.label, one.name.es, one.name.en) for one in policy.categories
    )


def _product(key: str, *said: str) -> Product:
    names = tuple(dict.fromkeys(map(text.fold, said)))
    return Product(key, names, re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b"))
