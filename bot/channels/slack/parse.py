"""Slack's payloads -> Inbound: events, presses, submissions, shortcuts and commands. Pure.

Each function answers None for what the desk has no use for (its own messages, joins, previews)
and raises ParseFault for what is not in the documented shape.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.slack.emoji import symbol
from bot.channels.slack.interactions import command, interaction
from bot.channels.slack.people import sender
from bot.channels.slack.shape import (
    ParseFault,
    ident,
    inner,
    items,
    mapping,
    moment,
    number,
    stamp,
    text,
)
from bot.channels.slack.text import readable
from handlers.inbound import Address, File, HomeOpened, Inbound, Joined, Reacted, Said

__all__ = ["ParseFault", "command", "event", "interaction"]

SPOKEN = frozenset({"", "file_share", "thread_broadcast", "me_message"})
GONE = frozenset({"tombstone", "hidden_by_limit"})


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What surrounds an event: which workspace, which delivery, and who the bot is there."""

    account: str
    team: str
    key: str
    own: frozenset[str]


def event(body: Mapping[str, Any], account: str = "") -> Inbound | None:
    """One `event_callback`. Without `account` the workspace's id is it. Raises ParseFault."""
    body = mapping(body, "body")
    around = _envelope(body, account)
    inside = mapping(body.get("event"), "event")
    match text(inside, "type"):
        case "message" | "app_mention":
            return _message(inside, around)
        case "reaction_added" | "reaction_removed":
            return _reaction(inside, around)
        case "app_home_opened":
            return _home(inside, around)
        case "member_joined_channel":
            return _joined(inside, around)
        case _:
            return None


def _envelope(body: Mapping[str, Any], account: str) -> Envelope:
    granted = items(body, "authorizations")
    team = text(granted[0], "team_id") if granted else ""
    team = team or ident(body, "team_id")
    own = frozenset(text(one, "user_id") for one in granted if one.get("is_bot") is True)
    return Envelope(
        account=account or team, team=team, key="event:" + ident(body, "event_id"), own=own
    )


def _message(inside: Mapping[str, Any], around: Envelope) -> Said | None:
    subtype = text(inside, "subtype")
    if subtype == "message_changed":
        return _edit(inside, around)
    if subtype == "message_deleted":
        return _deletion(inside, around)
    if subtype not in SPOKEN or _not_a_person(inside, around):
        return None
    return _said(inside, inside, around)


def _said(message: Mapping[str, Any], inside: Mapping[str, Any], around: Envelope) -> Said:
    ref = stamp(message, "ts")
    address = _address(message, inside, around)
    words = text(message, "text")
    mentioned = text(inside, "type") == "app_mention" or any(
        f"<@{one}" in words for one in around.own
    )
    return Said(
        address=address,
        key=f"msg:{address.chat}:{ref}",
        at=moment(ref),
        ref=ref,
        text=readable(_unaddressed(words, around.own) if mentioned else words),
        files=tuple(_file(one) for one in items(message, "files") if text(one, "mode") not in GONE),
        quotes=address.thread if address.private else None,
        mentioned=mentioned,
    )


def _edit(inside: Mapping[str, Any], around: Envelope) -> Said | None:
    """An edit by its author; a preview that Slack unfolds changes no word and is none."""
    after = mapping(inside.get("message"), "message")
    before = inner(inside, "previous_message")
    if text(after, "subtype") == "tombstone":
        return _deletion(inside, around)
    if _not_a_person(after, around) or after.get("text") == before.get("text"):
        return None
    said = _said(after, inside, around)
    return Said(
        address=said.address,
        key=around.key,
        at=moment(stamp(inside, "ts")),
        ref=said.ref,
        text=said.text,
        files=said.files,
        edit_of=said.ref,
        mentioned=said.mentioned,
    )


