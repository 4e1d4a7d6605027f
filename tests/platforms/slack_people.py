"""What people do in the stand-in for Slack, told to the app as Slack would tell it."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import Clock

from tests.platforms.slack_methods import Methods
from tests.platforms.slack_rules import check_view
from tests.platforms.slack_state import Message, Reply

App = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, str, str]]]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NAMES = {"event": "events_api", "interaction": "interactive", "command": "slash_commands"}


class People(Methods):
    """Says, presses, submits and commands; each returns the app's reply."""

    def __init__(self) -> None:
        super().__init__()
        self.signing_secret = "".join(("sign", "ing", "of", "the", "stand", "in"))
        self.app: App | None = None
        self.app_url = ""
        self._late = False
        self.delivered: list[tuple[str, dict[str, Any]]] = []

    def channel(self, ref: str, *members: str) -> str:
        """A channel with the bot in it."""
        self.channels[ref] = {"members": {*members, self.bot_user}, "archived": False}
        return ref

    def user(self, ref: str, name: str = "") -> str:
        """A person of the workspace, with their direct messages open."""
        self.users[ref] = {"id": ref, "name": name or ref.lower(), "team_id": self.team}
        self.users[ref] |= {"real_name": name, "locale": "es-ES", "profile": {}}
        self.direct(ref)
        return ref

    async def says(
        self,
        channel: str,
        user: str,
        text: str,
        thread: str | None = None,
        **more: Any,
    ) -> Reply:
        """A message. Text is escaped as Slack does, but for `<@...>` of the bot: a mention,
        which arrives twice (as `message` and as `app_mention`)."""
        message = self._written(channel, user, text, thread)
        event = self._message_event(message) | more
        reply = await self.tell_event(event)
        if f"<@{self.bot_user}>" in message.text:
            twin = {key: value for key, value in event.items() if key != "channel_type"}
            await self.tell_event(twin | {"type": "app_mention"})
        return replace(reply, ts=message.ts)

    async def sends_file(
        self, channel: str, user: str, content: bytes, mime: str, **more: Any
    ) -> Reply:
        """A message with one file."""
        ref = self.keep_file(content, mime)
        file = {"id": ref, "name": f"{ref}.bin", "mimetype": mime, "size": len(content)}
        file |= {"url_private": self.file_url(ref)}
        return await self.says(channel, user, "", subtype="file_share", files=[file], **more)

    async def edits(self, channel: str, ts: str, text: str) -> Reply:
        message = self._find(channel, ts)
        before = self._message_event(message)
        message.text = _escaped(text, self.bot_user)
        event = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": channel,
            "channel_type": before["channel_type"],
            "ts": self.next_ts(),
            "message": self._message_event(message) | {"edited": {"user": message.user}},
            "previous_message": before,
        }
        return await self.tell_event(event)

    async def deletes(self, channel: str, ts: str) -> Reply:
        message = self._find(channel, ts)
        message.deleted = True
        before = self._message_event(message)
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": channel,
            "channel_type": before["channel_type"],
            "ts": self.next_ts(),
            "deleted_ts": ts,
            "previous_message": before,
        }
        return await self.tell_event(event)

    async def reacts(
        self, channel: str, ts: str, user: str, name: str, *, removed: bool = False
    ) -> Reply:
        kind = "reaction_removed" if removed else "reaction_added"
        item = {"type": "message", "channel": channel, "ts": ts}
        return await self.tell_event(
            {"type": kind, "user": user, "reaction": name, "item": item}
            | {"event_ts": self.next_ts()}
        )

    async def opens_home(self, user: str) -> Reply:
        return await self.tell_event(
            {"type": "app_home_opened", "user": user, "channel": self.direct(user), "tab": "home"}
            | {"event_ts": self.next_ts()}
        )

    async def presses(self, user: str, ts: str, what: str) -> Reply:
        """A button or a menu's row of a message, by its label or its value."""
        message = next(one for one in self.messages if one.ts == ts)
        shown = {"type": "message", "ts": ts, "text": message.text, "blocks": message.blocks}
        shown |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
        shown |= {"is_ephemeral": True} if message.only else {}
        payload = self._interaction("block_actions", user) | {
            "container": {"type": "message", "message_ts": ts, "channel_id": message.channel},
            "channel": {"id": message.channel, "name": "desk"},
            "message": shown,
            "actions": [self._action(message.blocks, what)],
        }
        return await self.tell("interaction", payload)

    async def presses_in_home(self, user: str, what: str) -> Reply:
        home = self.homes[user]
        payload = self._interaction("block_actions", user) | {
            "container": {"type": "view", "view_id": home["id"]},
            "view": home,
            "actions": [self._action(home["blocks"], what)],
        }
        return await self.tell("interaction", payload)

    async def submits(self, user: str, **answers: str) -> Reply:
        """The modal that the person has open; what is not given stays as it was drawn."""
        view = self.views[self.modal_of[user]]
        values = {
            block["block_id"]: {block["element"]["action_id"]: _given(block, answers)}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        shown = {key: value for key, value in view.items() if key != "user"}
        shown |= {"state": {"values": values}, "app_installed_team_id": self.team}
        reply = await self.tell(
            "interaction", self._interaction("view_submission", user) | {"view": shown}
        )
        self._follow(user, view["id"], reply)
        return reply

    async def commands(self, channel: str, user: str, command: str, text: str = "") -> Reply:
        form = {
            "command": command,
            "text": _escaped(text, ""),
            "user_id": user,
            "user_name": self.users[user]["name"],
            "team_id": self.team,
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "desk",
            "api_app_id": self.app_id,
            "trigger_id": self.trigger(user),
            "response_url": f"{self.url}/response",
        }
        return await self.tell("command", form)

    async def shortcut(self, user: str, ts: str, callback: str) -> Reply:
        """An entry in a message's menu."""
        message = next(one for one in self.messages if one.ts == ts)
        payload = self._interaction("message_action", user) | {
            "callback_id": callback,
            "channel": {"id": message.channel},
            "message": self._message_event(message),
            "action_ts": self.next_ts(),
        }
        return await self.tell("interaction", payload)

    def trigger(self, user: str) -> str:
        ref = f"{user}.{self.next_id('')}"
        self.triggers[ref] = "expired" if self._late else "fresh"
        return ref

    def expire_triggers(self, *, from_now: bool = False) -> None:
        """Every trigger given out so far is too old; with `from_now` the coming ones as well."""
        self.triggers = dict.fromkeys(self.triggers, "expired")
        self._late = from_now

    async def tell_event(self, event: dict[str, Any]) -> Reply:
        return await self.tell("event", self.envelope(event))

    def envelope(self, event: dict[str, Any]) -> dict[str, Any]:
        """What Slack puts around an event."""
        return {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": self.app_id,
            "event": event,
            "event_id": self.next_id("Ev"),
            "event_time": 1_790_000_000,
            "authorizations": [
                {"team_id": self.team, "user_id": self.bot_user, "is_bot": True}
                | {"enterprise_id": None, "is_enterprise_install": False}
            ],
        }

    async def tells_again(self, attempt: int = 1) -> Reply:
        """The last payload once more, as Slack retries it."""
        kind, payload = self.delivered[-1]
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        return await self._hand_over(kind, payload, retry)

    async def tell(self, kind: str, payload: dict[str, Any]) -> Reply:
        self.delivered.append((kind, payload))
        return await self._hand_over(kind, payload, {})

    async def _hand_over(self, kind: str, payload: dict[str, Any], extra: dict[str, str]) -> Reply:
        if self.app is None and not self.app_url:
            return await self.push(NAMES[kind], payload)
        body, content_type = encoded(kind, payload)
        return await self.post(body, self.signed(body) | extra | {"Content-Type": content_type})

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """A request to the app as it stands, signed or not."""
        if self.app is not None:
            status, said, _ = await self.app(headers, body)
            return Reply(status, said)
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.app_url, data=body, headers=headers) as answer,
        ):
            return Reply(answer.status, await answer.text())

    def signed(self, body: bytes, at: int | None = None) -> dict[str, str]:
        """The headers of Slack's signature over a body, for now or another time."""
        stamp = str(int(Clock().now()) if at is None else at)
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _written(self, channel: str, user: str, text: str, thread: str | None) -> Message:
        said = _escaped(text, self.bot_user)
        message = Message(channel, self.next_ts(), user, said, thread_ts=thread)
        self.messages.append(message)
        return message

    def _message_event(self, message: Message) -> dict[str, Any]:
        event = {
            "type": "message",
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "event_ts": message.ts,
            "team": self.team,
            "channel": message.channel,
            "channel_type": "im" if message.channel.startswith("D") else "channel",
        }
        return event | ({"thread_ts": message.thread_ts} if message.thread_ts else {})

    def _find(self, channel: str, ts: str) -> Message:
        return next(one for one in self.messages if (one.channel, one.ts) == (channel, ts))

    def _interaction(self, kind: str, user: str) -> dict[str, Any]:
        person = {"id": user, "username": self.users[user]["name"], "team_id": self.team}
        return {
            "type": kind,
            "team": {"id": self.team, "domain": "home"},
            "user": person,
            "api_app_id": self.app_id,
            "trigger_id": self.trigger(user),
        }

    def _action(self, blocks: list[dict[str, Any]], what: str) -> dict[str, Any]:
        for block, element in _pressable(blocks):
            base = {"action_id": element["action_id"], "block_id": block.get("block_id", "b")}
            base |= {"type": element["type"], "action_ts": self.next_ts()}
            if what in (element.get("value"), (element.get("text") or {}).get("text")):
                return base | {"value": element["value"], "text": element["text"]}
            for option in element.get("options", ()):
                if what in (option["value"], option["text"]["text"]):
                    return base | {"selected_option": option}
        raise LookupError(f"nothing to press says {what!r}")

    def _follow(self, user: str, ref: str, reply: Reply) -> None:
        """The modal after its submission: kept with faults, redrawn, or closed."""
        said = reply.json if reply.status == 200 else {"response_action": "errors"}
        action = (said or {}).get("response_action")
        if action == "update":
            check_view(said["view"])
            self.keep_view(ref, user, said["view"])
        elif action == "errors":
            blocks = {one.get("block_id") for one in self.views[ref]["blocks"]}
            assert set(said.get("errors", ())) <= blocks, "errors of questions that are not there"
        else:
            del self.views[ref], self.modal_of[user]


def _pressable(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            yield block, element


def _given(block: dict[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """The state of one input, after the person's answers."""
    element, name = block["element"], block["block_id"]
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": answers.get(name, element.get("initial_value"))}
    groups = [group["options"] for group in element.get("option_groups", ())]
    options = [one for group in [element.get("options", []), *groups] for one in group]
    if name not in answers:
        kept = {"selected_options": element.get("initial_options", [])}
        return {"type": kind} | (
            kept if kind == "checkboxes" else {"selected_option": element.get("initial_option")}
        )
    wanted = answers[name].split(",")
    picked = [one for one in options if one["value"] in wanted or one["text"]["text"] in wanted]
    if kind == "checkboxes":
        return {"type": kind, "selected_options": picked}
    return {"type": kind, "selected_option": picked[0]}


def _escaped(text: str, bot: str) -> str:
    said = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return said.replace(f"&lt;@{bot}&gt;", f"<@{bot}>") if bot else said


def encoded(kind: str, payload: dict[str, Any]) -> tuple[bytes, str]:
    """The body that Slack posts, and its type."""
    if kind == "event":
        return json.dumps(payload).encode(), JSON
    form = payload if kind == "command" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), FORM
