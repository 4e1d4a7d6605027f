"""What a person's app sends when it is used: payloads in Telegram's and Slack's own shapes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot import seed
from store.values import WireRow

Json = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """A button that stands on a wall, with what Slack would send as its action."""

    code: str
    row: WireRow
    action: Json


def buttons(row: WireRow) -> Iterator[Button]:
    """Every button and menu row of a message, in reading order."""
    params = row.call["params"]
    for line in (params.get("reply_markup") or {}).get("inline_keyboard", ()):
        for one in line:
            if "callback_data" in one:
                yield Button(one["callback_data"], row, one)
    for block in params.get("blocks", ()):
        for one in block.get("elements", ()) if block["type"] == "actions" else ():
            yield from _of_element(row, {**one, "block_id": block.get("block_id", "")})


def _of_element(row: WireRow, one: Json) -> Iterator[Button]:
    act = {key: one[key] for key in ("type", "action_id", "block_id")}
    if "value" in one:
        yield Button(one["value"], row, act | {"value": one["value"]})
    for option in one.get("options", ()):
        yield Button(option["value"], row, act | {"selected_option": option})


def phone(who: str) -> Json:
    """Who writes, and in which chat."""
    person = seed.client(who)
    chat = {"id": person.user, "type": "private", "first_name": person.name}
    return {"chat": chat, "from": _from(person)}


def _from(person: seed.Client) -> Json:
    return {
        "id": person.user,
        "is_bot": False,
        "first_name": person.name,
        "language_code": "es",
    }


def query(who: str, button: Button) -> Json:
    """A press on the phone."""
    person = seed.client(who)
    message = {**button.row.call["params"], **phone(who), "message_id": int(button.row.ref)}
    return {
        "from": _from(person),
        "message": message,
        "chat_instance": str(person.user),
        "data": button.code,
    }


def _user(who: seed.Colleague) -> Json:
    return {"id": who.slack, "username": who.key}


def pressed(who: seed.Colleague, button: Button) -> Json:
    """A press in the workroom."""
    row = button.row
    return {
        "type": "block_actions",
        "user": _user(who),
        "channel": {"id": row.chat},
        "container": {"type": "message", "message_ts": row.ref, "channel_id": row.chat},
        "message": {**row.call["params"], "ts": row.ref},
        "actions": [button.action],
    }


def submitted(who: seed.Colleague, view: Json, answers: Mapping[str, str]) -> Json:
    """A modal sent; fields without an answer keep what they came with."""
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: _filled(block["element"], answers.get(block["block_id"]))
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }
    return {
        "type": "view_submission",
        "user": _user(who),
        "view": {**view, "id": "V0STORY", "state": {"values": values}},
    }


def _filled(element: Json, given: str | None) -> Json:
    if element["type"] == "plain_text_input":
        return {"type": element["type"], "value": given or element.get("initial_value")}
    if element["type"] == "checkboxes":
        ticked = element.get("initial_options", [])
        return {"type": element["type"], "selected_options": ticked}
    picked = [one for one in element.get("options", ()) if one["value"] == given]
    option = picked[0] if picked else element.get("initial_option")
    return {"type": element["type"], "selected_option": option}
