"""Passwords, tokens and personal documents in a message: found and masked."""

import re

from kb.reading import Reading

MASK = "••••"

_NAMED = re.compile(
    r"(?P<lead>\b(?:clave|contrase(?:ñ|n)a|password|passwd|pass|pwd|pin|token|"
    r"api[ _-]?key|secret[oa]?)\b"
    r"(?:\s+(?:de|del|para|al|of|for|to|en|el|la|mi|my|usuario|user|pacs|ris|vpn|portal|correo|"
    r"sgm|metabase))*"
    r"\s*(?:\s(?:es|era|is|ser[ií]a)\b|[:=]|\s(?:es|is)\s*:)\s*[\"'«]?)(?P<value>[^\s\"'»,;]{3,})",
    re.IGNORECASE,
)
_TOKENS = re.compile(
    r"\b(?:xox[abeprs]-[\w-]{8,}|\d{8,10}:[\w-]{30,}|gh[pousr]_\w{20,}|sk-[\w-]{16,}|"
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|AKIA[0-9A-Z]{12,}|glpat-[\w-]{16,})"
)
_LOOKS_SECRET = re.compile(r"[\d\W_]|[a-z][A-Z]")
_ORDINARY = re.compile(
    r"(?:(?:incorrect|correct|inv[aá]lid|err[oó]ne|equivocad|vencid|necesari|obligatori)\w*|muy|la|el|no|"
    r"otra|otro|wrong|una|un|para|que|de|mi|su|c[oó]mo|cu[aá]l|lo|tan|f[aá]cil|dif[ií]cil)\W*$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d[\d.\- ]{4,}\d")  # what every number of a document has
_DOCUMENT_WORD = re.compile(
    r"(?P<lead>\b(?:c[eé]dula|cc|dni|curp|ruc|rut|nit|rfc|cuil|pasaporte|passport|documento|identidad|"
    r"identificaci[oó]n|id number|t\.?i\.?|carn[eé]t?|hc)\b[^\d\n]{0,24}?)"
    r"(?P<value>\d[\d.\- ]{4,}\d|[A-Z]{4}\d{6}[A-Z0-9]{6,8})",
    re.IGNORECASE,
)
_DOCUMENT_BARE = re.compile(
    r"(?<![\w.:/-])(?:\d{1,3}(?:\.\d{3}){2,3}|\d{8,13}|[A-Z]{4}\d{6}[HM][A-Z]{5}\w\d)(?![\w:/-])"
)


def unread(text: str) -> Reading:
    """A message whose words could not be made sense of: kept, with what is secret masked."""
    stored = mask_secrets(text)
    return Reading(text=text, stored=stored, card_text=mask_documents(stored))


def mask_secrets(text: str) -> str:
    """The text with what follows "mi clave es" and known token shapes masked. Idempotent."""
    return _TOKENS.sub(MASK, _NAMED.sub(_masked_value, text))


def mask_documents(text: str) -> str:
    """The text with long personal document numbers masked to their last two digits. Idempotent."""
    if not _DIGITS.search(text):
        return text
    named = _DOCUMENT_WORD.sub(lambda m: m["lead"] + _last_two(m["value"]), text)
    return _DOCUMENT_BARE.sub(lambda m: _last_two(m[0]), named)


def _masked_value(found: re.Match[str]) -> str:
    value = found["value"]
    lead = found["lead"]
    told = ":" in lead or "=" in lead
    if (
        value.startswith(MASK)
        or _ORDINARY.match(value)
        or not (told or _LOOKS_SECRET.search(value))
    ):
        return found[0]
    return lead + MASK


def _last_two(number: str) -> str:
    return MASK + number.strip()[-2:]
