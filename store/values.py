"""What the store hands out and takes in: frozen values, no SQL. All times are aware UTC.

Those that a crowd of cases makes by the hundred are named tuples: they are made in a quarter of the
time that a frozen dataclass takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from policy.ticket import Waits

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Urgency(IntEnum):
    """Which lanes go first; inside a lane only the order of writing counts."""

    NOW = 0
    TIMER = 1
    BULK = 2


class Destination(NamedTuple):
    """Where a row of the outbox goes."""

    channel: str
    account: str
    chat: str
    ticket: int | None = None  # into the thread of that ticket's card
    only: str | None = None  # ephemeral: the one platform user who sees it
    person: int | None = None  # the reader: decides language and zone


class Button(NamedTuple):
    """A choice as the outbox keeps it: `label` and `description` are catalogue keys."""

    code: str  # at most 64 bytes
    label: str = ""
    facts: Mapping[str, Any] = NOTHING
    style: str = ""  # "" | "primary" | "danger"
    description: str = ""
    text: str = ""  # a literal label, used instead of the key


class Copy(NamedTuple):
    """One of many letters that say the same thing, each about its own case."""

    to: Destination
    ticket: int
    facts: Mapping[str, Any]
    choices: Sequence[Button] = ()
    silent: bool = False
    replaces: str | None = None
    expires_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the desk knows: a contact of an organisation, or one of the desk's own people."""

    id: int
    name: str
    language: str = "es"
    zone: str = ""  # IANA; empty: the organisation's or the desk's
    roles: frozenset[str] = frozenset({"client"})
    level: int = 1
    organisation: int | None = None
    email: str = ""
    phone: str = ""
    active: bool = True

    @property
    def first_name(self) -> str:
        """The first word of the name; the whole name where there is one word."""
        return self.name.split()[0] if self.name.strip() else ""

    @property
    def is_staff(self) -> bool:
        """Whether the person works for the desk."""
        return bool(self.roles - {"client", "client_admin"})


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A client of the desk. A field that is absent from an import counts as fulfilled."""

    id: int
    name: str
    country: str
    plan: str
    contract_from: date | None = None
    contract_to: date | None = None
    signed: bool = True
    closing_act: bool = True
    first_invoice: bool = True
    hybrid: bool = False
    products: tuple[str, ...] = ()
    kind: str = "client"
    trial: bool = False


@dataclass(frozen=True, kw_only=True)
class InvoiceRow:
    """An invoice of an organisation; unpaid while `paid_on` is None."""

    organisation: int
    number: str
    issued_on: date
    paid_on: date | None = None
    known_at: datetime | None = None  # when the desk learnt that it was paid; None: long ago
    restored_at: datetime | None = None  # a supervisor gave access back before its hour


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A platform address that belongs to a person."""

    person: int
    channel: str
    account: str
    user: str
    chat: str  # "" until the first private message tells it
    blocked: bool = False


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What a person answered to one version of the privacy notice."""

    person: int
    version: str
    answer: str  # "yes" | "no" | "seen"
    channel: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """One person in one chat: the form in progress, the draft, the ticket in focus."""

    id: int
    channel: str
    account: str
    chat: str
    user: str
    person: int | None = None
    language: str = ""
    form: str | None = None
    form_version: int = 0
    asked: str | None = None  # the question last asked
    answers: Mapping[str, Any] = field(default_factory=dict)
    trail: tuple[str, ...] = ()  # questions answered, in order: the way back
    draft: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None
    focus: int | None = None  # the ticket being talked about
    focus_until: datetime | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Review:
    """A question for a supervisor: an exception from a refusal, or an appeal against a guide."""

    id: int
    kind: str  # "exception" | "appeal"
    person: int
    conversation: int
    about: str  # the refusal's code, or the typology
    told: Mapping[str, Any]  # what would be filed: answers, files, the reason given
    asked_at: datetime
    due_at: datetime | None
    decided_at: datetime | None = None
    decided_by: int | None = None  # None while undecided, and where the clock decided
    outcome: str | None = None
    why: str = ""
    ticket: int | None = None


class SilentCase(NamedTuple):
    """As much of a solved case as its closing by silence needs; `edition` guards its saving."""

    number: int
    version: int
    edition: int
    holder: int | None
    opened_at: datetime
    undelivered: bool
    waits: Waits
    client: Destination
    zone: str  # of the client; empty where they have none of their own
    country: str  # of the client's organisation


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One thing to say. States: pending, claimed, sent, dead, expired."""

    id: int
    kind: str  # "message" | "card" | "home" | "report" | ...
    channel: str
    account: str
    chat: str
    ticket: int | None = None  # what it is about
    thread: int | None = None  # the ticket into whose card's thread it goes
    only: str | None = None
    person: int | None = None
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Button, ...] = ()
    listed: str = ""
    files: tuple[int, ...] = ()  # ids of StoredFile
    lane: str
    urgency: Urgency = Urgency.NOW
    silent: bool = False
    replaces: str | None = None
    on_sent: Any = None  # plain JSON, read by handlers/delivery.py
    quotes: str | None = None
    edits: str | None = None
    expires_at: datetime | None = None
    not_before: datetime | None = None
    attempt: int = 0  # claims so far
    token: str | None = None
    state: str = "pending"
    refs: tuple[str, ...] = ()
    sent_at: datetime | None = None
    error: str = ""
    doubtful: bool = False  # an earlier attempt may have arrived: reconcile before sending again
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Pace:
    """A platform's limit: one letter every `seconds` under `key`, at most `burst` at once.

    `account`: every letter of its account comes under it, so without a place none of them goes.
    """

    key: str
    seconds: float
    burst: int = 1
    account: bool = False


