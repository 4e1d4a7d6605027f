"""What a guided conversation is made of. Questions have names, never positions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Answers = Mapping[str, Any]
Facts = Mapping[str, Any]

UNKNOWN = "?"  # the recorded answer of somebody who does not know


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to choose. `label` and `description` are catalogue keys; `text` is literal."""

    value: str
    label: str = ""
    description: str = ""
    text: str = ""  # a literal label, such as a group's name from the pack
    more: str = ""  # a literal description


def one_of(options: tuple[Option, ...]) -> Callable[[str], str | None]:
    """What accepts the values of these options and nothing else."""
    values = {option.value for option in options}
    return lambda value: value if value in values else None


def _always(options: tuple[Option, ...]) -> Callable[[Answers], tuple[Option, ...]]:
    return lambda _: options


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. It is asked while `when(answers)` holds and no answer is there."""

    name: str
    ask: str  # catalogue key; {number} and {total} are given
    label: str = ""  # catalogue key: its short name, on the edit list and in a modal
    title: str = ""  # the same, literal: from the pack
    options: Callable[[Answers], tuple[Option, ...]] = lambda _: ()
    when: Callable[[Answers], bool] = lambda _: True
    accept: Callable[[str], str | None] = lambda text: text.strip() or None
    problem: str = "intake.again"  # said when `accept` refuses
    free: bool = True  # free text is an answer; else only an option is
    listed: str = ""  # catalogue key of the list's button, when options are more than three
    unknown: str = ""  # catalogue key of "I don't know", which goes on
    limit: int = 4000
    kind: str = "text"  # how a modal draws it: "line" | "text" | "choice" | "check"
    optional: bool = False
    part: str = ""  # questions of a part are counted apart, and not against the form's `at_most`
    facts: Facts = field(default_factory=dict[str, Any])  # what `ask` says besides the count
    heard: Mapping[str, str] = field(default_factory=dict[str, str])  # a plain yes, no... means

    def answered_by(self, options: tuple[Option, ...]) -> "Question":
        """The same question, which takes one of these options and nothing else."""
        return replace(
            self,
            options=_always(options),
            accept=one_of(options),
            problem="intake.not_an_option",
            free=False,
        )


@dataclass(frozen=True, kw_only=True)
class Form:
    """A conversation as data. A change of meaning bumps `version`."""

    name: str
    version: int
    title: str  # catalogue key
    submit: str  # catalogue key
    questions: tuple[Question, ...]
    summary: bool = False  # shows what was understood, and waits for "send"
    at_most: int = 4  # questions asked in one go

    def question(self, name: str) -> Question | None:
        """The question of that name."""
        return next((q for q in self.questions if q.name == name), None)
