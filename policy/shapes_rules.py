"""The shapes of a pack's catalogue and of its rules for closing, escalating and entitlement."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from policy.shapes import Ask, Grade, Line, Name, Rule, Shape, Slug, Text, Title, Way
from policy.spans import Span, Windows


class Cell(Shape):
    """Where impact and urgency meet: the source's own word, its severity, our priority (D1)."""

    label: str
    severity: Annotated[int, Field(ge=1, le=5)]
    priority: str


class Row(Shape):
    """One impact, across the urgencies."""

    high: Cell
    medium: Cell
    low: Cell


class Raise(Shape):
    """The least impact and urgency at which the matrix may raise a typology's priority."""

    impact: Grade = "low"
    urgency: Grade = "low"


class Unknown(Shape):
    """What is taken for an answer that was not given."""

    impact: Grade
    urgency: Grade


class Matrix(Rule):
    """Impact by urgency.

    decides "catalogue": a typology's priority stands, and the answers may only raise it (D1);
    "answers": it is a first guess, for a source that gives its typologies no priority (S1-52).
    """

    decides: Literal["catalogue", "answers"] = "catalogue"
    raise_when: Raise
    unknown: Unknown
    high: Row
    medium: Row
    low: Row


class Scale(Rule):
    """A grade of impact or urgency, as a person chooses it."""

    key: Grade
    label: Name


class Category(Shape):
    """A part of the catalogue; `label` as the source prints it."""

    key: Slug
    label: str
    name: Name


class How(Text):
    """How to look, in a line under a question."""

    es: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(min_length=1, max_length=120)]


class Check(Rule):
    """One verification (Tabla 4): who does it, what the chat asks, what the card shows.

    `short` also describes it to the engineer when the desk does it and there is no question.
    """

    key: Annotated[Slug, Field(max_length=40)]  # it has to fit into the code of a button
    label: str
    short: Title
    by: Literal["client", "admin", "desk"]
    ask: Ask | None = None
    how: How | None = None
    only_if: Literal["extramural"] | None = None

    @model_validator(mode="after")
    def _asked(self) -> "Check":
        if self.by != "desk" and self.ask is None:
            raise ValueError(f"the check {self.key!r} is the client's: it needs a question (ask)")
        return self


class Request(Shape):
    """The terms of a request (Tabla 2). `within` None: a date agreed on."""

    complexity: Literal["low", "medium", "medium_high"]
    committee: bool
    quote: Literal["no", "yes", "depends"]
    within: Span | None
    estimated: bool = False
    note: str = ""


class Typology(Rule):
    """An entry of the catalogue; `label` is the source's own spelling."""

    id: Slug
    category: str
    label: str
    name: Name
    priority: str
    kind: Literal["incident", "request"]
    misuse: bool = False
    patient_safety: bool = False  # never left to a guide alone, whatever was explained before
    risk: Literal["", "patient", "side", "report"] = ""  # what it means for a patient by itself
    article: Slug | None = None
    checks: tuple[str, ...] = ()
    request: Request | None = None


class Group(Shape):
    """An everyday answer to "what is wrong?", for who does not know the catalogue."""

    key: Slug
    label: Title
    description: Line
    typology: str | None = None
    categories: tuple[str, ...] = ()


class Notice(Rule):
    """Something that the desk does not cover: what it `says` then, inside the text of that key.

    `says` is a sentence without its full stop: the clause follows it. `code` is the reason that is
    kept with the refusal, and that reports count; the key where the pack gives none.
    """

    key: Slug
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{0,12}$")] = ""
    label: Name
    says: Ask
    text: str = "intake.out_of_scope"
    instead: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The reason code (S2-09)."""
        return self.code or self.key

    @property
    def quotable(self) -> bool:
        """Whether it may be quoted apart (S2-10)."""
        return "quote" in self.instead


class Thresholds(Shape):
    """From which score (0-100) an article is the answer, or is offered; and by what margin.

    `doubt`: entries of the catalogue that are nearer to one another than this are asked about.
    """

    deflect: Annotated[float, Field(ge=0, le=100)]
    offer: Annotated[float, Field(ge=0, le=100)]
    margin: Annotated[float, Field(ge=0, le=100)]
    doubt: Annotated[float, Field(ge=0, le=100)] = 3.0


class Wait(Shape):
    """Elapsed time from the moment the solution notice was sent (D8, D20)."""

    remind_after: Span
    close_after: Span

    @model_validator(mode="after")
    def _ordered(self) -> "Wait":
        if self.close_after <= self.remind_after:
            raise ValueError("close_after comes before the reminder")
        return self


class Closing(Rule, Wait):
    """The waits for the client's word, with what each priority changes (D7)."""

    close_undelivered: bool = False
    by_agreement: bool = True
    priorities: dict[str, Wait] = Field(default_factory=dict)


class Level(Rule):
    """A level of the escalation ladder. `direct`: it can be reached from any other."""

    number: Annotated[int, Field(ge=1, le=9)]
    name: Name
    direct: bool = False


class Warn(Shape):
    """When a level is told: with `left` percent of the promise to go, or `after` it was missed."""

    level: int
    left: Annotated[int, Field(ge=1, le=99)] | None = None
    after: Span | None = None

    @model_validator(mode="after")
    def _one(self) -> "Warn":
        if (self.left is None) == (self.after is None):
            raise ValueError("state either left (percent to go) or after (time since the breach)")
        return self


class Gate(Rule):
    """A condition of support. `days` from issue to overdue; `kinds` of clients that are served."""

    key: Literal[
        "contract",
        "signed",
        "closing_act",
        "first_invoice",
        "kind",
        "channel",
        "product",
        "invoice",
    ]
    instead: Annotated[tuple[str, ...], Field(min_length=1)]
    days: Annotated[int, Field(ge=0)] | None = None
    kinds: tuple[str, ...] = ()


class Reactivation(Rule):
    """How soon access returns once a payment is known: working time of its own."""

    within: Span
    open: Windows
    holidays: str | None = None


class Statement(Rule):
    """A rule that no other table holds; it always says in which `way` it is kept."""

    key: Slug
    way: Way
    what: Text
