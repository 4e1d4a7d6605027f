"""The shapes of what is put in writing: papers that a case may need, and changes of a platform."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from policy.shapes import Ask, Name, Rule, Slug, Text
from policy.spans import Span

# What can be recorded on a case before a paper is complete. "quote" is an approved one; "notice" a
# formal notice that was sent; "scope" what is to be done, agreed; "go_ahead" the client's word that
# a change may go live. The client gives "quote" and "go_ahead" in the chat; the rest is recorded.
Need = Literal[
    "quote",
    "commitment",
    "advance",
    "letter",
    "purchase_order",
    "agreement",
    "evaluation",
    "notice",
    "scope",
    "go_ahead",
]
Told = Literal["client", "commercial", "account_manager"]


class Prose(Text):
    """A few sentences, told in a chat or set above a signature."""

    es: Annotated[str, Field(min_length=1, max_length=500)]
    en: Annotated[str, Field(min_length=1, max_length=500)]


class Paper(Rule):
    """A quote, letter, notice, charge warning or agreement that a case may need.

    `trigger` says who brings it up: the client asks for what is excluded ("exclusion", by the keys
    in `exclusions`), the catalogue's row asks for it ("request", by the ids in `typologies` or by
    the row's own terms), the engineer finds it while working ("finding"), the work is on site
    ("visit"), or a change goes live ("production").

    `needs` must all be recorded, and of `one_of` at least one; with `blocks` the case cannot move
    to work (a "production" paper: the change cannot go live) before that. Without `blocks` the
    paper is told and recorded, and work goes on.
    `charge`: "quoted" is paid by an approved quote, "hours" by the time spent (D11: recorded, the
    charge itself is left to a person). `limit` is the most time that a quote may cover.
    """

    key: Slug
    kind: Literal["quote", "letter", "notice", "charge", "agreement"]
    label: Name
    text: Prose
    trigger: Literal["exclusion", "request", "finding", "visit", "production"]
    exclusions: tuple[str, ...] = ()
    typologies: tuple[str, ...] = ()
    blocks: bool = False
    needs: tuple[Need, ...] = ()
    one_of: tuple[Need, ...] = ()
    signed_by: Literal["nobody", "client", "both"] = "nobody"
    charge: Literal["none", "quoted", "hours"] = "none"
    limit: Span | None = None
    tells: tuple[Told, ...] = ("client",)
    ends_support: Prose | None = None  # what is no longer supported from then on

    @model_validator(mode="after")
    def _wall(self) -> "Paper":
        if self.blocks and not (self.needs or self.one_of):
            raise ValueError("it blocks and needs nothing: nobody could lift it; state needs")
        return self


class ChangeField(Rule):
    """One question of the change form; all of them are required (S3-10..13).

    `kind` "text" is answered in words, "priority" with one of the pack's priorities: the user's
    own opinion, which is a criterion and no promise.
    """

    key: Slug
    label: Name
    ask: Ask
    kind: Literal["text", "priority"] = "text"
    least: Annotated[int, Field(ge=1, le=200)] = 1  # characters of an answer in words


class Criterion(Rule):
    """Something that the evaluation of a change records."""

    key: Slug
    label: Name
    what: Text


class Outcome(Rule):
    """A formal answer to a change, and what the person then reads."""

    key: Literal["approved", "rejected", "more_information"]
    label: Name
    text: Prose


class Stage(Rule):
    """A step of carrying out an approved change; a stage begins when the one before is done.

    `after_approval_of` names stages whose result must be approved, not merely done (S3-24).
    """

    key: Slug
    label: Name
    what: Text
    after_approval_of: tuple[str, ...] = ()


class Change(Rule):
    """How a change is asked for, judged, answered and carried out.

    `typologies` are the entries of the catalogue that open the form; `outside_catalogue` sends a
    request without a row there too (D15). Without `fields` there is no form, only a judgement.
    """

    decides: Name
    typologies: tuple[str, ...] = ()
    outside_catalogue: bool = False
    told: Prose | None = None
    fields: tuple[ChangeField, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    stages: tuple[Stage, ...] = ()
