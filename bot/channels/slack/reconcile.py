"""After an unknown outcome: the parts of a letter that are already in the channel, by metadata."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.channels.slack.api import SlackApi
from bot.channels.slack.render import METADATA
from scheduler.channel import Delivery

RECENT = 200  # messages of a channel looked through
PAGE = 900  # replies of a thread a call
PAGES = 4


async def found_parts(api: SlackApi, delivery: Delivery, chat: str) -> dict[int, str]:
    """Part number to ts of every part that arrived. Raises what the API raises."""
    found: dict[int, str] = {}
    async for message in _recent(api, chat, delivery.place.thread):
        part = _part(message, delivery.outbox_id)
        ts = message.get("ts")
        if part is not None and isinstance(ts, str):
            found.setdefault(part, ts)
    return found


async def _recent(api: SlackApi, chat: str, thread: str | None) -> AsyncIterator[Mapping[str, Any]]:
    params: dict[str, Any] = {"channel": chat, "include_all_metadata": True, "limit": RECENT}
    if thread is None:
        for message in (await api.call("conversations.history", params))["messages"]:
            yield message
        return
    params |= {"ts": thread, "limit": PAGE}
    for _ in range(PAGES):
        page = await api.call("conversations.replies", params)
        for message in page["messages"]:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        params["cursor"] = cursor


def _part(message: Mapping[str, Any], letter: int) -> int | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") != METADATA or payload.get("letter") != letter:
        return None
    part = payload.get("part")
    return part if isinstance(part, int) else None
