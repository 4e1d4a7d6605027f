"""A person's hands on the local platforms: their payloads, completed as the platform would do it.

The page makes the payloads; ids and times are the platform's to give. What the desk shows at
once comes back in the answer; what changes a message goes to the wall.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.channels.call import Call
from bot.channels.local.shelf import Shelf
from bot.channels.local.slack import TEAM, LocalSlack, direct
from bot.channels.local.telegram import LocalTelegram
from bot.channels.local.wall import ACCOUNT, PERSON, Json, Spot, Wall
from bot.channels.slack import parse as slack_parse
from bot.channels.slack import show as slack_show
from bot.channels.slack.emoji import symbol
from bot.channels.telegram import parse as telegram_parse
from bot.channels.telegram import show as telegram_show
from handlers.inbound import Inbound, Receipt
from handlers.letters.receipts import Shown
from policy.errors import Outage
from scheduler.clock import Clock
from store.turn import Turn


class FrontDoor(Protocol):
    """What of the desk the hands need."""

    clock: Clock

    async def receive(self, inbound: Inbound) -> Receipt: ...
    async def show(self, receipt: Receipt, inbound: Inbound) -> Shown: ...


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the person sees at once: calls such as a toast or a modal, and Slack's ack body."""

    calls: tuple[Call, ...] = ()
    ack: Json = field(default_factory=dict)
    ref: str | None = None  # of the message that was written