@dataclass(frozen=True, kw_only=True)
class PausedAccount:
    """An account whose token is refused: its rows stay pending until `until` or a new token."""

    channel: str
    account: str
    until: datetime | None
    why: str


class Timer(NamedTuple):
    """A row with a due time. `id` changes whenever the timer is set again."""

    id: int
    kind: str
    about: str  # "ticket:1042", "conversation:7", "person:3"
    key: str
    due_at: datetime
    facts: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to do something alone for a while. `fence` grows with each new holder."""

    name: str
    holder: str
    fence: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class MessageLink:
    """A message that belongs to a ticket, where it stands on its platform."""

    id: int
    ticket: int | None
    channel: str
    account: str
    chat: str
    ref: str
    person: int | None = None
    direction: str = "in"  # "in" | "out"
    kind: str = "message"
    text: str = ""
    outbox: int | None = None
    peer_id: int | None = None  # the message of which this is the copy on the other side
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CardPlace:
    """Where a ticket's card stands; its ref is the thread."""

    ticket: int
    channel: str
    account: str
    chat: str
    ref: str


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file as its platform names it; the bytes stay there."""

    id: int
    ticket: int | None
    channel: str
    account: str
    kind: str
    ref: str
    name: str = ""
    size: int | None = None
    mime: str = ""
    url: str = ""
    seconds: int | None = None
    unique: str = ""
    message: int | None = None


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One change: who, when, what. `actor` is a person id; None is the desk itself."""

    id: int
    ticket: int | None
    at: datetime
    actor: int | None
    what: str
    facts: Mapping[str, Any]
    turn: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A span that ended: business seconds, whether the promise was kept, by whom."""

    id: int
    kind: str
    ticket: int | None
    at: datetime
    seconds: int | None
    kept: bool | None
    person: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class StoryRow:
    """One line of the console's strip "Qué pasó"."""

    id: int
    at: datetime
    key: str
    facts: Mapping[str, Any]
    turn: str


@dataclass(frozen=True, kw_only=True)
class WireRow:
    """A message on a local platform's wall. `seq` moves with every change of the row."""

    seq: int
    channel: str
    account: str
    chat: str
    ref: str
    thread: str | None
    only: str | None
    call: Mapping[str, Any]
    at: datetime
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """An event whose turn failed twice on its own: kept, to be looked at and replayed."""

    id: int
    reference: str
    channel: str
    account: str
    key: str
    kind: str  # the event's class, or what it failed to become
    body: str  # the event as JSON
    error: str
    at: datetime
    replayed_at: datetime | None = None
