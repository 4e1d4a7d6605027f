"""The one pure function behind every guided conversation.

`advance(form, talk, move)` answers where the talk stands and what is asked next. It knows no
channel, no database and no words; back, edit, answers given out of order, questions that free
text has already answered, and the count "2 de 3" are all here, once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.conversation.form import UNKNOWN, Answers, Form, Question


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation under way: plain values, stored after every turn."""

    answers: Answers = field(default_factory=dict[str, Any])
    asked: str | None = None  # the question whose answer is awaited
    trail: tuple[str, ...] = ()  # questions answered by hand, in order: the way back
    editing: bool = False  # one answer is being mended; then straight to the summary


@dataclass(frozen=True)
class Answer:
    """An answer to a named question, by press or by recognised text."""

    question: str
    value: str


@dataclass(frozen=True)
class Fill:
    """Slots found in free text. They never overwrite an answer given by hand."""

    slots: Mapping[str, Any]


@dataclass(frozen=True)
class Back:
    """One question back."""


@dataclass(frozen=True)
class Edit:
    """Mend the answer to one question."""

    question: str


@dataclass(frozen=True)
class Go:
    """Go on from where the talk stands: the next question, asked for the first time or again."""


Move = Answer | Fill | Back | Edit | Go


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where the talk stands now: one question to ask, or `ready` for the summary or the deed."""

    talk: Talk
    ask: Question | None = None
    number: int = 0
    total: int = 0
    problem: str | None = None

    @property
    def ready(self) -> bool:
        """Whether nothing is left to ask."""
        return self.ask is None


def advance(form: Form, talk: Talk, move: Move) -> Progress:
    """The talk after `move`. Pure; the same values give the same progress."""
    match move:
        case Answer(question, value):
            return _answered(form, talk, question, value)
        case Fill(slots):
            open_to = {k: v for k, v in slots.items() if talk.answers.get(k, UNKNOWN) == UNKNOWN}
            return _next(form, replace(talk, answers={**talk.answers, **open_to}))
        case Back():
            return _back(form, talk)
        case Edit(question):
            return _edit(form, talk, question)
        case Go():
            return _next(form, talk)


def open_questions(form: Form, answers: Answers) -> tuple[Question, ...]:
    """The questions that would still be asked, in order."""
    return tuple(q for q in form.questions if q.when(answers) and q.name not in answers)


def _answered(form: Form, talk: Talk, name: str, value: str) -> Progress:
    question = form.question(name)
    if question is None or not (talk.editing or question.when(talk.answers)):
        return _next(form, talk)
    accepted = UNKNOWN if value == UNKNOWN and question.unknown else question.accept(value)
    if accepted is None:
        return replace(_asking(form, talk, question), problem=question.problem)
    trail = tuple(step for step in talk.trail if step != name)
    answers = {**talk.answers, name: accepted}
    return _next(form, replace(talk, answers=answers, trail=(*trail, name), editing=False))


def _back(form: Form, talk: Talk) -> Progress:
    if talk.editing:
        return _next(form, replace(talk, editing=False))
    if not talk.trail:
        return _next(form, talk)
    *earlier, last = talk.trail
    answers = {k: v for k, v in talk.answers.items() if k != last}
    return _next(form, replace(talk, answers=answers, trail=tuple(earlier)))


def _edit(form: Form, talk: Talk, name: str) -> Progress:
    question = form.question(name)
    if question is None:
        return _next(form, talk)
    return _asking(form, replace(talk, editing=True), question)


def _next(form: Form, talk: Talk) -> Progress:
    room = len(_done(form, talk, "")) < form.at_most
    left = [q for q in open_questions(form, talk.answers) if q.part or room]
    if not left:
        return Progress(talk=replace(talk, asked=None))
    return _asking(form, talk, left[0])


def _asking(form: Form, talk: Talk, question: Question) -> Progress:
    alike = [q for q in open_questions(form, talk.answers) if q.part == question.part]
    left = [q for q in alike if q.name != question.name]
    done = [name for name in _done(form, talk, question.part) if name != question.name]
    total = len(done) + 1 + len(left)
    return Progress(
        talk=replace(talk, asked=question.name),
        ask=question,
        number=len(done) + 1,
        total=total if question.part else min(form.at_most, total),
    )


def _done(form: Form, talk: Talk, part: str) -> list[str]:
    """Questions of a part that are answered; of the form's own, only those answered by hand."""
    if part:
        mine = (q for q in form.questions if q.part == part and q.when(talk.answers))
        return [q.name for q in mine if q.name in talk.answers]
    known = ((name, form.question(name)) for name in talk.trail)
    return [name for name, question in known if question and not question.part]
