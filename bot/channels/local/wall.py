"""The wall of a local platform: what stands in its chats, as rows of the desk's own database."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.channels.call import Call
from bot.channels.local.shelf import Shelf
from handlers.letters.letter import LetterFile
from store.turn import Turn, Turns
from store.values import WireRow

ACCOUNT = "local"
DESK = "desk"  # who made a row: the desk, or a person in the browser
PERSON = "person"

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a message goes on a wall."""

    chat: str
    ref: str
    thread: str | None = None
    only: str | None = None


class Wall:
    """Writes and rewrites messages of one platform, and tells who watches that something moved."""

    def __init__(self, channel: str, turns: Turns, shelf: Shelf, moved: Callable[[], None]) -> None:
        self.channel = channel
        self.turns = turns
        self.shelf = shelf
        self._moved = moved

    async def run(self, work: Callable[[Turn], T]) -> T:
        """One turn over the wall; whoever watches hears of it after the commit."""
        done = await asyncio.wrap_future(self.turns.run(work))
        self._moved()
        return done

    def put(self, turn: Turn, spot: Spot, made_by: str, call: Json) -> str:
        """A new message. Returns its ref."""
        turn.wire.put(
            self.channel,
            ACCOUNT,
            spot.chat,
            spot.ref,
            call | {"by": made_by},
            turn.now,
            thread=spot.thread,
            only=spot.only,
        )
        return spot.ref

    def find(self, turn: Turn, chat: str, ref: str) -> WireRow | None:
        """The message as it stands, or None."""
        return turn.wire.get(self.channel, ACCOUNT, chat, ref)

    def change(self, turn: Turn, chat: str, ref: str, **parts: Any) -> bool:
        """Replace parts of a message's call. False when there is no such message."""
        row = self.find(turn, chat, ref)
        if row is None:
            return False
        turn.wire.edit(self.channel, ACCOUNT, chat, ref, {**row.call, **parts})
        return True

    def rewrite(self, turn: Turn, chat: str, ref: str, params: Mapping[str, Any]) -> bool:
        """Replace some of the parameters that the message was sent with."""
        row = self.find(turn, chat, ref)
        return row is not None and self.change(
            turn, chat, ref, params={**row.call["params"], **params}
        )

    def delete(self, turn: Turn, chat: str, ref: str) -> None:
        """Take a message off the wall."""
        turn.wire.delete(self.channel, ACCOUNT, chat, ref)

    def mark(self, turn: Turn, chat: str, ref: str, emoji: str, *, gone: bool = False) -> None:
        """Put a reaction on a message, or take it off."""
        row = self.find(turn, chat, ref)
        if row is None:
            return
        marks = [one for one in row.call.get("reactions", ()) if one != emoji]
        self.change(turn, chat, ref, reactions=marks if gone else [*marks, emoji])

    def files(self, call: Call) -> list[Json]:
        """What the page needs to draw the files of a call."""
        return [self.drawn(one) for one in call.files]

    def drawn(self, file: LetterFile) -> Json:
        """One file: its bytes put on the shelf, or found there by the platform's ref."""
        kept = self.shelf.find(file.ref) if file.ref else None
        if file.content is not None:
            kept = self.shelf.put(file.content, file.name, file.mime)
        known = {"kind": file.kind, "name": file.name, "mime": file.mime, "alt": file.alt}
        if kept is None:
            return known | {"ref": file.ref}
        return known | {"ref": kept.ref, "url": f"/console/files/{kept.ref}"}
