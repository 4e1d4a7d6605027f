"""The shapes of a scenario: when cases come, who works, and how long things take."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from policy.shapes import Grade, Shape
from policy.spans import Span, Windows

Share = Annotated[float, Field(ge=0, le=1)]
Weights = dict[str, Annotated[float, Field(gt=0)]]


class Times(Shape):
    """Working time of an engineer: until the first answer is sent, then until the case is done."""

    answer: Span
    work: Span


class Handling(Times):
    """The usual times, and what a priority changes.

    `spread` 0.5 draws each case's times between half and one and a half of that. `escalates`: the
    share of cases whose work goes on at the next level of the ladder, for the same time again.
    """

    spread: Annotated[float, Field(ge=0, lt=1)] = 0
    escalates: Share = 0
    priorities: dict[str, Times] = Field(default_factory=dict)


class Client(Shape):
    """How clients behave: the guided conversation, and the share that must be asked first."""

    complete_after: Span = 0
    asks: Share = 0
    answers_in: Span = 3600


class Crew(Shape):
    """People with the same shift. Without `skills` they take every category.

    `levels` are those of the policy's ladder: they take cases that are there, or that an alarm
    of the policy brought there.
    """

    name: str
    count: Annotated[int, Field(ge=1, le=500)] = 1
    levels: Annotated[tuple[Annotated[int, Field(ge=1, le=9)], ...], Field(min_length=1)] = (1,)
    shift: Windows
    zone: str | None = None
    holidays: str | None = None
    skills: tuple[str, ...] = ()


class Asked(Shape):
    """Who asks: their plan, country and add-on."""

    plan: str
    country: str | None = None
    hybrid: bool = False


class Demand(Asked):
    """Cases drawn by chance: `per_day` on average on an open day, at any open moment.

    Either `priorities` or `typologies` with their weights. `first` and `last` day bound a surge.
    """

    name: str = ""
    first: date | None = None
    last: date | None = None
    per_day: Annotated[float, Field(gt=0, le=20_000)]
    open: Windows
    zone: str | None = None
    holidays: str | None = None
    priorities: Weights = Field(default_factory=dict)
    typologies: Weights = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one(self) -> "Demand":
        if bool(self.priorities) == bool(self.typologies):
            raise ValueError("state either priorities or typologies, with their weights")
        if self.first and self.last and self.last < self.first:
            raise ValueError("the last day comes before the first")
        return self


class Arrival(Asked):
    """One case. Without a zone `at` is the country's own time.

    Its priority is `priority`, or what the policy makes of `typology`, `impact` and `urgency`.
    """

    at: datetime
    priority: str | None = None
    typology: str | None = None
    impact: Grade | None = None
    urgency: Grade | None = None
    category: str | None = None
    answer: Span | None = None
    work: Span | None = None
    asks: bool = False
    escalates: bool = False


class Head(Shape):
    """What a scenario says besides its rows.

    `order` is which waiting case is taken first: as the policy has it, or, to try another way,
    the most urgent, the one that is due first, or the one that came first.
    """

    title: str = ""
    policy: str | None = None
    start: date | None = None
    days: Annotated[int, Field(ge=1, le=3660)] = 28
    seed: int = 1
    order: Literal["policy", "priority", "due", "arrival"] = "policy"
    client: Client = Client()
    handling: Handling
    arrivals_file: str | None = None
    staff_file: str | None = None
