"""What comes in: one thing that a person, a platform or the clock did, in the desk's own terms.

Channels build these at the edge (`bot/channels/*/parse.py`); no vendor object travels further.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kb.reading import Reading


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where somebody spoke: enough to know who it is and to answer in the same place."""

    channel: str  # "telegram" | "slack"
    account: str  # the bot's id, the Slack team; "local" in the console
    user: str  # the platform's stable id of the person
    chat: str  # Telegram chat id; Slack channel or DM id
    thread: str | None = None  # Slack thread_ts
    name: str = ""  # as the platform shows it; never an identity
    language: str | None = None  # the platform's hint, such as "es-CO"
    private: bool = True  # a chat of two; False for groups and channels


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as its platform names it. It is streamed later, from there; never held in a turn."""

    kind: str  # photo, document, voice, audio, video, location, contact or sticker
    ref: str  # Telegram file_id; Slack file id; for a location "lat,lon"
    name: str = ""
    size: int | None = None  # bytes
    mime: str = ""
    seconds: int | None = None  # of a voice note
    unique: str = ""  # the platform's content id, when it has one
    url: str = ""  # Slack url_private


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """The common part. (channel, account, key) is the dedupe key, unique in the inbox."""

    address: Address
    key: str
    at: datetime  # the platform's own time of the event, aware


@dataclass(frozen=True, kw_only=True)
class Said(Inbound):
    """A message. `edit_of` and `deletes` hold the ref of the message that changed."""

    ref: str  # the platform's message id (Slack ts)
    text: str = ""
    files: tuple[File, ...] = ()
    quotes: str | None = None  # the ref of the message answered to
    album: str | None = None  # Telegram media_group_id
    edit_of: str | None = None
    deletes: str | None = None
    mentioned: bool = False  # the bot is named in it: in a channel, that it is meant
    reading: Reading | None = None  # filled by the desk before the turn


@dataclass(frozen=True, kw_only=True)
class Reacted(Inbound):
    """An emoji put on (or, with `removed`, taken off) a message."""

    ref: str
    emoji: str  # the character, such as "👍"; Slack names are translated at the edge
    removed: bool = False


@dataclass(frozen=True, kw_only=True)
class Pressed(Inbound):
    """A button or a menu row. `code` is what the desk put into it; it is checked again."""

    code: str
    ref: str | None = None  # the message that carried the button
    trigger: str | None = None  # Slack trigger_id, for a form
    view: str | None = None  # Slack view_id when pressed inside a form


@dataclass(frozen=True, kw_only=True)
class Submitted(Inbound):
    """A form sent as a whole. `meta` is what `ShowForm` gave it (form name, version, ticket)."""

    form: str
    version: int
    meta: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    trigger: str | None = None
    reading: Reading | None = None  # of what a client tells in the form of a case


@dataclass(frozen=True, kw_only=True)
class Commanded(Inbound):
    """A command without its slash, lower case, folded: `name="report"`, `args="resumen semana"`."""

    name: str
    args: str = ""
    text: str = ""  # the arguments as they were written, where the platform tells
    ref: str | None = None
    trigger: str | None = None
    reading: Reading | None = None


@dataclass(frozen=True, kw_only=True)
class Joined(Inbound):
    """The bot was added to a group, or a person blocked (`blocked=True`) or unblocked it."""

    added: bool = False
    blocked: bool | None = None
    new_chat: str | None = None  # a group that became a supergroup: its new id


@dataclass(frozen=True, kw_only=True)
class HomeOpened(Inbound):
    """Somebody looked at the app's Home tab."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """Nothing to show at once. `chosen` is the label of the answer given, drawn on the buttons."""

    chosen: str | None = None


@dataclass(frozen=True, kw_only=True)
class Toast:
    """One short sentence shown at once, to this person alone: a catalogue key with its facts."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    chosen: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShowForm:
    """Open (or, with `update`, redraw) a form: handlers/letters/forms.py draws it, neutral."""

    form: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    update: bool = False


@dataclass(frozen=True, kw_only=True)
class Faults:
    """What is wrong with a submitted form: question name to catalogue key."""

    faults: Mapping[str, str]


Receipt = Done | Toast | ShowForm | Faults