class Hands:
    """Acts as the app of a client or of somebody of the desk."""

    def __init__(self, desk: FrontDoor, telegram: LocalTelegram, slack: LocalSlack) -> None:
        self._desk = desk
        self._telegram = telegram
        self._slack = slack

    @property
    def shelf(self) -> Shelf:
        """Where files wait to be attached."""
        return self._telegram.wall.shelf

    async def telegram(self, update: Json) -> Answer:
        """One update made by the phone. Raises ParseFault for a shape that Telegram has not."""
        whole, ref = await self._telegram.wall.run(lambda turn: self._written(turn, update))
        inbound = telegram_parse.inbound(whole, account=ACCOUNT, received=self._desk.clock.now())
        if inbound is None or telegram_show.is_inert(inbound):
            return Answer(ref=ref)
        shown = await self._handled(inbound, self._telegram.wall, ref)
        calls = telegram_show.calls(shown, inbound)
        await self._telegram.wall.run(lambda turn: self._telegram.apply_all(turn, calls))
        return Answer(calls=tuple(calls), ref=ref)

    async def slack_event(self, body: Json) -> Answer:
        """One event: a message, an edit, a reaction, Home opened. Raises ParseFault."""
        whole, ref = await self._slack.wall.run(lambda turn: self._posted(turn, body))
        inbound = slack_parse.event(whole, ACCOUNT)
        return await self._slack_answer(inbound, None, ref)

    async def slack_interaction(self, payload: Json) -> Answer:
        """A press, or a view submitted. Raises ParseFault."""
        whole = await self._slack.wall.run(lambda turn: self._triggered(turn, payload))
        inbound = slack_parse.interaction(whole, ACCOUNT, at=self._desk.clock.now())
        message = whole.get("message")
        return await self._slack_answer(inbound, message if isinstance(message, dict) else None)

    async def slack_command(self, form: Json) -> Answer:
        """A slash command. Raises ParseFault."""
        whole, ref = await self._slack.wall.run(lambda turn: self._commanded(turn, form))
        inbound = slack_parse.command(whole, ACCOUNT, at=self._desk.clock.now())
        answer = await self._slack_answer(inbound, None, ref)
        if answer.ack.get("text"):
            reply = self._reply(whole, answer.ack)
            await self._slack.wall.run(lambda turn: self._slack.apply(turn, reply))
        return answer

    async def _handled(self, inbound: Inbound, wall: Wall, ref: str | None) -> Shown:
        """Through the desk. What could not be taken does not stand there as if it had been."""
        try:
            receipt = await self._desk.receive(inbound)
        except Outage:
            if ref is not None:
                chat = inbound.address.chat
                await wall.run(lambda turn: wall.delete(turn, chat, ref))
            raise
        return await self._desk.show(receipt, inbound)

    async def _slack_answer(
        self, inbound: Inbound | None, message: Json | None, ref: str | None = None
    ) -> Answer:
        if inbound is None:
            return Answer(ref=ref)
        shown = await self._handled(inbound, self._slack.wall, ref)
        calls = slack_show.calls(shown, inbound, message)
        await self._slack.wall.run(lambda turn: self._slack.apply_all(turn, calls))
        return Answer(calls=tuple(calls), ack=slack_show.ack(shown, inbound) or {}, ref=ref)

    def _written(self, turn: Turn, update: Json) -> tuple[Json, str | None]:
        """The update with Telegram's ids and times; what was written stands on the wall."""
        number, date = self._telegram.next_id(turn), int(turn.now.timestamp())
        whole: Json = {"update_id": 1_000_000 + number}
        for kind, value in update.items():
            if kind in _TELEGRAM:
                whole[kind] = _TELEGRAM[kind](self, turn, {**value}, number, date)
        message = whole.get("message")
        return whole, str(message["message_id"]) if message else None

    def _new_message(self, turn: Turn, message: Json, number: int, date: int) -> Json:
        message |= {"message_id": number, "date": date}
        spot = Spot(chat=str(message["chat"]["id"]), ref=str(number))
        call = {"method": "message", "params": message, "files": self._attached(message)}
        self._telegram.wall.put(turn, spot, PERSON, call)
        return message

    def _changed_message(self, turn: Turn, message: Json, number: int, date: int) -> Json:
        message |= {"edit_date": date}
        message.setdefault("date", date)
        said = {key: message[key] for key in ("text", "entities") if key in message}
        chat, ref = str(message["chat"]["id"]), str(message["message_id"])
        self._telegram.wall.rewrite(turn, chat, ref, said)
        self._telegram.wall.change(turn, chat, ref, edited=True)
        return message

    def _query(self, turn: Turn, query: Json, number: int, date: int) -> Json:
        return query | {"id": str(4_000_000_000 + number)}

    def _reaction(self, turn: Turn, change: Json, number: int, date: int) -> Json:
        chat, ref = str(change["chat"]["id"]), str(change["message_id"])
        for one in change.get("new_reaction", ()):
            self._telegram.wall.mark(turn, chat, ref, one["emoji"])
        return change | {"date": date}

    def _member(self, turn: Turn, change: Json, number: int, date: int) -> Json:
        return change | {"date": date}

    def _attached(self, message: Json) -> list[Json]:
        """The files of a message of the phone, as the page draws them."""
        found: list[Json] = []
        for kind in ("photo", "document", "voice", "sticker"):
            value = message.get(kind)
            one = value[-1] if isinstance(value, list) and value else value
            if not isinstance(one, dict):
                continue
            kept = self._telegram.wall.shelf.find(str(one.get("file_id")))
            drawn: Json = {"kind": kind, "name": one.get("file_name", ""), "alt": ""}
            if kept is not None:
                link = f"/console/files/{kept.ref}"
                drawn |= {"ref": kept.ref, "url": link, "mime": kept.mime, "name": kept.name}
            found.append(drawn)
        if "location" in message:
            found.append({"kind": "location", "name": "", "alt": ""})
        return found

    def _posted(self, turn: Turn, body: Json) -> tuple[Json, str | None]:
        """The event in its envelope; what it did to a message stands on the wall."""
        ts = self._slack.next_ts(turn)
        event: Json = {**body["event"], "event_ts": ts}
        done = _SLACK.get(event.get("subtype") or event.get("type", ""))
        ref = done(self, turn, event) if done is not None else None
        envelope = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{ts}"}
        return {**body, **envelope, "event": event}, ref

    def _spoken(self, turn: Turn, event: Json) -> str:
        event["ts"] = ts = event["event_ts"]
        files = [self._slack_file(one) for one in event.get("files", ())]
        call = {"method": "message", "params": event, "files": files}
        spot = Spot(chat=event["channel"], ref=ts, thread=event.get("thread_ts"))
        return self._slack.wall.put(turn, spot, PERSON, call)

    def _edited(self, turn: Turn, event: Json) -> None:
        event["ts"] = event["event_ts"]
        after, chat = event["message"], event["channel"]
        after["edited"] = {"user": after["user"], "ts": event["ts"]}
        if self._wrote(turn, chat, after):
            self._slack.wall.rewrite(turn, chat, after["ts"], {"text": after["text"]})
            self._slack.wall.change(turn, chat, after["ts"], edited=True)

    def _deleted(self, turn: Turn, event: Json) -> None:
        event["ts"] = event["event_ts"]
        before, chat = event["previous_message"], event["channel"]
        if self._wrote(turn, chat, before):
            self._slack.wall.delete(turn, chat, before["ts"])

    def _wrote(self, turn: Turn, chat: str, message: Json) -> bool:
        """Whether that person's own message stands there: nobody else's can be changed."""
        row = self._slack.wall.find(turn, chat, message["ts"])
        return row is not None and row.call["params"].get("user") == message["user"]

    def _reacted(self, turn: Turn, event: Json) -> None:
        item, gone = event["item"], event["type"] == "reaction_removed"
        emoji = symbol(event["reaction"])
        self._slack.wall.mark(turn, item["channel"], item["ts"], emoji, gone=gone)

    def _slack_file(self, one: Json) -> Json:
        kept = self._slack.wall.shelf.find(str(one.get("id")))
        if kept is None:
            return {"kind": "document", "name": one.get("name", ""), "alt": ""}
        link = f"/console/files/{kept.ref}"
        return {"kind": "document", "name": kept.name, "mime": kept.mime, "url": link, "alt": ""}

    def _triggered(self, turn: Turn, payload: Json) -> Json:
        """The payload with what only Slack knows: the workspace, the trigger, the hour."""
        ts = self._slack.next_ts(turn)
        user = {**payload["user"], "team_id": TEAM}
        whole = payload | {"team": {"id": TEAM}, "user": user, "trigger_id": f"trigger.{ts}"}
        if "view" in payload:
            whole["view"] = {**payload["view"], "hash": ts, "app_installed_team_id": TEAM}
        if "actions" in payload:
            whole["actions"] = [{**one, "action_ts": ts} for one in payload["actions"]]
        return whole

    def _commanded(self, turn: Turn, form: Json) -> tuple[Json, str]:
        """The form in full. The local workroom shows the command to who gave it."""
        ts = self._slack.next_ts(turn)
        said = f"{form['command']} {form.get('text', '')}".strip()
        params = {"user": form["user_id"], "text": said, "channel": form["channel_id"]}
        only = None if form["channel_id"] == direct(form["user_id"]) else form["user_id"]
        spot = Spot(chat=form["channel_id"], ref=ts, only=only)
        call: Json = {"method": "command", "params": params, "files": []}
        self._slack.wall.put(turn, spot, PERSON, call)
        return form | {"team_id": TEAM, "trigger_id": f"trigger.{ts}"}, ts

    def _reply(self, form: Json, ack: Json) -> Call:
        """The answer inside the acknowledgement of a command: only who asked sees it."""
        said = {key: ack[key] for key in ("text", "blocks") if key in ack}
        to = {"channel": form["channel_id"], "user": form["user_id"]}
        return Call("chat.postEphemeral", to | said)


Complete = Callable[[Hands, Turn, dict[str, Any], int, int], Json]
_TELEGRAM: dict[str, Complete] = {
    "message": Hands._new_message,
    "edited_message": Hands._changed_message,
    "callback_query": Hands._query,
    "message_reaction": Hands._reaction,
    "my_chat_member": Hands._member,
}
Happen = Callable[[Hands, Turn, dict[str, Any]], str | None]
_SLACK: dict[str, Happen] = {
    "message": Hands._spoken,
    "file_share": Hands._spoken,
    "message_changed": Hands._edited,
    "message_deleted": Hands._deleted,
    "reaction_added": Hands._reacted,
    "reaction_removed": Hands._reacted,
}
