"""Presses, submitted forms, shortcuts and slash commands -> Inbound. Pure.

Slack tells no time for submissions and commands: the edge passes the moment it received them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.slack.people import sender
from bot.channels.slack.shape import (
    STAMP,
    ParseFault,
    ident,
    inner,
    items,
    mapping,
    moment,
    stamp,
    text,
)
from bot.channels.slack.text import folded, readable
from handlers.inbound import Address, Commanded, Inbound, Pressed, Submitted


def interaction(
    payload: Mapping[str, Any], account: str = "", *, at: datetime | None = None
) -> Inbound | None:
    """A block_actions, view_submission or shortcut payload. Raises ParseFault.

    Without `account`, the workspace's id stands for it.
    """
    payload = mapping(payload, "payload")
    match text(payload, "type"):
        case "block_actions":
            return _pressed(payload, account)
        case "view_submission":
            return _submitted(payload, account, at)
        case "message_action":
            return _on_message(payload, account, at)
        case "shortcut":
            return _shortcut(payload, account, at)
        case _:
            return None


def command(form: Mapping[str, Any], account: str = "", *, at: datetime | None = None) -> Commanded:
    """A slash command's form. Raises ParseFault."""
    form = mapping(form, "form")
    team, chat = ident(form, "team_id"), ident(form, "channel_id")
    address = Address(
        channel="slack",
        account=account or team,
        user=ident(form, "user_id"),
        chat=chat,
        thread=text(form, "thread_ts") or None,
        name=text(form, "user_name"),
        private=chat.startswith("D") or text(form, "channel_name") == "directmessage",
    )
    return Commanded(
        address=address,
        key="trigger:" + ident(form, "trigger_id"),
        at=_given(at),
        name=folded(text(form, "command")).lstrip("/"),
        args=folded(readable(text(form, "text"))),
        text=readable(text(form, "text")).strip(),
        trigger=ident(form, "trigger_id"),
    )


def _pressed(payload: Mapping[str, Any], account: str) -> Pressed | None:
    actions = items(payload, "actions")
    if not actions:
        raise ParseFault("actions", "none")
    code = _code(actions[0])
    if not code:
        return None  # a link, or an input that is read when its form is sent
    when = stamp(actions[0], "action_ts")
    trigger = text(payload, "trigger_id")
    view, message = inner(payload, "view"), inner(payload, "message")
    address = _address(payload, account)
    return Pressed(
        address=address,
        key=f"trigger:{trigger}" if trigger else f"action:{address.user}:{when}",
        at=moment(when),
        code=code,
        ref=text(message, "ts") or text(inner(payload, "container"), "message_ts") or None,
        trigger=trigger or None,
        view=text(view, "id") or None if text(view, "type") == "modal" else None,
    )


def _code(action: Mapping[str, Any]) -> str:
    return text(action, "value") or _chosen(action)


def _chosen(element: Mapping[str, Any]) -> str:
    """The value picked in a menu, radio group or set of boxes; several are joined by commas."""
    several = items(element, "selected_options")
    if several:
        return ",".join(text(one, "value") for one in several)
    one = inner(element, "selected_option")
    return text(one, "value") or text(element, "selected_user")


def _submitted(payload: Mapping[str, Any], account: str, at: datetime | None) -> Submitted:
    view = mapping(payload.get("view"), "view")
    form, version, meta = _private(text(view, "private_metadata"))
    trigger = text(payload, "trigger_id")
    key = f"trigger:{trigger}" if trigger else f"view:{ident(view, 'id')}:{text(view, 'hash')}"
    return Submitted(
        address=_address(payload, account),
        key=key,
        at=_given(at, text(view, "hash").rpartition(".")[0] + ".0"),
        form=form,
        version=version,
        meta=meta,
        answers=_answers(inner(inner(view, "state"), "values")),
        trigger=trigger or None,
    )


def _private(metadata: str) -> tuple[str, int, Mapping[str, Any]]:
    try:
        kept = json.loads(metadata or "null")
    except (ValueError, RecursionError) as fault:
        raise ParseFault("private_metadata", "not JSON") from fault
    kept = mapping(kept, "private_metadata")
    version = kept.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ParseFault("private_metadata", "no version")
    return ident(kept, "form"), version, dict(inner(kept, "meta"))


def _answers(values: Mapping[str, Any]) -> dict[str, str]:
    """Question name (the block's id) to what was given; an empty text where nothing was."""
    answers: dict[str, str] = {}
    for name, block in values.items():
        for element in mapping(block, name).values():
            given = mapping(element, name)
            answers[name] = text(given, "value") or _chosen(given)
    return answers


def _on_message(payload: Mapping[str, Any], account: str, at: datetime | None) -> Commanded:
    """A shortcut in a message's menu: its callback id is the command, the message its text."""
    message = mapping(payload.get("message"), "message")
    trigger = ident(payload, "trigger_id")
    return Commanded(
        address=_address(payload, account),
        key="trigger:" + trigger,
        at=_given(at, text(payload, "action_ts")),
        name=folded(ident(payload, "callback_id")),
        args=folded(readable(text(message, "text"))),
        text=readable(text(message, "text")).strip(),
        ref=stamp(message, "ts"),
        trigger=trigger,
    )


def _shortcut(payload: Mapping[str, Any], account: str, at: datetime | None) -> Commanded:
    trigger = ident(payload, "trigger_id")
    return Commanded(
        address=_address(payload, account),
        key="trigger:" + trigger,
        at=_given(at, text(payload, "action_ts")),
        name=folded(ident(payload, "callback_id")),
        trigger=trigger,
    )


def _address(payload: Mapping[str, Any], account: str) -> Address:
    """Where it happened; a form and Home are nowhere, so their person stands for the chat."""
    person, container = inner(payload, "user"), inner(payload, "container")
    message = inner(payload, "message")
    home = _home_team(payload)
    chat = text(inner(payload, "channel"), "id") or text(container, "channel_id")
    user = sender(ident(person, "id"), text(person, "team_id"), home)
    root = text(message, "thread_ts") or text(container, "thread_ts")
    return Address(
        channel="slack",
        account=account or home,
        user=user,
        chat=chat or user,
        thread=root if root and root != message.get("ts") else None,
        name=text(person, "name") or text(person, "username"),
        private=not chat or chat.startswith("D"),
    )


def _home_team(payload: Mapping[str, Any]) -> str:
    """The workspace in which the app is installed."""
    installed = text(inner(payload, "view"), "app_installed_team_id")
    person = inner(payload, "user")
    return installed or text(inner(payload, "team"), "id") or ident(person, "team_id")


def _given(at: datetime | None, own: str = "") -> datetime:
    if at is not None:
        return at
    if not STAMP.fullmatch(own):
        raise ParseFault("at", "the payload tells no time and none was given")
    return moment(own)