def _deletion(inside: Mapping[str, Any], around: Envelope) -> Said | None:
    before = inner(inside, "previous_message")
    if not before or _not_a_person(before, around):
        return None
    ref = stamp(before, "ts")
    return Said(
        address=_address(before, inside, around),
        key=around.key,
        at=moment(stamp(inside, "ts")),
        ref=ref,
        deletes=ref,
    )


def _not_a_person(message: Mapping[str, Any], around: Envelope) -> bool:
    """Bots, this one included, and Slack itself: answering them would make a loop."""
    author = text(message, "user")
    if (
        message.get("bot_id")
        or message.get("bot_profile")
        or text(message, "subtype") == "bot_message"
    ):
        return True
    return author in around.own or author in ("", "USLACKBOT")


def _unaddressed(words: str, own: frozenset[str]) -> str:
    """The text without the mention that it begins with."""
    who = "|".join(re.escape(one) for one in sorted(own)) or r"[A-Z0-9]+"
    return re.sub(rf"\A\s*<@(?:{who})(?:\|[^<>]*)?>[\s:,]*", "", words)


def _address(message: Mapping[str, Any], inside: Mapping[str, Any], around: Envelope) -> Address:
    chat = ident(inside, "channel")
    root = text(message, "thread_ts")
    team = text(message, "user_team") or text(inside, "user_team") or text(message, "team")
    return Address(
        channel="slack",
        account=around.account,
        user=sender(ident(message, "user"), team, around.team),
        chat=chat,
        thread=root if root and root != message.get("ts") else None,
        name=text(inner(message, "user_profile"), "display_name"),
        private=text(inside, "channel_type") == "im" or chat.startswith("D"),
    )


def _file(one: Mapping[str, Any]) -> File:
    duration = number(one, "duration_ms")
    ref = ident(one, "id")
    return File(
        kind=_kind(text(one, "mimetype"), text(one, "subtype")),
        ref=ref,
        name=text(one, "name") or text(one, "title"),
        size=number(one, "size"),
        mime=text(one, "mimetype"),
        seconds=None if duration is None else round(duration / 1000),
        unique=ref,
        url=text(one, "url_private_download") or text(one, "url_private"),
    )


def _kind(mime: str, subtype: str) -> str:
    family = mime.partition("/")[0]
    if subtype == "slack_audio":
        return "voice"
    return {"image": "photo", "audio": "audio", "video": "video"}.get(family, "document")


def _reaction(inside: Mapping[str, Any], around: Envelope) -> Reacted | None:
    item = inner(inside, "item")
    user = ident(inside, "user")
    if text(item, "type") != "message" or user in around.own:
        return None
    chat = ident(item, "channel")
    return Reacted(
        address=_plain_address(inside, around, chat),
        key=around.key,
        at=_when(inside),
        ref=stamp(item, "ts"),
        emoji=symbol(text(inside, "reaction")),
        removed=text(inside, "type") == "reaction_removed",
    )


def _home(inside: Mapping[str, Any], around: Envelope) -> HomeOpened | None:
    if text(inside, "tab") != "home":
        return None
    chat = text(inside, "channel") or ident(inside, "user")
    return HomeOpened(
        address=_plain_address(inside, around, chat), key=around.key, at=_when(inside)
    )


def _joined(inside: Mapping[str, Any], around: Envelope) -> Joined | None:
    if ident(inside, "user") not in around.own:
        return None
    return Joined(
        address=_plain_address(inside, around, ident(inside, "channel")),
        key=around.key,
        at=_when(inside),
        added=True,
    )


def _plain_address(inside: Mapping[str, Any], around: Envelope, chat: str) -> Address:
    user = ident(inside, "user")
    return Address(
        channel="slack",
        account=around.account,
        user=sender(user, text(inside, "user_team"), around.team),
        chat=chat,
        private=chat[0] in "DUW",
    )


def _when(inside: Mapping[str, Any]) -> datetime:
    return moment(stamp(inside, "event_ts"))
