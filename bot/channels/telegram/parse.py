"""An update to an Inbound. Pure; any shape that the Bot API does not document is a ParseFault."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram.contents import CONTENT, files, spoken
from bot.channels.telegram.fields import ident, items, mapping, moment, number, part, words
from handlers.inbound import Address, Commanded, Inbound, Joined, Pressed, Reacted, Said

_COMMAND = re.compile(r"/([^\W\d][\w-]*)(?:@(\w+))?(?:\s+(.*))?\s*", re.DOTALL)
_EPOCH = datetime.fromtimestamp(0, UTC)
_HERE = ("member", "administrator", "creator", "restricted")
_LONGEST_NAME = 200

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Origin:
    account: str
    username: str
    key: str
    received: datetime | None

    def address(self, user: Json, chat: Json, topic: str | None = None) -> Address:
        name = f"{words(user, 'first_name')} {words(user, 'last_name')}".strip()
        return Address(
            channel="telegram",
            account=self.account,
            user=ident(user, "id"),
            chat=ident(chat, "id"),
            thread=topic,
            name=name[:_LONGEST_NAME],
            language=words(user, "language_code") or None,
            private=words(chat, "type") == "private",
        )


def inbound(
    update: Json, *, account: str, username: str = "", received: datetime | None = None
) -> Inbound | None:
    """What the update says, or None where it says nothing to the desk. Raises ParseFault.

    `username` is the bot's, so that a command for another bot of the group is left alone.
    `received` stands for the time of a press, which Telegram does not date.
    """
    whole = mapping(update, "update")
    key = f"update:{ident(whole, 'update_id')}"
    origin = _Origin(account=account, username=username.lower(), key=key, received=received)
    for kind, build in _BUILDERS.items():
        value = part(whole, kind)
        if value is not None:
            return build(value, origin)
    return None


def _message(message: Json, origin: _Origin) -> Inbound | None:
    if "migrate_to_chat_id" in message:
        return _migrated(message, origin)
    author = _author(message, origin)
    if author is None or not CONTENT & message.keys():
        return None
    command = _COMMAND.fullmatch(words(message, "text"))
    if command is None:
        return _said(message, author, origin)
    return _commanded(message, author, command, origin)


def _edited(message: Json, origin: _Origin) -> Inbound | None:
    author = _author(message, origin)
    if author is None or not CONTENT & message.keys():
        return None
    return _said(message, author, origin, edited=True)


def _said(message: Json, author: Json, origin: _Origin, *, edited: bool = False) -> Said:
    ref = ident(message, "message_id")
    quoted = part(message, "reply_to_message")
    dated = "edit_date" if edited and "edit_date" in message else "date"
    text = spoken(message)
    return Said(
        address=_place(message, author, origin),
        key=origin.key,
        at=moment(message, dated),
        ref=ref,
        text=text,
        files=files(message),
        quotes=ident(quoted, "message_id") if quoted else None,
        album=words(message, "media_group_id") or None,
        edit_of=ref if edited else None,
        mentioned=bool(origin.username) and f"@{origin.username}" in text.lower(),
    )


def _commanded(
    message: Json, author: Json, command: "re.Match[str]", origin: _Origin
) -> Commanded | None:
    name, addressee, args = command.groups()
    if addressee and origin.username and addressee.lower() != origin.username:
        return None
    return Commanded(
        address=_place(message, author, origin),
        key=origin.key,
        at=moment(message, "date"),
        name=_folded(name),
        args=(args or "").strip(),
        ref=ident(message, "message_id"),
    )


def _pressed(query: Json, origin: _Origin) -> Pressed | None:
    user = mapping(query.get("from"), "from")
    message = part(query, "message")
    # Without a message (it came from an inline one) the chat with the person has their own id.
    chat = (
        mapping(message.get("chat"), "chat")
        if message
        else {"id": user.get("id"), "type": "private"}
    )
    at = origin.received or (_EPOCH if message is None else moment(message, "date"))
    return Pressed(
        address=origin.address(user, chat, _topic(message or {})),
        key=origin.key,
        at=at,
        code=words(query, "data"),
        ref=ident(message, "message_id") if message else None,
        trigger=words(query, "id") or None,
    )


def _reacted(change: Json, origin: _Origin) -> Reacted | None:
    user = part(change, "user")
    if user is None or _is_a_bot(user, origin):
        return None
    before, after = _emoji(change, "old_reaction"), _emoji(change, "new_reaction")
    put = [emoji for emoji in after if emoji not in before]
    taken = [emoji for emoji in before if emoji not in after]
    if not put and not taken:
        return None
    return Reacted(
        address=origin.address(user, mapping(change.get("chat"), "chat")),
        key=origin.key,
        at=moment(change, "date"),
        ref=ident(change, "message_id"),
        emoji=(put or taken)[0],
        removed=not put,
    )


def _emoji(change: Json, name: str) -> list[str]:
    return [words(one, "emoji") for one in items(change, name) if words(one, "type") == "emoji"]


def _joined(change: Json, origin: _Origin) -> Joined | None:
    """The bot was blocked, unblocked, let into a group or put out of one."""
    user, chat = mapping(change.get("from"), "from"), mapping(change.get("chat"), "chat")
    before, after = (_present(change, name) for name in ("old_chat_member", "new_chat_member"))
    if before == after:
        return None
    address = origin.address(user, chat)
    added = after and not address.private
    return Joined(
        address=address,
        key=origin.key,
        at=moment(change, "date"),
        added=added,
        blocked=None if added else not after,
    )


def _present(change: Json, name: str) -> bool:
    member = mapping(change.get(name), name)
    status = words(member, "status")
    return status in _HERE and not (status == "restricted" and member.get("is_member") is False)


def _migrated(message: Json, origin: _Origin) -> Joined:
    user = part(message, "from") or {"id": number(mapping(message.get("chat"), "chat"), "id")}
    return Joined(
        address=_place(message, user, origin),
        key=origin.key,
        at=moment(message, "date"),
        new_chat=ident(message, "migrate_to_chat_id"),
    )


def _place(message: Json, author: Json, origin: _Origin) -> Address:
    return origin.address(author, mapping(message.get("chat"), "chat"), _topic(message))


def _topic(message: Json) -> str | None:
    is_topic = message.get("is_topic_message") is True
    return ident(message, "message_thread_id") if is_topic else None


def _author(message: Json, origin: _Origin) -> Json | None:
    """The person who wrote, or None for a bot, a channel and the desk itself: no loops (F56)."""
    author = part(message, "from")
    return None if author is None or _is_a_bot(author, origin) else author


def _is_a_bot(user: Json, origin: _Origin) -> bool:
    return user.get("is_bot") is True or ident(user, "id") == origin.account


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return kept.replace("-", "_")


_BUILDERS: dict[str, Callable[[Json, _Origin], Inbound | None]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "message_reaction": _reacted,
    "my_chat_member": _joined,
}
UPDATES = tuple(_BUILDERS)  # what getUpdates and setWebhook ask for
