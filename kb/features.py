"""What a message looks like to the scales of kb/scales.py: words, pairs, stems, pieces of words.

Families: `w` words, `s` stems and concepts, `c` pieces, which a word brings by itself; `b` pairs of
neighbours, `p` pairs of what they mean. The values of a family have about length 1 together.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from kb import text

PIECES = (3, 4, 5)  # letters of a piece; a shorter word is one piece
START, END = "^", "$"


def features(folded: str) -> dict[str, float]:
    """The value of every name that a message has."""
    said = text.heard(folded).words
    own = zip(*map(of_word, dict.fromkeys(said)), strict=True)
    families = (*map(chain.from_iterable, own), *of_pairs(said))
    return dict(chain.from_iterable(map(_valued, map(Counter, families))))


def of_word(word: str) -> tuple[tuple[str, ...], ...]:
    """What a word brings by itself, wherever it stands: its names of `w`, `s` and `c`."""
    meant = () if word in text.stopwords() else _meanings(text.stem(word))
    return (f"w:{word}",), meant, tuple(_pieces(f" {word} "))


def of_pairs(said: Sequence[str]) -> tuple[list[str], list[str]]:
    """What neighbours bring together, each once: the names of `b` and `p`."""
    framed = (START, *said, END)
    neighbours = dict.fromkeys(f"b:{left} {right}" for left, right in pairwise(framed))
    meant = dict.fromkeys(f"p:{left} {right}" for left, right in pairwise(map(_head, said)))
    return list(neighbours), list(meant)


def _valued(counted: Counter[str]) -> Iterator[tuple[str, float]]:
    whole = counted.total()
    return ((name, count * whole**-0.5) for name, count in counted.items())


def _meanings(stem: str) -> tuple[str, ...]:
    return (f"s:{stem}", *(f"s:#{concept}" for concept in text.concepts_of(stem)))


@lru_cache(maxsize=20_000)
def _head(word: str) -> str:
    stem = text.stem(word)
    return (*text.concepts_of(stem), stem)[0]


def _pieces(framed: str) -> Iterator[str]:
    for length in PIECES:
        if len(framed) <= length:
            yield f"c:{framed}"
            return
        yield from (f"c:{framed[at : at + length]}" for at in range(len(framed) - length + 1))
