"""The shapes of a policy pack's tables: frozen, and closed to fields that they do not know."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from policy.spans import Span, Windows

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
Requirement = Annotated[str, Field(pattern=r"^(S[0-4]-\d\d|D\d{1,2})$")]
Grade = Literal["low", "medium", "high"]
Way = Literal["enforced", "told", "recorded", "open"]


class Shape(BaseModel):
    """A table of the pack. Unknown fields are faults, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Rule(Shape):
    """What every rule carries: where it comes from, which requirements it keeps, and in which way.

    "enforced": the desk acts; "told": a sentence in a situation; "recorded": a fact that is kept;
    "open": data of a workflow that is not built yet.
    """

    clause: Annotated[str, Field(min_length=1)]
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    way: Way = "enforced"


class Text(Shape):
    """The same words in both languages. `text["es"]` works as well as `text.es`."""

    es: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def __getitem__(self, language: str) -> str:
        return self.en if language.startswith("en") else self.es


class Name(Text):
    """An everyday name, short enough for a sentence."""

    es: Annotated[str, Field(min_length=1, max_length=40)]
    en: Annotated[str, Field(min_length=1, max_length=40)]


class Title(Text):
    """The title of a list row."""

    es: Annotated[str, Field(min_length=1, max_length=24)]
    en: Annotated[str, Field(min_length=1, max_length=24)]


class Line(Text):
    """The second line of a list row."""

    es: Annotated[str, Field(min_length=1, max_length=72)]
    en: Annotated[str, Field(min_length=1, max_length=72)]


class Ask(Text):
    """A question in a chat."""

    es: Annotated[str, Field(min_length=1, max_length=180)]
    en: Annotated[str, Field(min_length=1, max_length=180)]


class Edition(Shape):
    """One line of the source document's control of changes."""

    version: str
    on: date


class SignOff(Shape):
    """Who wrote, reviewed or approved the source document, by role and never by name."""

    act: Literal["written", "reviewed", "approved"]
    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    on: date | None = None


class Source(Rule):
    """The document that this pack puts into rules."""

    code: str
    version: str
    kind: str
    level: str = ""
    scope: str = ""
    sign_offs: tuple[SignOff, ...] = ()
    in_force: date
    updated: date | None = None
    needs_update_date: bool = False
    history: tuple[Edition, ...] = ()

    @model_validator(mode="after")
    def _dated(self) -> "Source":
        if self.needs_update_date and self.updated is None:
            raise ValueError("this policy must state when it was last updated: write updated")
        return self


class Desk(Shape):
    """How the desk presents itself. Spans are elapsed time."""

    name: str
    zone: str
    country: str
    languages: tuple[Literal["es", "en"], ...] = ("es", "en")
    address: Literal["usted", "tu"] = "usted"
    consent: Literal["ask", "notice", "off"] = "notice"
    consent_version: str
    first_number: Annotated[int, Field(ge=1)]
    appeal_within: Span
    reopen_within: Span = 0
    duplicate_window: Span = 24 * 3600  # how long a colleague's open case is asked about
    nudge_after: Span
    draft_kept: Span
    chat_follow_up_for_all: bool = False
    reach_from_all: Annotated[int, Field(ge=1, le=9)] | None = None
    portal: str = ""
    mail_domain: str = ""
    patient_safety: bool = False


class Country(Shape):
    """A country that the desk serves, and whose clock it reads."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: str
    zone: str


class Priority(Rule):
    """How urgent a case is. Rank 0 is the most urgent."""

    key: Slug
    label: str
    rank: Annotated[int, Field(ge=0)]
    name: Name
    aliases: tuple[str, ...] = ()

    @property
    def name_es(self) -> str:
        return self.name.es

    @property
    def name_en(self) -> str:
        return self.name.en


class Channels(Shape):
    """By which ways a plan files a case, and by which it is followed."""

    intake: tuple[str, ...]
    follow_up: tuple[str, ...]


class LocalHours(Shape):
    """The two clocks of a country: is the desk open, and does the response time run (D2)."""

    attention: Windows
    response: Windows


class Plan(Rule):
    """What was bought: hours, response times, channels. `always` is 7x24."""

    key: Slug
    label: str
    name: Name
    aliases: tuple[str, ...] = ()
    always: bool = False
    holidays: str | None = None
    closed: tuple[date, ...] = ()
    hours: dict[str, LocalHours] = Field(default_factory=dict)
    response: dict[str, Span]
    channels: Channels

    @property
    def label_es(self) -> str:
        return self.name.es

    @property
    def label_en(self) -> str:
        return self.name.en


class Hybrid(Rule):
    """The engineer bought on top of any plan: the earlier of both deadlines holds (D4)."""

    key: Slug
    label: str
    name: Name
    country: str
    holidays: str | None = None
    open: Windows
    response: dict[str, Span]
    channels: Channels
