"""The bytes of a request of Slack's as the mapping that Bolt works on.

Bolt would read the form itself, with the standard library, which takes a quoted byte at a time:
for a press on a card, which carries its whole message, longer than everything else that is done
before the turn. What is out of the ordinary is left to Bolt.
"""

from typing import Any, Final
from urllib.parse import unquote_plus

import orjson

PAYLOAD: Final = b"payload="


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
    """A form's value, as `urllib.parse.unquote_plus` gives it."""
    plain = quoted.replace(b"+", b" ")
    if b"\\" not in plain:
        try:
            escaped = plain.replace(b"%", b"\\x").decode("unicode_escape")
            return escaped.encode("latin-1").decode()
        except UnicodeError:  # a stray percent sign, bytes that are no UTF-8
            pass
    return unquote_plus(quoted.decode("utf-8", "replace"))
