"""The form behind a new case: at most four questions, each answered by words or by a press.

Slots that free text fills: `typology`, `category`, `kind`, `scope`, `since`, `place`, `device`,
`stopped`, `study`, `error`, `between`, `detail`. Evidence of a general stop asks nothing more
(U16).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers.conversation import change_form, checks
from handlers.conversation.form import UNKNOWN, Answers, Form, Option, Question
from handlers.conversation.summary import shortened
from kb.reading import Reading
from policy import changes
from policy.pack import Policy
from policy.remembered import remembered

NAME = "open_ticket"
VERSION = 1
BETWEEN = "between"  # among the answers: typologies that fit the words about as well
NONE = "none"  # of those that were asked about
TITLE = 24  # letters of a row's title
GUIDED = "guided"  # among the answers: the words were such as a guide answers
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


def form(policy: Policy, language: str, own: tuple[Question, ...] = ()) -> Form:
    """The form of this desk: the pack's everyday groups, what the case has of its own, the rest.

    Its own are the client's checks, or the fields of a change, which tell it all by themselves.
    """
    is_change = any(question.part == change_form.PART for question in own)
    detail = () if is_change else (DETAIL,)
    asks = _asks_on(policy)
    return Form(
        name=NAME,
        version=VERSION,
        title="form.open_ticket.title",
        submit="form.open_ticket.submit",
        summary=True,
        questions=(
            _topic(policy, language),
            _what(policy, language),
            *own,
            *detail,
            replace(SCOPE, when=asks),
            replace(SINCE, when=asks),
            SPOT,
        ),
    )


@remembered
def asked(policy: Policy) -> frozenset[str]:
    """The names of its questions, but for those that a case has of its own."""
    return frozenset(question.name for question in form(policy, policy.desk.languages[0]).questions)


@remembered
def _topic(policy: Policy, language: str) -> Question:
    """Doubt between entries of the catalogue, asked by their everyday names."""
    names = {row.id: row.name[language] for row in policy.typologies}

    def options(answers: Answers) -> tuple[Option, ...]:
        asked = [one for one in answers.get(BETWEEN) or () if one in names]
        rows = [(one, names[one]) for one in asked]
        return (
            *(Option(value=one, text=shortened(name, TITLE), more=name) for one, name in rows),
            Option(value=NONE, label="label.none_of_these"),
        )

    return Question(
        name="topic",
        ask="intake.ask.topic",
        listed="label.choose",
        options=options,
        when=lambda answers: bool(answers.get(BETWEEN)) and not _is_known(answers),
        accept=lambda value: value if value in names or value == NONE else None,
        problem="intake.not_an_option",
        free=False,
        unknown="label.dont_know",
        kind="choice",
    )


def _is_known(answers: Answers) -> bool:
    return bool(answers.get("typology") or answers.get("stopped") or answers.get("what"))


def _is_chosen(answers: Answers) -> bool:
    return answers.get("topic") not in (None, UNKNOWN, NONE)


@remembered
def _what(policy: Policy, language: str) -> Question:
    groups = tuple(
        Option(value=group.key, text=group.label[language], more=group.description[language])
        for group in policy.groups
    )
    return Question(
        name="what",
        ask="intake.ask.symptom",
        label="form.open_ticket.what",
        listed="label.choose",
        when=lambda answers: (
            not (answers.get("typology") or answers.get("stopped") or _is_chosen(answers))
        ),
        unknown="label.dont_know",
        kind="choice",
    ).answered_by(groups)


def _asks_on(policy: Policy) -> Callable[[Answers], bool]:
    """Who it affects and since when: asked of an incident that is no general stop."""

    def asks(answers: Answers) -> bool:
        found = settled(policy, answers)
        return found.get("kind", "incident") == "incident" and not checks.is_stop(answers)

    return asks


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
    unknown="label.dont_know",
    kind="choice",
).answered_by(SCOPES)
SINCE = Question(
    name="since",
    ask="intake.ask.since",
    label="form.open_ticket.since",
    options=lambda _: MOMENTS,
    unknown="label.dont_know",
    kind="line",
)

SPOT = Question(  # asked only to mend what was understood
    name="spot",
    ask="intake.ask.spot",
    label="form.open_ticket.spot",
    when=lambda _: False,
    unknown="label.dont_know",
    kind="line",
)
OF_SPOT = ("device", "place", "study")  # what the answer stands for
OF_SINCE = ("since_at", "since_day", "since_part")
OF_TOPIC = ("typology", "category", "kind", "topic", BETWEEN, GUIDED, "stopped")


def slots(policy: Policy, reading: Reading) -> dict[str, Any]:
    """What one message already answers."""
    found: dict[str, Any] = {}
    decision = reading.decision
    if reading.between and not reading.stopped:
        found |= _in_doubt(policy, reading.between)
    elif decision.typology and decision.label in ("incident", "request", "misuse"):
        typology = policy.typology(decision.typology)
        found |= {"typology": typology.id, "category": typology.category, "kind": typology.kind}
    if decision.label == "misuse" and decision.verdict != "none":
        found[GUIDED] = True
    if reading.product and not found.get("category"):
        found["category"] = reading.product
    told = {
        "scope": reading.scope,
        "since": reading.since.phrase if reading.since else None,
        "place": reading.place,
        "device": reading.device,
        "study": ", ".join(reading.studies),
        "error": reading.error,
    }
    found |= {name: value for name, value in told.items() if value}
    if reading.stopped:
        found |= {"stopped": True, "scope": "all"}
    if says_something(reading):
        found["detail"] = reading.stored
    return found


def _in_doubt(policy: Policy, between: tuple[str, ...]) -> dict[str, Any]:
    """Several entries fit: none is taken for known, and which it is will be asked."""
    rows = [policy.typology(one) for one in between]
    same = len({row.category for row in rows}) == 1
    return {BETWEEN: list(between)} | ({"category": rows[0].category} if same else {})


def says_something(reading: Reading) -> bool:
    """Whether a message tells what happens, and not only that something does."""
    if reading.emoji_only or reading.only is not None:
        return False
    if reading.decision.typology or reading.stopped:
        return True
    return len(reading.text.split()) > VAGUE_WORDS


def typology_of(policy: Policy, answers: Answers) -> str | None:
    """What the catalogue calls it: from the words, or from the everyday answer that was chosen."""
    if answers.get("typology"):
        return str(answers["typology"])
    if _is_chosen(answers):
        return str(answers["topic"])
    group = next((g for g in policy.groups if g.key == answers.get("what")), None)
    return group.typology if group else None


def settled(policy: Policy, answers: Answers) -> dict[str, Any]:
    """The answers with what follows from them: the catalogue's entry, and a general stop."""
    found = dict(answers)
    typology = typology_of(policy, answers)
    if typology and not answers.get("typology"):
        row = policy.typology(typology)
        found |= {"typology": row.id, "category": row.category, "kind": row.kind}
    elif not typology and _asks_for_something(policy, answers):
        found["kind"] = "request"
    if changes.opened_by(policy, typology) is not None:
        found["kind"] = changes.KIND
    if checks.is_stop(answers):
        found |= {"stopped": True, "scope": "all"}
    return found


def _asks_for_something(policy: Policy, answers: Answers) -> bool:
    """Whether the everyday answer stands for requests alone: then it is one, if no row fits."""
    group = next((g for g in policy.groups if g.key == answers.get("what")), None)
    rows = [row for row in policy.typologies if group and row.category in group.categories]
    return bool(rows) and all(row.kind == "request" for row in rows)


def scope_of(answers: Answers) -> str | None:
    """The scope as a value of the matrix's impact; None when the person does not know."""
    scope = answers.get("scope")
    return None if scope in (None, UNKNOWN) else str(scope)
