"""What the Bot API accepts: parameter tables and checks, stricter than Telegram where it matters.

Imports nothing of the product: it is the other side.
"""

import re
from collections.abc import Callable
from typing import Any

from telegram.constants import (
    BotCommandLimit,
    BotDescriptionLimit,
    CallbackQueryLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    MediaGroupLimit,
    MessageLimit,
    ReactionEmoji,
    WebhookLimit,
)

Params = dict[str, Any]
Check = Callable[[Any], str]  # what is wrong, or ""


class Refused(Exception):
    """An answer that is not ok."""

    def __init__(self, status: int, description: str, parameters: Params | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refused:
    """400, in Telegram's manner."""
    return Refused(400, f"Bad Request: {description}")


def units(text: str) -> int:
    """UTF-16 code units, by encoding: another way than the product's."""
    return len(text.encode("utf-16-le")) // 2


def _integer(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else "is not an integer"


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "is not a boolean"


def _string(value: Any) -> str:
    return "" if isinstance(value, str) else "is not a string"


def _number(value: Any) -> str:
    return "" if isinstance(value, int | float) else "is not a number"


def _list(value: Any) -> str:
    return "" if isinstance(value, list) else "is not an array"


def _chat(value: Any) -> str:
    return "" if not _integer(value) or str(value).startswith("@") else "is not a chat"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "is empty"
    return "is too long" if units(value) > MessageLimit.MAX_TEXT_LENGTH else ""


def _caption(value: Any) -> str:
    if not isinstance(value, str):
        return "is not a string"
    return "is too long" if units(value) > MessageLimit.CAPTION_LENGTH else ""


def _up_to(most: int, least: int = 0) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, str) and least <= units(value) <= most
        return "" if good else f"is not {least} to {most} long"

    return check


def _preview(value: Any) -> str:
    return "" if isinstance(value, dict) and set(value) <= {"is_disabled"} else "is malformed"


def _reply(value: Any) -> str:
    known = {"message_id", "allow_sending_without_reply"}
    good = isinstance(value, dict) and set(value) <= known and not _integer(value.get("message_id"))
    return "" if good else "is malformed"


def _keyboard(value: Any) -> str:
    rows = value.get("inline_keyboard") if isinstance(value, dict) else None
    if not isinstance(rows, list) or set(value) != {"inline_keyboard"}:
        return "is not an inline keyboard"
    if sum(len(row) for row in rows) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        return "has too many buttons"
    if any(not 1 <= len(row) <= InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in rows):
        return "has a row of a wrong length"
    return next((fault for row in rows for one in row if (fault := _button(one))), "")


def _button(one: Any) -> str:
    if not isinstance(one, dict) or set(one) - {"text", "callback_data", "url", "style"}:
        return "has an unknown button"
    if not isinstance(one.get("text"), str) or not one["text"].strip():
        return "has a button without text"
    if one.get("style", "primary") not in ("primary", "success", "danger"):
        return "has a button of unknown style"
    if ("url" in one) == ("callback_data" in one):
        return "has a button of no single kind"
    size = len(one.get("callback_data", "x").encode())
    least, most = (
        InlineKeyboardButtonLimit.MIN_CALLBACK_DATA,
        InlineKeyboardButtonLimit.MAX_CALLBACK_DATA,
    )
    return "" if least <= size <= most else "BUTTON_DATA_INVALID"


def _reaction(value: Any) -> str:
    known = {str(emoji.value) for emoji in ReactionEmoji}
    good = isinstance(value, list) and len(value) <= 1
    if not good or any(
        one.get("type") != "emoji" or one.get("emoji") not in known for one in value
    ):
        return "REACTION_INVALID"
    return ""


def _commands(value: Any) -> str:
    if not isinstance(value, list) or len(value) > BotCommandLimit.MAX_COMMAND_NUMBER:
        return "is not a list of commands"
    name = re.compile(rf"[a-z0-9_]{{1,{int(BotCommandLimit.MAX_COMMAND)}}}")
    described = _up_to(BotCommandLimit.MAX_DESCRIPTION, 1)
    for one in value:
        if not name.fullmatch(one["command"]) or described(one["description"]):
            return "BOT_COMMAND_INVALID"
    return ""


def _language(value: Any) -> str:
    return (
        "" if isinstance(value, str) and re.fullmatch(r"[a-z]{2}|", value) else "is not a language"
    )


def _scope(value: Any) -> str:
    known = ("default", "all_private_chats", "all_group_chats")
    return "" if isinstance(value, dict) and value.get("type") in known else "is not a scope"


def _secret(value: Any) -> str:
    most = int(WebhookLimit.MAX_SECRET_TOKEN_LENGTH)
    return "" if re.fullmatch(rf"[A-Za-z0-9_-]{{1,{most}}}", str(value)) else "is not allowed"


def _media(value: Any) -> str:
    least, most = MediaGroupLimit.MIN_MEDIA_LENGTH, MediaGroupLimit.MAX_MEDIA_LENGTH
    if not isinstance(value, list) or not least <= len(value) <= most:
        return "is not an album"
    kinds = {one.get("type") for one in value}
    mixed = len(kinds) > 1 and kinds != {"photo", "video"}
    if mixed or not kinds <= {"photo", "video", "document", "audio"}:
        return "mixes what cannot be grouped"
    known = {"type", "media", "caption", "caption_entities"}
    return "" if all(set(one) <= known for one in value) else "has unknown members"


_TO: dict[str, Check] = {"chat_id": _chat}
_MESSAGE: dict[str, Check] = {"chat_id": _chat, "message_id": _integer}
_SENDING: dict[str, Check] = {
    "message_thread_id": _integer,
    "disable_notification": _boolean,
    "protect_content": _boolean,
    "reply_parameters": _reply,
    "reply_markup": _keyboard,
}
_CAPTIONED: dict[str, Check] = {"caption": _caption, "caption_entities": _list}
_WRITTEN: dict[str, Check] = {"entities": _list, "link_preview_options": _preview}

# method -> (required, optional)
_Table = dict[str, tuple[dict[str, Check], dict[str, Check]]]

_NONE: dict[str, Check] = {}
_METHODS: _Table = {
    "getMe": ({}, {}),
    "getFile": ({"file_id": _string}, {}),
    "getUpdates": (
        {},
        {"offset": _integer, "limit": _integer, "timeout": _integer, "allowed_updates": _list},
    ),
    "setWebhook": (
        {"url": _string},
        {"secret_token": _secret, "allowed_updates": _list, "max_connections": _integer},
    ),
    "getWebhookInfo": ({}, {}),
    "deleteWebhook": ({}, {"drop_pending_updates": _boolean}),
    "setMyCommands": ({"commands": _commands}, {"scope": _scope, "language_code": _language}),
    "setMyDescription": (
        {"description": _up_to(BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)},
        {"language_code": _language},
    ),
    "setMyShortDescription": (
        {"short_description": _up_to(BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)},
        {"language_code": _language},
    ),
    "sendMessage": (_TO | {"text": _text}, _SENDING | _WRITTEN),
    "sendLocation": (_TO | {"latitude": _number, "longitude": _number}, _SENDING),
    "sendMediaGroup": (
        _TO | {"media": _media},
        {name: check for name, check in _SENDING.items() if name != "reply_markup"},
    ),
    "editMessageText": (_MESSAGE | {"text": _text}, _WRITTEN | {"reply_markup": _keyboard}),
    "editMessageCaption": (_MESSAGE, _CAPTIONED | {"reply_markup": _keyboard}),
    "editMessageReplyMarkup": (_MESSAGE, {"reply_markup": _keyboard}),
    "setMessageReaction": (_MESSAGE | {"reaction": _reaction}, {"is_big": _boolean}),
    "deleteMessage": (_MESSAGE, {}),
    "answerCallbackQuery": (
        {"callback_query_id": _string},
        {
            "text": _up_to(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
            "show_alert": _boolean,
        },
    ),
}
_FILE_METHODS: _Table = {
    f"send{name.title()}": (
        _TO | {name: _string},
        _SENDING | (_CAPTIONED if name != "sticker" else {}),
    )
    for name in ("photo", "document", "voice", "audio", "video", "sticker")
}
METHODS: _Table = _METHODS | _FILE_METHODS


def check(method: str, params: Params) -> None:
    """Raises Refused for a parameter that is missing, unknown, or not as documented."""
    required, optional = METHODS[method]
    for name in required:
        if name not in params:
            raise bad(f"{name} is empty")
    for name, value in params.items():
        judge = required.get(name) or optional.get(name)
        if judge is None:
            raise bad(f"unknown parameter {name}")
        if fault := judge(value):
            raise bad(f"{name} {fault}")
    check_entities(params.get("text", ""), params.get("entities", []))
    check_entities(params.get("caption", ""), params.get("caption_entities", []))
    for one in params.get("media", []):
        if fault := _caption(one.get("caption", "")):
            raise bad(f"caption {fault}")
        check_entities(one.get("caption", ""), one.get("caption_entities", []))


def check_entities(text: str, entities: list[Params]) -> None:
    """Each lies inside the text and cuts no surrogate pair."""
    whole = text.encode("utf-16-le")
    for one in entities:
        start, end = one["offset"], one["offset"] + one["length"]
        if one["type"] not in ("bold", "italic", "code") or not 0 <= start < end <= len(whole) // 2:
            raise bad("ENTITY_BOUNDS_INVALID")
        try:
            whole[start * 2 : end * 2].decode("utf-16-le")
        except UnicodeDecodeError:
            raise bad("ENTITY_BOUNDS_INVALID") from None
