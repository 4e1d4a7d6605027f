"""The bytes of a press, a form or a shortcut of Slack's as a mapping.

Bolt would read the form itself, with the standard library, which takes a quoted byte at a time:
for a press on a card, which carries its whole message, longer than everything else that is done
before the turn. What is out of the ordinary is left to Bolt.
"""

from binascii import a2b_qp
from typing import Any, Final
from urllib.parse import unquote_plus

import orjson

PAYLOAD: Final = b"payload="

_PRINTABLE: Final = bytes.maketrans(b"+%", b" =")
_ODD: Final = (b"=", b"\r", b"\n")  # they say something else in quoted-printable


def interaction(body: bytes) -> dict[str, Any] | None:
    """The payload of a press, a form or a shortcut; None for anything else, and for what only
    Bolt's own reading may judge."""
    if not body.startswith(PAYLOAD) or b"&" in body:
        return None
    try:
        payload = orjson.loads(unquoted(body[len(PAYLOAD) :]))
    except ValueError:  # no JSON; or half a surrogate pair, which Python's own reader lets pass
        return None
    return payload if isinstance(payload, dict) else None


def unquoted(quoted: bytes) -> str:
    """A form's value, as `urllib.parse.unquote_plus` gives it.

    But for the sign before them, its escapes are those of quoted-printable, which is read in C.
    """
    if not any(odd in quoted for odd in _ODD):
        plain = a2b_qp(quoted.translate(_PRINTABLE))
        if len(plain) == len(quoted) - 2 * quoted.count(b"%"):  # else a percent sign is a stray one
            try:
                return plain.decode()
            except UnicodeDecodeError:
                pass
    return unquote_plus(quoted.decode("utf-8", "replace"))
