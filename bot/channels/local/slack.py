"""A Slack without a network: the renderer's calls, put on the wall as Slack would do them."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.channels.call import Call
from bot.channels.local.wall import ACCOUNT, DESK, Json, Spot, Wall
from bot.channels.slack.emoji import symbol
from bot.channels.slack.people import bare, is_user
from bot.channels.slack.render import render
from handlers.letters.letter import LetterFile
from scheduler.channel import Delivery, Outcome, Result
from store.turn import Turn

COUNTER = "wire.slack"
TEAM = "T0LOCAL"
BOT = "U0RADICA"
HOME_REF = "home"


def direct(user: str) -> str:
    """The chat of somebody's direct messages with the app."""
    return "D" + bare(user)[1:]


def chat_of(place: str) -> str:
    """The chat that a letter's place means: a person stands for their direct messages."""
    return direct(place) if is_user(place) else place


class LocalSlack:
    """The Channel of the local workroom."""

    name = "slack"
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

    def next_ts(self, turn: Turn) -> str:
        """A time stamp that no other message of this Slack has."""
        return f"{int(turn.now.timestamp())}.{turn.counters.next(COUNTER) % 1_000_000:06d}"

    def apply_all(self, turn: Turn, calls: list[Call]) -> tuple[str, ...]:
        """Do the calls in order. Returns the refs of what was sent."""
        return tuple(ref for call in calls for ref in self.apply(turn, call))

    def apply(self, turn: Turn, call: Call) -> list[str]:
        """Do one call. Returns the refs of what it sent or rewrote."""
        match call.method:
            case "chat.postMessage" | "files.completeUploadExternal":
                return [self._put(turn, call)]
            case "chat.postEphemeral":
                return [self._put(turn, call, only=call.params["user"])]
            case "views.publish":
                return self._publish(turn, call.params)
        act = _CHANGES.get(call.method)
        return act(self.wall, turn, call.params) if act is not None else []

    def _put(self, turn: Turn, call: Call, only: str | None = None) -> str:
        params = call.params
        spot = Spot(
            chat=chat_of(str(params.get("channel") or params["channel_id"])),
            ref=self.next_ts(turn),
            thread=params.get("thread_ts"),
            only=only,
        )
        files = self.wall.files(call)
        body = {"method": call.method, "params": params, "files": files}
        return self.wall.put(turn, spot, DESK, body)

    def _publish(self, turn: Turn, params: Json) -> list[str]:
        chat = f"home:{params['user_id']}"
        call: Json = {"method": "views.publish", "params": params, "files": []}
        if not self.wall.change(turn, chat, HOME_REF, **call):
            self.wall.put(turn, Spot(chat=chat, ref=HOME_REF), DESK, call)
        return [HOME_REF]


def _update(wall: Wall, turn: Turn, params: Json) -> list[str]:
    said = {key: params[key] for key in ("text", "blocks", "metadata") if key in params}
    wall.rewrite(turn, chat_of(params["channel"]), params["ts"], said)
    return [params["ts"]]


def _delete(wall: Wall, turn: Turn, params: Json) -> list[str]:
    wall.delete(turn, chat_of(params["channel"]), params["ts"])
    return []


def _mark(gone: bool) -> Callable[[Wall, Turn, Json], list[str]]:
    def act(wall: Wall, turn: Turn, params: Json) -> list[str]:
        emoji = symbol(params["name"])
        wall.mark(turn, chat_of(params["channel"]), params["timestamp"], emoji, gone=gone)
        return []

    return act


_CHANGES: dict[str, Callable[[Wall, Turn, dict[str, Any]], list[str]]] = {
    "chat.update": _update,
    "chat.delete": _delete,
    "reactions.add": _mark(gone=False),
    "reactions.remove": _mark(gone=True),
}
