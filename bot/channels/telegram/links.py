"""Links into the chat with the bot."""

import re

from bot.channels.telegram import limits

_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{limits.DEEP_LINK}}}")


def deep_link(username: str, payload: str = "") -> str:
    """A link that opens the chat; with a payload, `/start PAYLOAD` is sent on the first press.

    Raises ValueError for a payload that Telegram would drop.
    """
    link = f"https://t.me/{username.removeprefix('@')}"
    if not payload:
        return link
    if not _PAYLOAD.fullmatch(payload):
        raise ValueError("a link carries 1 to 64 of A-Z a-z 0-9 _ -")
    return f"{link}?start={payload}"
