"""The .po files, compiled in memory when first asked for: no build step, translators' own tools."""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog as Messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
DOMAIN = "radica"
DEFAULT = "es"

LANGUAGES = tuple(
    sorted(path.parent.parent.name for path in HERE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
)


class Catalogue:
    """One language's sentences by key. A key with two forms is chosen by the fact `count`."""

    def __init__(self, translations: GNUTranslations, forms: Mapping[str, int]) -> None:
        self.keys = frozenset(forms)
        self._forms = forms
        self._translations = translations

    def sentence(self, key: str, count: int = 1) -> str:
        """The sentence under `key`. Raises KeyError when the catalogue has none."""
        if self._forms[key] == 1:
            return self._translations.gettext(key)
        return self._translations.ngettext(key, f"{key}.many", count)


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
    """The compiled catalogue of one of LANGUAGES; the console's words are a domain of their own."""
    messages = source(language, domain)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    forms = {
        message.id if isinstance(message.id, str) else message.id[0]: (
            1 if isinstance(message.id, str) else len(message.id)
        )
        for message in messages
        if message.id
    }
    return Catalogue(GNUTranslations(compiled), forms)


def source(language: str, domain: str = DOMAIN) -> Messages:
    """The .po file as the translators see it, comments and all."""
    path = HERE / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as stream:
        return read_po(stream, locale=language)
