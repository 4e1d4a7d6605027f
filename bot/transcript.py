"""What a platform would show, as plain text: read from the payloads that the renderers made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import seed
from store.values import WireRow

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One message as somebody reads it. `side` is who made it: "desk" or "person"."""

    at: datetime
    channel: str
    where: str
    who: str
    side: str
    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    only: str = ""


# A terminal may have no emoji font: each mark has a shape that every font draws.
SHAPES = str.maketrans(
    {
        "🟥": "■",
        "🟨": "▲",
        "🟩": "●",
        "🟦": "◆",
        "⬜": "□",
        "🔴": "●",
        "👤": "·",
        "✅": "✔",
        "⏸": "‖",
        "⏳": "…",
        "🔁": "↻",
        "⬆": "↑",
        "⚠": "!",
        "🔒": "#",
        "★": "*",
        "\ufe0f": "",
        "\u00a0": " ",
    }
)


def plainly(text: str) -> str:
    """The text as any terminal can draw it."""
    return text.translate(SHAPES)


def bubble(row: WireRow) -> Bubble:
    """The row of a local wall, read as its platform would draw it."""
    params: Json = row.call["params"]
    telegram = row.channel == "telegram"
    text = str(params.get("text") or params.get("caption") or "") if telegram else _slack(params)
    return Bubble(
        at=row.at,
        channel=row.channel,
        where=_where(row),
        who=_who(row),
        side=str(row.call["by"]),
        text=text,
        buttons=tuple(_keyboard(params) if telegram else _actions(params)),
        files=tuple(str(one.get("alt") or one.get("name")) for one in row.call.get("files", ())),
        only=_staff(row.only) if row.only else "",
    )


def _slack(params: Json) -> str:
    blocks = params.get("blocks") or ()
    lines = [line for block in blocks if (line := _block(block))]
    return "\n".join(lines) or str(params.get("text") or "")


def _block(block: Json) -> str:
    match block["type"]:
        case "header" | "section":
            text = block.get("text") or {}
            fields = [str(one["text"]) for one in block.get("fields", ())]
            return "\n".join([str(text["text"])] if text else fields)
        case "context":
            return " ".join(str(one.get("text", "")) for one in block["elements"])
        case "rich_text":
            return "".join(_rich(one) for one in block["elements"]).strip("\n")
        case _:
            return ""


def _rich(element: Json) -> str:
    children = element.get("elements")
    if children is None:
        return str(element.get("text") or "")
    inside = "".join(_rich(one) for one in children)
    return inside if inside.endswith("\n") else f"{inside}\n"


def _keyboard(params: Json) -> Iterator[str]:
    for line in (params.get("reply_markup") or {}).get("inline_keyboard", ()):
        for one in line:
            yield str(one["text"])


def _actions(params: Json) -> Iterator[str]:
    for block in params.get("blocks", ()):
        for one in block.get("elements", ()) if block["type"] == "actions" else ():
            label = one.get("text") or one.get("placeholder") or {}
            if label.get("text"):
                yield str(label["text"])


def _where(row: WireRow) -> str:
    if row.channel == "telegram":
        return "telegram"
    if row.chat == seed.ROOM.chat:
        return f"#{seed.ROOM_NAME}" + (" ▸ hilo" if row.thread else "")
    return "slack"


def _who(row: WireRow) -> str:
    if row.call["by"] == "desk":
        return "Radica"
    if row.channel == "telegram":
        users: Iterable[seed.Client] = seed.CLIENTS
        return next((one.name for one in users if str(one.user) == row.chat), row.chat)
    return _staff(str(row.call["params"].get("user") or ""))


def _staff(user: str) -> str:
    return next((one.name for one in seed.STAFF if one.slack == user), user)
