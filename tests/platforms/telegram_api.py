"""The Bot API's behaviour behind the HTTP: one bot's messages, updates, files, and planned faults.

Imports nothing of the product.
"""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telegram.constants import FileSizeLimit

from tests.platforms.telegram_rules import METHODS, Params, Refused, bad, check

FILES = ("photo", "document", "voice", "audio", "video", "sticker")
BY_DEFAULT = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass
class Request:
    """One request as it came, with the answer it got."""

    method: str
    params: Params
    files: dict[str, bytes]
    at: float
    status: int = 0
    house: str = ""  # who asks, where the address says so


@dataclass
class Fault:
    """How the next matching request goes wrong."""

    method: str
    chat: int | None = None
    status: int | None = None  # answer this instead
    body: bytes | None = None  # raw, instead of JSON
    description: str = "made to fail"
    parameters: Params | None = None
    applied: bool = False  # the effect happens all the same
    delay: float = 0.0  # seconds before the answer
    reset: bool = False  # no answer: the connection is reset
    times: int = 1
    after: int = 0  # so many pass first


@dataclass
class Upload:
    kind: str
    content: bytes
    path: str
    size: int


@dataclass
class State:
    updates: list[Params] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    allowed: tuple[str, ...] = BY_DEFAULT
    webhook: str = ""
    webhook_trouble: Params = field(default_factory=dict)  # as getWebhookInfo tells it
    secret: str = ""
    polls: int = 0
    messages: dict[tuple[int, int], Params] = field(default_factory=dict)
    chats: dict[int, Params] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)
    queries: dict[str, bool] = field(default_factory=dict)
    answers: list[Params] = field(default_factory=list)
    reactions: dict[tuple[int, int], list[Params]] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    commands: dict[str, list[Params]] = field(default_factory=dict)


