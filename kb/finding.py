"""Guides found by words: what somebody types after /guias."""

from kb import text
from kb.library import Article, Library

IN_TITLE, IN_PHRASES, IN_TEXT = 4, 2, 1  # what a word counts where it stands


def find(library: Library, words: str, language: str) -> tuple[Article, ...]:
    """The guides that hold most of the words, the best first; none where no word is in any."""
    wanted = _known(words)
    found = ((_score(article, wanted), article) for article in _shelf(library, language))
    ranked = sorted((one for one in found if one[0]), key=lambda one: (-one[0], one[1].id))
    best = ranked[0][0] if ranked else 0
    return tuple(article for score, article in ranked if 2 * score >= best)


def _shelf(library: Library, language: str) -> list[Article]:
    return [one for id in library.ids if (one := library.article(id, language)) is not None]


def _score(article: Article, wanted: frozenset[str]) -> int:
    places = (
        (IN_TITLE, _known(article.title)),
        (IN_PHRASES, _known(" ".join(article.phrases))),
        (IN_TEXT, _known(article.text)),
    )
    held = ((next((w for w, known in places if word in known), 0)) for word in wanted)
    return sum(held)


def _known(said: str) -> frozenset[str]:
    """The stems of a text and the concepts of the trade that they stand for."""
    stems = frozenset(text.tokens(said))
    return stems.union(*(text.concepts_of(stem) for stem in stems))
