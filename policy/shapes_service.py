"""The shapes of how a desk is reached, in which order it attends, and what contractors do."""

from typing import Annotated, Literal

from pydantic import Field

from policy.shapes import Ask, Name, Rule, Slug, Text
from policy.spans import Span

Record = Literal["minutes", "mail", "provider_system", "calendar"]


class Channel(Rule):
    """A way to or from the desk, and what must be known of it.

    `direction` "out" is never offered to who wants to call in. `rotates`: its number may change,
    which `announced_by` then tells. `domain` is the only one that its addresses have.
    """

    key: Slug
    label: Name
    direction: Literal["in", "out", "both"] = "both"
    address: str = ""
    domain: str = ""
    rotates: bool = False
    third_party: bool = False
    announced_by: Name | None = None
    when: Ask | None = None
    for_critical: bool = False


class Contact(Rule):
    """A level of the contact directory (Tabla 1): placeholders until the owner writes its own."""

    key: Slug
    level: Annotated[int, Field(ge=1, le=9)]
    label: Name
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    chat: str = ""


class Remote(Rule):
    """How a machine of the client is reached from afar."""

    tools: Annotated[tuple[str, ...], Field(min_length=1)]
    agreed_before: bool = True
    machine: str = ""  # what the client provides as the point of connection
    told: Ask


class OutOfHours(Rule):
    """What the receipt adds, once a case, while the desk is closed (S3-05).

    It tells when the desk opens, the other ways in (`channels`, keys of the pack's channels: their
    label, address and `when`) and the time to expect, which comes from the plan. `ask_critical`
    puts *Es crítico* under it: impact and urgency are asked, and may raise.
    """

    tells: tuple[Literal["opens", "channels", "expected"], ...] = ("opens", "channels", "expected")
    channels: tuple[str, ...] = ()
    ask_critical: bool = True


class Turn(Rule):
    """What a priority is told where its time is no promise; `first` goes before everybody.

    `key` is the priority's. `says` is a clause for the middle of a sentence. `estimate` is the
    owner's own figure, told as an estimate and owed to nobody (S2-06, D18).
    """

    key: str
    says: Name
    first: bool = False
    estimate: Span | None = None


class Attention(Rule):
    """In which order cases are attended.

    "urgency": the most urgent first, equals by arrival; "arrival": by arrival, only `first` before.
    Without `promises` no time is owed, and what is told is labelled an estimate (D18).
    """

    order: Literal["urgency", "arrival"] = "urgency"
    promises: bool = True
    turns: tuple[Turn, ...] = ()


class Service(Rule):
    """A kind of service by a contractor.

    `network_notice` is how long before all staff are told where the network is affected; where
    nothing can be told before, `exception` has the desk tell at once and record why (D17).
    """

    key: Slug
    label: Name
    typologies: tuple[str, ...] = ()
    network_typologies: tuple[str, ...] = ()
    network_notice: Span
    exception: bool = False
    told: Ask


class Activity(Rule):
    """A step of a procedure: who carries it out, in which area, and what records it.

    One of `records` is enough unless `all_records`. `external_reference`: the number in the
    provider's system is kept. `ends`: the procedure is over only with this step.
    """

    key: Slug
    number: Annotated[int, Field(ge=1)]
    what: Text
    executor: str
    area: str
    records: Annotated[tuple[Record, ...], Field(min_length=1)]
    all_records: bool = False
    yearly: bool = False
    states: tuple[Literal["service", "priority"], ...] = ()
    external_reference: bool = False
    ends: bool = False


class Classification(Rule):
    """How the records of a procedure are classified, and for how long."""

    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    default: str
    years: Annotated[int, Field(ge=0)] = 0
    justification: str = ""


class Mark(Rule):
    """What stands on everything that is printed or exported."""

    text: str


class Reference(Rule):
    """A law or norm that the source rests on."""

    key: Slug
    label: str
