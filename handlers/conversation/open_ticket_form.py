"""The form behind a new case: at most four questions, each answered by words or by a press.

Slots that free text fills: `typology`, `category`, `kind`, `scope`, `since`, `place`, `device`,
`stopped`, `detail`. Evidence of a general stop asks nothing more (U16).
"""

from collections.abc import Callable
from typing import Any

from handlers.conversation.form import UNKNOWN, Answers, Form, Option, Question
from kb.reading import Reading
from policy.pack import Policy

NAME = "open_ticket"
VERSION = 1
VAGUE_WORDS = 3  # so short a message says that something is wrong, not what

SCOPES = (
    Option(value="one", label="label.scope_one"),
    Option(value="several", label="label.scope_several"),
    Option(value="all", label="label.scope_all"),
)
MOMENTS = (
    Option(value="now", label="label.since_now"),
    Option(value="today", label="label.since_today"),
    Option(value="before", label="label.since_before"),
)


def form(policy: Policy, language: str) -> Form:
    """The form of this desk: its first question lists the pack's everyday groups."""
    return Form(
        name=NAME,
        version=VERSION,
        title="form.open_ticket.title",
        submit="form.open_ticket.submit",
        summary=True,
        questions=(_what(policy, language), DETAIL, SCOPE, SINCE),
    )


def _what(policy: Policy, language: str) -> Question:
    groups = tuple(
        Option(value=group.key, text=group.label[language], more=group.description[language])
        for group in policy.groups
    )
    return Question(
        name="what",
        ask="intake.ask.symptom",
        label="form.open_ticket.what",
        options=lambda _: groups,
        listed="label.choose",
        when=lambda answers: not (answers.get("typology") or answers.get("stopped")),
        accept=_one_of(groups),
        problem="intake.not_an_option",
        free=False,
        unknown="label.dont_know",
        kind="choice",
    )


def _one_of(options: tuple[Option, ...]) -> Callable[[str], str | None]:
    values = {option.value for option in options}
    return lambda value: value if value in values else None


def _is_incident(answers: Answers) -> bool:
    return answers.get("kind") != "request" and not answers.get("stopped")


DETAIL = Question(
    name="detail",
    ask="intake.ask.what",
    label="form.open_ticket.detail",
    unknown="label.cannot_say",
)
SCOPE = Question(
    name="scope",
    ask="intake.ask.scope",
    label="form.open_ticket.scope",
    options=lambda _: SCOPES,
    when=_is_incident,
    accept=_one_of(SCOPES),
    problem="intake.not_an_option",
    free=False,
    unknown="label.dont_know",
    kind="choice",
)
SINCE = Question(
    name="since",
    ask="intake.ask.since",
    label="form.open_ticket.since",
    options=lambda _: MOMENTS,
    when=_is_incident,
    unknown="label.dont_know",
    kind="line",
)


def slots(policy: Policy, reading: Reading) -> dict[str, Any]:
    """What one message already answers."""
    found: dict[str, Any] = {}
    decision = reading.decision
    if decision.typology and decision.label in ("incident", "request", "misuse"):
        typology = policy.typology(decision.typology)
        found |= {"typology": typology.id, "category": typology.category, "kind": typology.kind}
    if reading.scope:
        found["scope"] = reading.scope
    if reading.stopped:
        found |= {"stopped": True, "scope": "all"}
    if reading.since:
        found["since"] = reading.since.phrase
    if reading.place:
        found["place"] = reading.place
    if reading.device:
        found["device"] = reading.device
    if says_something(reading):
        found["detail"] = reading.stored
    return found


def says_something(reading: Reading) -> bool:
    """Whether a message tells what happens, and not only that something does."""
    if reading.emoji_only or reading.only is not None:
        return False
    if reading.decision.typology or reading.stopped:
        return True
    return len(reading.text.split()) > VAGUE_WORDS


def scope_of(answers: Answers) -> str | None:
    """The scope as a value of the matrix's impact; None when the person does not know."""
    scope = answers.get("scope")
    return None if scope in (None, UNKNOWN) else str(scope)
