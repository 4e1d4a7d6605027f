"""A Telegram without a network: the renderer's calls, put on the wall as Telegram would do them."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.channels.call import Call
from bot.channels.local.wall import ACCOUNT, DESK, Json, Spot, Wall
from bot.channels.telegram.render import render
from handlers.letters.letter import LetterFile
from scheduler.channel import Delivery, Outcome, Result
from store.turn import Turn

COUNTER = "wire.telegram"
FILE_KEYS = ("photo", "document", "voice", "audio", "video", "sticker")


class LocalTelegram:
    """The Channel of the local phone."""

    name = "telegram"
    account = ACCOUNT

    def __init__(self, wall: Wall) -> None:
        self.wall = wall

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Put the letter on the wall, all of it or nothing."""
        try:
            calls = render(delivery)
        except ValueError as fault:
            return Outcome(result=Result.PERMANENT, code=str(fault))
        refs = await self.wall.run(lambda turn: self.apply_all(turn, calls))
        return Outcome(result=Result.SENT, refs=refs)

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        """A wall never leaves an outcome open."""
        return None

    def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        """The bytes that the page uploaded."""
        return self.wall.shelf.stream(file.ref)

    async def start(self) -> None:
        """Nothing to check."""

    async def stop(self) -> None:
        """Nothing to close."""

    def next_id(self, turn: Turn) -> int:
        """A message id that no other message of this Telegram has."""
        return turn.counters.next(COUNTER)

    def apply_all(self, turn: Turn, calls: list[Call]) -> tuple[str, ...]:
        """Do the calls in order. Returns the refs of what was sent."""
        return tuple(ref for call in calls for ref in self.apply(turn, call))

    def apply(self, turn: Turn, call: Call) -> list[str]:
        """Do one call. Returns the refs of what it sent; none for a change."""
        act = _CHANGES.get(call.method)
        if act is not None:
            act(self.wall, turn, call.params)
            return []
        if call.method == "sendMediaGroup":
            return self._album(turn, call)
        return [self._sent(turn, call)] if call.method.startswith("send") else []

    def _sent(self, turn: Turn, call: Call) -> str:
        files = self.wall.files(call) or self._known(call.params)
        return self._put(turn, call.method, call.params, files)

    def _album(self, turn: Turn, call: Call) -> list[str]:
        uploads = iter(self.wall.files(call))
        base = {key: value for key, value in call.params.items() if key != "media"}
        refs: list[str] = []
        for media in call.params["media"]:
            uploaded = str(media["media"]).startswith("attach://")
            files = [next(uploads)] if uploaded else self._known({media["type"]: media["media"]})
            words = {key: media[key] for key in ("caption", "caption_entities") if key in media}
            refs.append(self._put(turn, call.method, base | words, files))
        return refs

    def _put(self, turn: Turn, method: str, params: Json, files: list[Json]) -> str:
        spot = Spot(chat=str(params["chat_id"]), ref=str(self.next_id(turn)))
        dated = {**params, "date": int(turn.now.timestamp())}
        return self.wall.put(turn, spot, DESK, {"method": method, "params": dated, "files": files})

    def _known(self, params: Json) -> list[Json]:
        """A file that Telegram already has, sent again by its id."""
        return [
            self.wall.drawn(LetterFile(kind=key, name="", ref=str(params[key])))
            for key in FILE_KEYS
            if isinstance(params.get(key), str)
        ]


def _edit(wall: Wall, turn: Turn, params: Json) -> None:
    said = {key: value for key, value in params.items() if key not in ("chat_id", "message_id")}
    if "text" in said:
        said.setdefault("entities", [])
    wall.rewrite(turn, str(params["chat_id"]), str(params["message_id"]), said)


def _delete(wall: Wall, turn: Turn, params: Json) -> None:
    wall.delete(turn, str(params["chat_id"]), str(params["message_id"]))


def _react(wall: Wall, turn: Turn, params: Json) -> None:
    marks = [one["emoji"] for one in params["reaction"]]
    wall.change(turn, str(params["chat_id"]), str(params["message_id"]), reactions=marks)


_CHANGES: dict[str, Callable[[Wall, Turn, dict[str, Any]], None]] = {
    "editMessageText": _edit,
    "editMessageCaption": _edit,
    "editMessageReplyMarkup": _edit,
    "deleteMessage": _delete,
    "setMessageReaction": _react,
}
