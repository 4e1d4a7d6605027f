"""What the stand-in for Slack accepts: parameters of each method, and the limits of blocks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MESSAGE = frozenset({"text", "blocks", "thread_ts", "parse", "link_names", "metadata"})
# method -> (required, optional) parameters
PARAMETERS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "auth.test": (frozenset(), frozenset()),
    "apps.connections.open": (frozenset(), frozenset()),
    "chat.postMessage": (
        frozenset({"channel"}),
        MESSAGE | {"unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast"},
    ),
    "chat.postEphemeral": (frozenset({"channel", "user"}), MESSAGE - {"metadata"}),
    "chat.update": (frozenset({"channel", "ts"}), MESSAGE - {"thread_ts"}),
    "chat.delete": (frozenset({"channel", "ts"}), frozenset()),
    "views.open": (frozenset({"trigger_id", "view"}), frozenset()),
    "views.update": (frozenset({"view_id", "view"}), frozenset({"hash"})),
    "views.publish": (frozenset({"user_id", "view"}), frozenset({"hash"})),
    "reactions.add": (frozenset({"channel", "timestamp", "name"}), frozenset()),
    "reactions.remove": (frozenset({"channel", "timestamp", "name"}), frozenset()),
    "conversations.open": (frozenset({"users"}), frozenset({"return_im"})),
    "conversations.history": (
        frozenset({"channel"}),
        frozenset({"include_all_metadata", "limit", "cursor", "oldest", "latest"}),
    ),
    "conversations.info": (
        frozenset({"channel"}),
        frozenset({"include_locale", "include_num_members"}),
    ),
    "conversations.replies": (
        frozenset({"channel", "ts"}),
        frozenset({"include_all_metadata", "limit", "cursor", "oldest", "latest"}),
    ),
    "files.getUploadURLExternal": (
        frozenset({"filename", "length"}),
        frozenset({"alt_txt", "snippet_type"}),
    ),
    "files.completeUploadExternal": (
        frozenset({"files"}),
        frozenset({"channel_id", "thread_ts", "initial_comment"}),
    ),
    "files.info": (frozenset({"file"}), frozenset()),
    "users.info": (frozenset({"user"}), frozenset({"include_locale"})),
}
JSON_REFUSED = frozenset(
    {
        "conversations.history",
        "conversations.info",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
    }
)
SURFACES = {"message": 50, "modal": 100, "home": 100}
HEAVIEST = 13_000
RICH_PARTS = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})


class Refused(Exception):
    """An `ok: false` answer."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = messages


def check_parameters(method: str, given: Mapping[str, Any], *, as_json: bool) -> None:
    """Unknown names, missing ones, and JSON where the method takes a form."""
    if method not in PARAMETERS:
        raise Refused("unknown_method", method)
    if as_json and given and method in JSON_REFUSED:
        raise Refused("invalid_arguments", "this method takes no JSON")
    required, optional = PARAMETERS[method]
    faults = [f"unknown: {name}" for name in given if name not in required | optional]
    faults += [f"missing: {name}" for name in required if given.get(name) in (None, "")]
    if faults:
        raise Refused("invalid_arguments", *sorted(faults))


def check_message(params: Mapping[str, Any]) -> None:
    """A message's text and blocks."""
    text, blocks = params.get("text") or "", params.get("blocks") or []
    if not isinstance(text, str) or len(text) > 40_000:
        raise Refused("msg_too_long")
    if not text and not blocks:
        raise Refused("no_text")
    check_blocks(blocks, "message")


def check_view(view: Any) -> None:
    """A modal or a Home tab."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise Refused("invalid_arguments", "view")
    kind = view["type"]
    check_blocks(view.get("blocks") or [], kind)
    if kind == "modal" and not (view.get("title") or {}).get("text"):
        raise Refused("invalid_arguments", "a modal has a title")
    inputs = any(one["type"] == "input" for one in view["blocks"])
    if kind == "modal" and inputs and not view.get("submit"):
        raise Refused("invalid_arguments", "inputs without submit")
    if len(json.dumps(view)) > 250_000:
        raise Refused("view_too_large")
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as fault:
        raise Refused("invalid_arguments", str(fault)) from fault


def check_blocks(blocks: Any, surface: str) -> None:
    """Number, uniqueness, weight, and each block by the SDK's models and by the documented rest."""
    if not isinstance(blocks, list) or len(blocks) > SURFACES[surface]:
        raise Refused("invalid_blocks", "number of blocks")
    ids = [one["block_id"] for one in blocks if "block_id" in one]
    if len(ids) != len(set(ids)):
        raise Refused("invalid_blocks", "block_id twice")
    if surface == "message" and _characters(blocks) > HEAVIEST:
        raise Refused("msg_blocks_too_long")
    for block in blocks:
        _check_block(block, surface)


def _check_block(block: Mapping[str, Any], surface: str) -> None:
    if block.get("type") == "input" and surface == "message":
        raise Refused("invalid_blocks", "an input in a message")
    try:
        parsed = Block.parse(dict(block))
        if parsed is None:
            raise Refused("invalid_blocks", f"unknown type {block.get('type')}")
        parsed.validate_json()
        for part in _models(parsed):
            part.validate_json()
    except (SlackObjectFormationError, TypeError) as fault:
        raise Refused("invalid_blocks", str(fault)) from fault
    for text in _texts(block):
        if not text.get("text"):
            raise Refused("invalid_blocks", "an empty text")
    if block["type"] == "rich_text":
        _check_rich_text(block)
    if block["type"] == "actions":
        _check_actions(block)


def _models(value: Any) -> Iterator[Any]:
    """Every model inside a model, so that each is validated by itself."""
    for name in getattr(value, "attributes", ()):
        inner = getattr(value, name, None)
        for one in inner if isinstance(inner, (list, tuple)) else [inner]:
            if hasattr(one, "validate_json"):
                yield one
                yield from _models(one)


def _check_rich_text(block: Mapping[str, Any]) -> None:
    if not block.get("elements"):
        raise Refused("invalid_blocks", "rich_text without elements")
    for part in block["elements"]:
        if part["type"] not in RICH_PARTS or not part["elements"]:
            raise Refused("invalid_blocks", "an odd or empty part of rich_text")


def _check_actions(block: Mapping[str, Any]) -> None:
    elements = block["elements"]
    ids = [one["action_id"] for one in elements]
    if len(ids) != len(set(ids)) or not 1 <= len(elements) <= 25:
        raise Refused("invalid_blocks", "actions")
    for one in elements:
        if not one.get("url") and not (one.get("value") or one.get("options")):
            raise Refused("invalid_blocks", "a button without a value")


def _texts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every text object and text run inside."""
    if isinstance(value, Mapping):
        if value.get("type") in ("plain_text", "mrkdwn", "text"):
            yield value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner)


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode("utf-16-le")) // 2
    if isinstance(value, Mapping):
        return sum(_characters(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(_characters(inner) for inner in value)
    return 0
