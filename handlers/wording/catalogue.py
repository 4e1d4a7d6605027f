"""The .po files, read when first asked for: no build step, translators' own tools."""

from collections.abc import Callable, Mapping
from functools import cache
from gettext import c2py
from pathlib import Path

from babel.messages import Catalog as Messages
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
DOMAIN = "radica"
DEFAULT = "es"

LANGUAGES = tuple(
    sorted(path.parent.parent.name for path in HERE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
)


class Catalogue:
    """One language's sentences by key. A key with two forms is chosen by the fact `count`."""

    def __init__(
        self, sentences: Mapping[str, tuple[str, ...]], form: Callable[[int], int]
    ) -> None:
        """Each key with its forms; `form` is the language's rule: which of them a count takes."""
        self.keys = frozenset(sentences)
        self._sentences = sentences
        self._form = form

    def sentence(self, key: str, count: int = 1) -> str:
        """The sentence under `key`. Raises KeyError when the catalogue has none."""
        forms = self._sentences[key]
        return forms[0] if len(forms) == 1 else forms[self._form(count)]


def language_of(hint: str) -> str:
    """The catalogue language for a hint such as "es-CO" or "en_US"; Spanish for any other."""
    base = hint.replace("_", "-").partition("-")[0].lower()
    return base if base in LANGUAGES else DEFAULT


def variant(language: str, address: str) -> str:
    """The catalogue for a form of address; the plain one where that form has none."""
    spoken = f"{language}_{address}"
    return spoken if spoken in LANGUAGES else language


@cache
def catalogue(language: str, domain: str = DOMAIN) -> Catalogue:
    """The catalogue of one of LANGUAGES; the console's words are a domain of their own."""
    messages = source(language, domain)
    sentences: dict[str, tuple[str, ...]] = {}
    for message in messages:
        forms = message.string or ""
        if isinstance(message.id, str):
            sentences[message.id] = (str(forms),)
        else:
            sentences[message.id[0]] = tuple(forms)
    del sentences[""]  # the file's own header
    return Catalogue(sentences, c2py(messages.plural_expr))


def source(language: str, domain: str = DOMAIN) -> Messages:
    """The .po file as the translators see it, comments and all."""
    path = HERE / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as stream:
        return read_po(stream, locale=language)
