"""The Web API's methods, as the stand-in for Slack carries them out."""

import json
from typing import Any

from tests.platforms.slack_rules import Refused, check_message, check_view
from tests.platforms.slack_sockets import Sockets
from tests.platforms.slack_state import Message


class Methods(Sockets):
    """One `do_` function a method; each answers what stands beside `ok`."""

    def do_auth_test(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": self.team, "user_id": self.bot_user, "bot_id": self.bot_id}

    def do_chat_postMessage(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self._open_channel(params["channel"], people=True)
        check_message(params)
        self._check_thread(channel, params.get("thread_ts"))
        message = self._keep(channel, params)
        return {"channel": channel, "ts": message.ts, "message": {"ts": message.ts}}

    def do_chat_postEphemeral(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self._open_channel(params["channel"], people=False)
        if params["user"] not in self.channels[channel]["members"]:
            raise Refused("user_not_in_channel")
        check_message(params)
        message = self._keep(channel, params)
        message.only = params["user"]
        return {"message_ts": message.ts}

    def do_chat_update(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self._open_channel(params["channel"], people=False)
        message = self._own(channel, params["ts"])
        check_message(params)
        message.text, message.blocks = params.get("text", ""), params.get("blocks") or []
        message.edited += 1
        return {"channel": channel, "ts": message.ts, "text": message.text}

    def do_chat_delete(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self._open_channel(params["channel"], people=False)
        self._own(channel, params["ts"]).deleted = True
        return {"channel": channel, "ts": params["ts"]}

    def do_reactions_add(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._message(params["channel"], params["timestamp"])
        if not params["name"].replace("_", "a").replace("+", "a").replace("-", "a").isalnum():
            raise Refused("invalid_name")
        mark = (self.bot_user, params["name"])
        if mark in message.reactions:
            raise Refused("already_reacted")
        message.reactions.append(mark)
        return {}

    def do_reactions_remove(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._message(params["channel"], params["timestamp"])
        mark = (self.bot_user, params["name"])
        if mark not in message.reactions:
            raise Refused("no_reaction")
        message.reactions.remove(mark)
        return {}

    def do_conversations_open(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": self.direct(params["users"])}}

    def do_conversations_info(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(params["channel"])
        if channel is None:
            raise Refused("channel_not_found")
        inside = self.bot_user in channel["members"]
        return {"channel": {"id": params["channel"], "is_member": inside}}

    def do_conversations_history(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self._open_channel(params["channel"], people=False)
        kept = [one for one in self._told(channel) if one.thread_ts in (None, one.ts)]
        limit = int(params.get("limit", 100))
        return {"messages": [self._as_json(one, params) for one in reversed(kept[-limit:])]}

    def do_conversations_replies(self, params: dict[str, Any]) -> dict[str, Any]:
        channel = self._open_channel(params["channel"], people=False)
        if not any(one.ts == params["ts"] for one in self._told(channel)):
            raise Refused("thread_not_found")
        kept = [one for one in self._told(channel) if params["ts"] in (one.ts, one.thread_ts)]
        limit, start = int(params.get("limit", 1000)), int(params.get("cursor") or 0)
        after = str(start + limit) if len(kept) > start + limit else ""
        page = [self._as_json(one, params) for one in kept[start : start + limit]]
        return {"messages": page, "response_metadata": {"next_cursor": after}}

    def do_users_info(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["user"] not in self.users:
            raise Refused("user_not_found")
        return {"user": self.users[params["user"]]}

    def do_views_open(self, params: dict[str, Any]) -> dict[str, Any]:
        user = self._spend(params["trigger_id"])
        check_view(params["view"])
        return {"view": self.keep_view(self.next_id("V"), user, params["view"])}

    def do_views_update(self, params: dict[str, Any]) -> dict[str, Any]:
        held = self.views.get(params["view_id"])
        if held is None:
            raise Refused("not_found")
        _same_hash(held, params)
        check_view(params["view"])
        return {"view": self.keep_view(params["view_id"], held["user"], params["view"])}

    def do_views_publish(self, params: dict[str, Any]) -> dict[str, Any]:
        held = self.homes.get(params["user_id"], {})
        _same_hash(held, params)
        check_view(params["view"])
        home = {**params["view"], "id": f"VH{params['user_id']}", "hash": self.next_ts()}
        self.homes[params["user_id"]] = home
        return {"view": home}

    def do_files_getUploadURLExternal(self, params: dict[str, Any]) -> dict[str, Any]:
        ref = self.next_id("F")
        length = int(params["length"])
        if length <= 0:
            raise Refused("invalid_arguments", "length")
        self.files[ref] = {"id": ref, "name": params["filename"], "length": length}
        self.files[ref] |= {"alt": params.get("alt_txt", ""), "mimetype": "image/png"}
        return {"upload_url": f"{self.url}/upload/{ref}", "file_id": ref}

    def do_files_completeUploadExternal(self, params: dict[str, Any]) -> dict[str, Any]:
        given = params["files"]
        entries = json.loads(given) if isinstance(given, str) else given
        held = [self.files.get(one["id"]) for one in entries]
        if any(one is None or "content" not in one for one in held):
            raise Refused("file_not_found")
        done = [
            {**one, "title": entry["title"]}
            for one, entry in zip(held, entries, strict=True)
            if one
        ]
        if "channel_id" in params:
            channel = self._open_channel(params["channel_id"], people=False)
            self._check_thread(channel, params.get("thread_ts"))
            message = self._keep(channel, {"text": "", "thread_ts": params.get("thread_ts")})
            message.files = done
        return {"files": [{"id": one["id"], "title": one["title"]} for one in done]}

    def do_files_info(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["file"] not in self.files:
            raise Refused("file_not_found")
        return {"file": {"id": params["file"], "url_private": self.file_url(params["file"])}}

    def do_apps_connections_open(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.socket_url()}

    def direct(self, user: str) -> str:
        """The direct messages of the bot and one person."""
        if user not in self.users:
            raise Refused("user_not_found")
        channel = "D" + user[1:]
        self.channels.setdefault(channel, {"members": {user, self.bot_user}, "archived": False})
        return channel

    def _open_channel(self, channel: str, *, people: bool) -> str:
        if people and channel in self.users:
            return self.direct(channel)
        if channel not in self.channels:
            raise Refused("channel_not_found")
        if self.channels[channel]["archived"]:
            raise Refused("is_archived")
        if self.bot_user not in self.channels[channel]["members"]:
            raise Refused("not_in_channel")
        return channel

    def _check_thread(self, channel: str, thread: str | None) -> None:
        if thread is not None and not any(one.ts == thread for one in self._told(channel)):
            raise Refused("thread_not_found")

    def _keep(self, channel: str, params: dict[str, Any]) -> Message:
        message = Message(
            channel=channel,
            ts=self.next_ts(),
            user=self.bot_user,
            text=params.get("text", ""),
            blocks=params.get("blocks") or [],
            thread_ts=params.get("thread_ts"),
            metadata=params.get("metadata"),
            bot=True,
        )
        self.messages.append(message)
        return message

    def _told(self, channel: str) -> list[Message]:
        shown = [one for one in self.messages if one.channel == channel and one.only is None]
        return [one for one in shown if not one.deleted]

    def _message(self, channel: str, ts: str) -> Message:
        for one in self._told(self._open_channel(channel, people=False)):
            if one.ts == ts:
                return one
        raise Refused("message_not_found")

    def _own(self, channel: str, ts: str) -> Message:
        message = self._message(channel, ts)
        if not message.bot:
            raise Refused("cant_update_message")
        return message

    def _as_json(self, one: Message, params: dict[str, Any]) -> dict[str, Any]:
        told = {"type": "message", "ts": one.ts, "user": one.user, "text": one.text}
        if one.metadata and str(params.get("include_all_metadata")) in ("1", "true", "True"):
            told = {**told, "metadata": one.metadata}
        return told

    def _spend(self, trigger: str) -> str:
        """The person whose trigger this is. It serves once."""
        state = self.triggers.get(trigger)
        if state is None:
            raise Refused("invalid_trigger_id")
        if state != "fresh":
            raise Refused("exchanged_trigger_id" if state == "used" else "expired_trigger_id")
        self.triggers[trigger] = "used"
        return trigger.partition(".")[0]


def _same_hash(held: dict[str, Any], params: dict[str, Any]) -> None:
    if "hash" in params and held.get("hash") != params["hash"]:
        raise Refused("hash_conflict")
