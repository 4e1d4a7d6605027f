"""The change form of the pack (S3-10..13): the same questions in a chat and as a page."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.conversation.form import UNKNOWN, Answers, Option, Question
from policy import changes
from policy.pack import Policy
from policy.shapes_papers import ChangeField

FIELD, PART = "change-", "change"
AT_LENGTH = 60  # letters of a first message that describes, and does not only announce
SHORT = 5  # where so few characters are an answer, not knowing is one too


def questions(policy: Policy, typology: str | None, language: str) -> tuple[Question, ...]:
    """The fields as questions, in the order of the pack; none where nothing opens the form."""
    change = changes.opened_by(policy, typology)
    return tuple(_question(policy, one, language) for one in change.fields) if change else ()


def answered(policy: Policy, kept: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """(label, answer) of each field that was answered, in order; an unknown one is empty."""
    fields = policy.change.fields if policy.change else ()
    return [
        (one.label[language], said(policy, one, str(kept[f"{FIELD}{one.key}"]), language))
        for one in fields
        if kept.get(f"{FIELD}{one.key}")
    ]


def said(policy: Policy, one: ChangeField, value: str, language: str) -> str:
    """The answer as a person reads it."""
    if value == UNKNOWN:
        return ""
    if one.kind == "text":
        return value
    return next((p.name[language] for p in policy.priorities if p.key == value), value)


def from_words(policy: Policy, typology: str | None, told: str) -> dict[str, str]:
    """What a first message that tells it at length already answers: the first question (U2)."""
    change = changes.opened_by(policy, typology)
    first = next((one for one in change.fields if one.kind == "text"), None) if change else None
    if first is None or len(told) < max(first.least, AT_LENGTH):
        return {}
    return {f"{FIELD}{first.key}": told}


def _question(policy: Policy, one: ChangeField, language: str) -> Question:
    is_choice = one.kind == "priority"
    question = Question(
        name=f"{FIELD}{one.key}",
        ask="intake.ask.change",
        title=one.label[language],
        listed="label.choose",
        accept=_words_enough(one),
        problem="intake.change_short",
        unknown="label.dont_know" if one.least <= SHORT and not is_choice else "",
        part=PART,
        kind="choice" if is_choice else "text",
        facts={"ask": one.ask[language]},
    )
    return question.answered_by(_priorities(policy, language)) if is_choice else question


def _words_enough(one: ChangeField) -> Callable[[str], str | None]:
    return lambda text: text.strip() if len(text.strip()) >= one.least else None


def _priorities(policy: Policy, language: str) -> tuple[Option, ...]:
    ranked = sorted(policy.priorities, key=lambda one: one.rank)
    return tuple(Option(value=one.key, text=one.name[language].capitalize()) for one in ranked)


def subject(policy: Policy, answers: Answers) -> str:
    """What a change is about: the first thing that was told in words."""
    fields = policy.change.fields if policy.change else ()
    told = (str(answers.get(f"{FIELD}{one.key}") or "") for one in fields if one.kind == "text")
    return next((text for text in told if text and text != UNKNOWN), "")


def written(policy: Policy, answers: Answers) -> str:
    """The whole form as text, for the thread; empty where there was none."""
    told = answered(policy, answers, policy.desk.languages[0])
    form = "\n".join(f"{label}: {text or UNKNOWN}" for label, text in told)
    before = str(answers.get("text") or "")
    return f"{form}\n{before}" if form and before and before not in form else form
