"""What use teaches: a client's sentence made fit to be a phrase, and what it would be a copy of."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from kb import text
from kb.secrets import MASK, mask_documents, mask_secrets
from policy.pack import Policy

LONGEST = 160  # letters of a phrase: longer ones are like everything
READ = 1000  # letters of a message in which a phrase is looked for
LEAST = 2  # stems without which a phrase says nothing
ALIKE = 88  # of 100, from which two phrases are one

GUIDE, TYPOLOGY, NOTICE, NOT = "article", "typology", "notice", "not"

_ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:https?://|www\.)\S+", re.IGNORECASE)
_DIGITS = re.compile(rf"{MASK}\d{{0,2}}|(?<![\w.])\+?\d[\d .-]{{4,}}\d\b|\b\d{{5,}}\b")
_NAME = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñü'-]+"
_TITLED = re.compile(
    r"(?P<lead>\b(?i:pacientes?|señora?|sra?|doctora?|dra?|ingeniera?|ing|licenciada?|lic|don|doña|"
    r"soy|se llama|nombre|patient|mr|mrs|ms|my name is|i am)\b\.?:?\s+)"
    rf"(?P<name>{_NAME}(?:\s+(?:de\s+|del\s+|la\s+)*{_NAME}){{0,4}})"
)
_MASKS = re.compile(rf"{MASK}(?:[\s,]+{MASK})+")


def phrase_of(said: str, names: Iterable[str] = ()) -> str:
    """The message as a phrase: secrets, numbers, addresses and names masked, clipped at a sentence.

    `names` are those of the person and their institution. Empty where too little is left to say
    anything. A person reads it before it is used, for no mask knows every name.
    """
    masked = _masked(text.clean(said[:READ]), names)
    kept: list[str] = []
    for sentence in text.sentences(masked):
        if not _says(sentence):
            continue
        if kept and len(". ".join([*kept, sentence])) > LONGEST:
            break
        kept.append(sentence)
    phrase = _clipped(" ".join(". ".join(kept).split()))
    return phrase if _says(phrase) else ""


class Phrases:
    """Phrases made ready to be compared with many messages."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._stems = [_stems(phrase) for phrase in phrases]

    def copy_of(self, said: str) -> int | None:
        """The place of the phrase that says the same, the nearest one; None where none does."""
        mine = _stems(said)
        near = (fuzz.ratio(mine, other, score_cutoff=ALIKE) for other in self._stems)
        score, place = max(zip(near, range(len(self._stems)), strict=False), default=(0.0, 0))
        return place if score else None


def copy_of(phrase: str, others: Iterable[str]) -> int | None:
    """The same, for one phrase."""
    return Phrases(others).copy_of(phrase)


def topic_of(policy: Policy, typology: str) -> str:
    """The topic under which the matcher knows a typology: its guide, where that answers it."""
    row = policy.typology(typology)
    return f"{GUIDE}:{row.article}" if row.misuse and row.article else f"{TYPOLOGY}:{row.id}"


def _masked(said: str, names: Iterable[str]) -> str:
    safe = mask_documents(mask_secrets(_ADDRESS.sub(MASK, said)))
    safe = _DIGITS.sub(MASK, safe)
    safe = _TITLED.sub(lambda found: found["lead"] + MASK, safe)
    for word in dict.fromkeys(word for name in names for word in _own(name)):
        safe = re.sub(rf"\b{re.escape(word)}\b", MASK, safe, flags=re.IGNORECASE)
    return _MASKS.sub(MASK, safe)


def _own(name: str) -> tuple[str, ...]:
    """The name as a whole, and its words; not those of the trade, such as "Clínica"."""
    words = [word for word in re.findall(r"[^\W\d_]+", name) if len(word) > 2]
    trade = [w for w in words if text.concepts_of(text.stem(text.fold(w)))]
    return (name, *(word for word in words if word not in trade)) if name.strip() else ()


def _says(phrase: str) -> bool:
    return sum(not stem.isdigit() for stem in _stems(phrase).split()) >= LEAST


def _stems(phrase: str) -> str:
    """In the order of the alphabet: what comes first in a sentence says little."""
    return " ".join(sorted(text.heard(text.fold(phrase)).stems))


def _clipped(phrase: str) -> str:
    if len(phrase) <= LONGEST:
        return phrase
    head = phrase[:LONGEST]
    return head.rpartition(" ")[0] or head
