"""What a message looks like to the scales of kb/scales.py: words, pairs, stems, pieces of words."""

from collections.abc import Iterable, Iterator, Sequence

from kb import text

PIECES = (3, 4, 5)  # letters of a piece; a shorter word is one piece
START, END = "^", "$"


def features(folded: str) -> dict[str, float]:
    """Each name once with its value; the values of one family have length 1 together."""
    return {name: value for value, names in families(folded) for name in names}


def families(folded: str) -> list[tuple[float, list[str]]]:
    """The names that a message has of each family, and the value that all of these have.

    Families: `w` words, `b` neighbours, `s` stems and concepts, `p` pairs of concepts, `c` pieces.
    """
    said = text.plain(text.body(folded)).split()
    if not said:
        return []
    stop = text.stopwords()
    stems = [text.stem(word) for word in said]
    kept = [stem for word, stem in zip(said, stems, strict=True) if word not in stop]
    heads = [(text.concepts_of(stem) or (stem,))[0] for stem in stems]
    framed = [START, *said, END]
    found = (
        ("w", {*said}),
        ("b", {*_pairs(framed)}),
        ("s", {*_with_concepts(kept)}),
        ("p", {*_pairs(heads)}),
        ("c", {*_pieces(said)}),
    )
    return [
        (len(names) ** -0.5, [f"{family}:{name}" for name in names])
        for family, names in found
        if names
    ]


def _pairs(words: Sequence[str]) -> Iterator[str]:
    return (f"{left} {right}" for left, right in zip(words, words[1:], strict=False))


def _with_concepts(stems: Iterable[str]) -> Iterator[str]:
    for stem in stems:
        yield stem
        yield from (f"#{concept}" for concept in text.concepts_of(stem))


def _pieces(words: Iterable[str]) -> Iterator[str]:
    for word in set(words):
        framed = f" {word} "
        for length in PIECES:
            if len(framed) <= length:
                yield framed
                break
            yield from (framed[at : at + length] for at in range(len(framed) - length + 1))