class BotApi:
    """One bot's account. Every method is safe to call from any thread."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.bot: Params = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Radica",
            "username": username,
        }
        self.requests: list[Request] = []
        self.time: Callable[[], int] = lambda: 1_790_000_000 + int(time.monotonic())
        self.state = State()
        self._faults: list[Fault] = []
        self._change = threading.Condition(threading.RLock())
        self._message_ids = itertools.count(1)
        self._file_ids = itertools.count(1)

    def fail(self, method: str, **how: Any) -> None:
        """The next request of the method goes wrong (see Fault)."""
        self._faults.append(Fault(method, **how))

    def stored(self, kind: str, content: bytes, size: int | None = None) -> Params:
        """A file in Telegram's keeping: its description, as in a message."""
        ident = f"{kind}-{next(self._file_ids)}"
        held = len(content) if size is None else size
        self.state.files[ident] = Upload(kind, content, f"{kind}s/{ident}.bin", held)
        return {"file_id": ident, "file_unique_id": f"u-{ident}", "file_size": held}

    def answer(self, request: Request) -> tuple[Fault | None, int, Any]:
        """Judge one request: (how it goes wrong, status, body)."""
        fault = self.fault_of(request)
        status, body = 200, None
        if fault is None or fault.applied or fault.status is None:
            status, body = self._judged(request)
        if fault is not None and fault.status is not None:
            status = fault.status
            body = _refusal(Refused(status, fault.description, fault.parameters))
        request.status = status
        with self._change:
            self.requests.append(request)
            self._change.notify_all()
        return fault, status, body

    def file(self, path: str) -> bytes | None:
        """The content behind a file_path."""
        found = (one for one in self.state.files.values() if one.path == path)
        return next((one.content for one in found), None)

    def _judged(self, request: Request) -> tuple[int, Any]:
        try:
            if request.method not in METHODS:
                raise Refused(404, "Not Found")
            files = {name: f"attach://{name}" for name in request.files if name in FILES}
            check(request.method, request.params | files)
            return 200, {"ok": True, "result": self._done(request)}
        except Refused as refused:
            return refused.status, _refusal(refused)

    def _done(self, request: Request) -> Any:
        method, params = request.method, request.params
        if method == "getUpdates":
            return self._get_updates(params)
        with self._change:
            if "chat_id" in params:
                self._reachable(int(params["chat_id"]))
            if method == "sendMediaGroup":
                return self._album(request)
            if method.startswith("send"):
                return self._send(request)
            if method.startswith("edit"):
                return self._edit(request)
            return self._others(method, params)

    def _others(self, method: str, params: Params) -> Any:
        match method:
            case "getMe" | "getWebhookInfo":
                return self.bot if method == "getMe" else self._webhook_info()
            case "getFile":
                return self._get_file(params["file_id"])
            case "setWebhook" | "deleteWebhook":
                self._set_webhook(params)
            case "deleteMessage":
                if self.state.messages.pop((params["chat_id"], params["message_id"]), None) is None:
                    raise bad("message to delete not found")
            case "setMessageReaction":
                key = (params["chat_id"], params["message_id"])
                if key not in self.state.messages:
                    raise bad("message to react not found")
                self.state.reactions[key] = params["reaction"]
            case "answerCallbackQuery":
                self._answer_query(params)
            case "setMyCommands":
                self.state.commands[params.get("language_code", "")] = params["commands"]
        return True

    def _get_updates(self, params: Params) -> list[Params]:
        with self._change:
            if self.state.webhook:
                raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
            self.state.polls += 1
            mine = self.state.polls
            self._change.notify_all()  # an earlier poll that still waits is terminated
            self._confirm(params.get("offset"))
            self.state.allowed = tuple(params.get("allowed_updates", self.state.allowed))
            patience = params.get("timeout", 0)
            self._change.wait_for(lambda: self.state.polls != mine or self._wanted(), patience)
            if self.state.polls != mine:
                raise Refused(409, "Conflict: terminated by other getUpdates request")
            return self._wanted()[: params.get("limit", 100)]

    def _confirm(self, offset: int | None) -> None:
        gone = [one for one in self.state.updates if offset and one["update_id"] < offset]
        self.state.confirmed += [one["update_id"] for one in gone]
        self.state.updates = [one for one in self.state.updates if one not in gone]

    def _wanted(self) -> list[Params]:
        allowed = set(self.state.allowed)
        return [one for one in self.state.updates if set(one) & allowed or len(one) == 1]

    def _webhook_info(self) -> Params:
        waiting = len(self.state.updates)
        info = {"url": self.state.webhook, "has_custom_certificate": False}
        return {**info, "pending_update_count": waiting, **self.state.webhook_trouble}

    def _set_webhook(self, params: Params) -> None:
        url = params.get("url", "")
        if url and not url.startswith(("https://", "http://127.0.0.1")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self.state.webhook, self.state.secret = url, params.get("secret_token", "")
        if params.get("drop_pending_updates"):
            self.state.updates.clear()

    def _reachable(self, chat: int) -> None:
        if chat in self.state.migrated:
            moved = {"migrate_to_chat_id": self.state.migrated[chat]}
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, moved)
        if chat in self.state.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat not in self.state.chats:
            raise bad("chat not found")

    def _send(self, request: Request) -> Params:
        params = dict(request.params)
        message = self._message(int(params.pop("chat_id")), self.bot)
        self._replies(params, message["chat"]["id"])
        name = request.method.removeprefix("send").lower()
        if name in FILES:
            params[name] = self._held(name, params.get(name, f"attach://{name}"), request.files)
        self.state.messages[message["chat"]["id"], message["message_id"]] = message | params
        return message

    def _album(self, request: Request) -> list[Params]:
        chat = int(request.params["chat_id"])
        self._replies(request.params, chat)
        made: list[Params] = []
        for one in request.params["media"]:
            held = self._held(one["type"], one["media"], request.files)
            message = self._message(chat, self.bot) | {one["type"]: held}
            self.state.messages[chat, message["message_id"]] = message | one
            made.append(message)
        return made

    def _replies(self, params: Params, chat: int) -> None:
        reply = params.get("reply_parameters")
        known = not reply or (chat, reply["message_id"]) in self.state.messages
        if not known and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")

    def _held(self, kind: str, named: str, uploads: dict[str, bytes]) -> Params:
        if named.startswith("attach://"):
            content = uploads.get(named.removeprefix("attach://"))
            if content is None:
                raise bad("there is no such part")
            most = (
                FileSizeLimit.PHOTOSIZE_UPLOAD if kind == "photo" else FileSizeLimit.FILESIZE_UPLOAD
            )
            if len(content) > most:
                raise Refused(413, "Request Entity Too Large")
            return self.stored(kind, content)
        known = self.state.files.get(named)
        if known is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if known.kind != kind:
            raise bad(f"can't use file of type {known.kind.title()} as {kind.title()}")
        return {"file_id": named}

    def _edit(self, request: Request) -> Params:
        params = dict(request.params)
        message = self.state.messages.get((params.pop("chat_id"), params.pop("message_id")))
        if message is None or not message["from"]["is_bot"]:
            raise bad("message to edit not found")
        if request.method == "editMessageText" and "text" not in message:
            raise bad("there is no text in the message to edit")
        before = {
            name: message.get(name) for name in ("text", "entities", "caption", "reply_markup")
        }
        # An edit without entities or keyboard takes them away.
        if request.method == "editMessageText":
            message.pop("entities", None)
        message.pop("reply_markup", None)
        message |= params
        if params.get("reply_markup") == {"inline_keyboard": []}:
            message.pop("reply_markup")
        if before == {name: message.get(name) for name in before}:
            raise bad("message is not modified: specified new message content is the same")
        return message

    def _answer_query(self, params: Params) -> None:
        if self.state.queries.get(params["callback_query_id"], True):
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.state.queries[params["callback_query_id"]] = True
        self.state.answers.append(params)

    def _get_file(self, ident: str) -> Params:
        held = self.state.files.get(ident)
        if held is None:
            raise bad("invalid file_id")
        if held.size > FileSizeLimit.FILESIZE_DOWNLOAD:
            raise bad("file is too big")
        return {"file_id": ident, "file_unique_id": "u", "file_path": held.path}

    def fault_of(self, request: Request) -> Fault | None:
        """The next way to go wrong that fits, used up."""
        for fault in self._faults:
            if fault.method not in (request.method, "*"):
                continue
            if fault.chat is not None and fault.chat != request.params.get("chat_id"):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
            return fault
        return None

    def _message(self, chat: int, author: Params) -> Params:
        return {
            "message_id": next(self._message_ids),
            "date": self._now(),
            "chat": self._chat(chat),
            "from": author,
        }

    def _chat(self, chat: int) -> Params:
        kind = "private" if chat > 0 else "supergroup"
        return self.state.chats.setdefault(chat, {"id": chat, "type": kind})

    def _now(self) -> int:
        return self.time()


def _refusal(refused: Refused) -> Params:
    body: Params = {
        "ok": False,
        "error_code": refused.status,
        "description": refused.description,
    }
    return body | ({"parameters": refused.parameters} if refused.parameters else {})
