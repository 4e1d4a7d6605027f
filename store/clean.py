"""Text that every database and platform takes: no NUL, no lone surrogate (F18)."""

import unicodedata

LARGEST = 2**63 - 1


def clean(text: str) -> str:
    """The text without NUL; a surrogate without its half becomes U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def fold(text: str) -> str:
    """The text for comparing names: no case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", clean(text)).casefold()
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def fits(number: object) -> bool:
    """Whether both databases can hold the number: 63 bits and a sign."""
    return isinstance(number, int) and -LARGEST - 1 <= number <= LARGEST
