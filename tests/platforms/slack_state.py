"""What the stand-in for Slack holds: people, channels, messages, forms, files."""

import json
from dataclasses import dataclass, field
from typing import Any

FIRST_TS = 1_790_000_000


@dataclass(frozen=True)
class Reply:
    """What the app answered. Status 0: a socket's envelope was never acknowledged."""

    status: int
    body: str = ""
    ts: str = ""  # of the message that was said

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class Message:
    """A message as the channel holds it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    bot: bool = False
    only: str | None = None
    deleted: bool = False
    edited: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)


class State:
    """The workspace. Ids and time stamps count up; no clock is read."""

    def __init__(self) -> None:
        self.url = ""
        self.team, self.app_id = "T0HOME", "A0APP"
        self.bot_user, self.bot_id = "U0BOT", "B0BOT"
        self.messages: list[Message] = []
        self.channels: dict[str, dict[str, Any]] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, str] = {}  # id -> "fresh" | "used" | "expired"
        self.modal_of: dict[str, str] = {}
        self._serial = 0

    def next_ts(self) -> str:
        self._serial += 1
        return f"{FIRST_TS + self._serial}.{self._serial:06d}"

    def next_id(self, prefix: str) -> str:
        self._serial += 1
        return f"{prefix}{self._serial:06d}"

    def keep_file(self, content: bytes, mime: str) -> str:
        ref = self.next_id("F")
        self.files[ref] = {"id": ref, "content": content, "mimetype": mime, "length": len(content)}
        return ref

    def file_url(self, ref: str) -> str:
        return f"{self.url}/files-pri/{ref}"

    def keep_view(self, ref: str, user: str, view: dict[str, Any]) -> dict[str, Any]:
        """The modal that a person has open now."""
        self.views[ref] = {**view, "id": ref, "user": user, "hash": self.next_ts()}
        self.modal_of[user] = ref
        return self.views[ref]
