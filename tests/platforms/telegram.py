"""Telegram's Bot API on loopback, for tests: strict, honest about order, and able to misbehave.

    with TelegramServer() as server:
        server.says(7, "no pasan imágenes")
        ...                                   # the bot under test polls server.url
        server.presses(7, "Enviar")
        assert server.sent(7)[-1]["text"] == ...

Imports nothing of the product. Runs in threads of its own on a free port.
"""

import itertools
import json
import threading
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from tests.platforms.telegram_api import BotApi, Request
from tests.platforms.telegram_http import Loopback
from tests.platforms.telegram_rules import Params

TOKEN = "123456789:" + "A" * 35


class TelegramServer(BotApi):
    """The server, and the people on the other side of it."""

    def __init__(self, token: str = TOKEN, username: str = "radica_test_bot") -> None:
        super().__init__(token, username)
        self.posts: list[int] = []  # what the webhook answered; 0: nobody there
        self.proxies: dict[str, str] = {}  # a public https address -> who answers behind it
        self._unposted: dict[int, Params] = {}
        self._last: Params = {}
        self._update_ids = itertools.count(1000)
        self._http = Loopback(self)

    @property
    def url(self) -> str:
        """For TELEGRAM_API_URL."""
        return self._http.url

    def __enter__(self) -> "TelegramServer":
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._change:
            self.state.polls += 1  # a poll that still waits ends
            self._change.notify_all()
        self._http.stop()

    def restarts_ids(self, at: int) -> None:
        """Update ids go on from another number, as after a quiet week."""
        self._update_ids = itertools.count(at)

    def knows(self, chat: int, *, kind: str | None = None) -> None:
        """A chat that the bot may write to, without anybody having written."""
        self._chat(chat)
        if kind is not None:
            self.state.chats[chat]["type"] = kind

    def says(self, chat: int, text: str, **more: Any) -> Params:
        """A person writes. `more`: user, name, language, reply_to (a message id), or content."""
        return self.sends(chat, text=text, **more)

    def sends(self, chat: int, **content: Any) -> Params:
        """A person sends any content, as the Bot API shapes it."""
        message = self._message(chat, self._person(chat, content))
        quoted = content.pop("reply_to", None)
        if quoted is not None:
            message["reply_to_message"] = self.state.messages[chat, quoted]
        message |= content
        self.state.messages[chat, message["message_id"]] = message
        self.update(message=message)
        return message

    def sends_file(self, chat: int, kind: str, content: bytes, **more: Any) -> Params:
        """A person sends a file with bytes that can be downloaded."""
        described = self.stored(kind, content, size=more.pop("size", None))
        held: Any = [described | {"width": 90, "height": 90}] if kind == "photo" else described
        return self.sends(chat, **{kind: held}, **more)

    def edits(self, chat: int, message_id: int, text: str) -> None:
        """A person changes what they wrote."""
        message = self.state.messages[chat, message_id]
        message |= {"text": text, "edit_date": self._now() + 1}
        self.update(edited_message=message)

    def presses(self, chat: int, label: str, message_id: int | None = None) -> str:
        """A person presses the newest button with this label (or code). Returns the query's id."""
        with self._change:
            message, button = self._button(chat, label, message_id)
            query = f"q{next(self._update_ids)}"
            self.state.queries[query] = False
        self.update(
            callback_query={
                "id": query,
                "from": self._person(chat, {}),
                "message": message,
                "chat_instance": "1",
                "data": button["callback_data"],
            }
        )
        return query

    def reacts(self, chat: int, message_id: int, emoji: str, before: str = "") -> None:
        """A person puts an emoji on a message."""
        self.update(
            message_reaction={
                "chat": self._chat(chat),
                "message_id": message_id,
                "user": self._person(chat, {}),
                "date": self._now(),
                "old_reaction": [{"type": "emoji", "emoji": before}] if before else [],
                "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
            }
        )

    def adds_to_group(self, chat: int) -> None:
        """A person brings the bot into a group."""
        here, away = ({"user": self.bot, "status": status} for status in ("member", "left"))
        self.update(
            my_chat_member={
                "chat": self._chat(chat),
                "from": self._person(chat, {}),
                "date": self._now(),
                "old_chat_member": away,
                "new_chat_member": here,
            }
        )

    def presses_old(self, chat: int, message: Params, label: str) -> str:
        """A press on a message as somebody still sees it, whatever became of it since."""
        rows = message["reply_markup"]["inline_keyboard"]
        data = next(one["callback_data"] for row in rows for one in row if one["text"] == label)
        with self._change:
            query = f"q{next(self._update_ids)}"
            self.state.queries[query] = False
        asked = {"id": query, "from": self._person(chat, {}), "message": message}
        self.update(callback_query=asked | {"chat_instance": "1", "data": data})
        return query

    def blocks(self, chat: int, *, blocked: bool = True) -> None:
        """A person blocks the bot, or lets it in again."""
        (self.state.blocked.add if blocked else self.state.blocked.discard)(chat)
        member, kicked = ({"user": self.bot, "status": status} for status in ("member", "kicked"))
        self.update(
            my_chat_member={
                "chat": self._chat(chat),
                "from": self._person(chat, {}),
                "date": self._now(),
                "old_chat_member": member if blocked else kicked,
                "new_chat_member": kicked if blocked else member,
            }
        )

    def update(self, **content: Any) -> int:
        """Any update, raw. Returns its id."""
        with self._change:
            made = {"update_id": next(self._update_ids)} | content
            self.state.updates.append(made)
            self._last = made
            self._change.notify_all()
        if self.state.webhook:
            threading.Thread(target=self._post, args=(made,), daemon=True).start()
        return int(made["update_id"])

    # What the tests look at

    def sent(self, chat: int) -> list[Params]:
        """The bot's messages in a chat, oldest first, as they stand now."""
        with self._change:
            mine = [one for (at, _), one in self.state.messages.items() if at == chat]
        return [one for one in mine if one["from"]["is_bot"]]

    def calls(self, method: str) -> list[Request]:
        """Every request of a method, failed ones too."""
        return [one for one in self.requests if one.method == method]

    def wait_for_change(self, seconds: float) -> None:
        """Until the next request or update, or so long."""
        with self._change:
            self._change.wait(seconds)

    def until(self, true: Any, seconds: float = 10.0) -> None:
        """Wait until `true()`; every request and update wakes it."""
        with self._change:
            if not self._change.wait_for(true, seconds):
                raise AssertionError(f"not within {seconds} s")

    def tells_again(self, times: int = 1) -> None:
        """Post the last update once more to the webhook, as when its answer was lost."""
        for _ in range(times):
            threading.Thread(target=self._post, args=(self._last,), daemon=True).start()

    def posts_again(self) -> int:
        """Post what the webhook did not take with a 200, as Telegram does. Returns how many."""
        with self._change:
            waiting = [self._unposted.pop(ident) for ident in sorted(self._unposted)]
        threading.Thread(target=lambda: [*map(self._post, waiting)], daemon=True).start()
        return len(waiting)

    def _post(self, update: Params) -> None:
        status = self._posted(json.dumps(update).encode())
        with self._change:
            if status != 200:
                self._unposted[update["update_id"]] = update
            self.posts.append(status)
            self._change.notify_all()

    def _posted(self, body: bytes) -> int:
        """The status of one post; 0 where nobody answers."""
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": self.state.secret,
        }
        address = urlsplit(self.proxies.get(self.state.webhook, self.state.webhook))
        secure = address.scheme == "https"
        connection = (HTTPSConnection if secure else HTTPConnection)(address.netloc, timeout=10)
        try:
            connection.request("POST", address.path, body, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def _button(self, chat: int, label: str, message_id: int | None) -> tuple[Params, Params]:
        for message in reversed(self.sent(chat)):
            if message_id is not None and message["message_id"] != message_id:
                continue
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in (button["text"], button.get("callback_data")):
                        return message, button
        raise AssertionError(f"no button {label!r} in chat {chat}")

    def _person(self, chat: int, content: Params) -> Params:
        return {
            "id": content.pop("user", abs(chat)),
            "is_bot": False,
            "first_name": content.pop("name", "Marta"),
            "language_code": content.pop("language", "es"),
        }
