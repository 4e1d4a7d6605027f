"""The guided conversation in one chat: what was understood, one question, the summary, the case."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers import codes
from handlers.conversation import open_ticket_form, pauses, summary
from handlers.conversation.engine import (
    Answer,
    Back,
    Edit,
    Fill,
    Go,
    Move,
    Progress,
    Talk,
    advance,
)
from handlers.conversation.form import UNKNOWN, Form, Option, Question
from handlers.visit import Visit, talk_button
from kb.options import pick
from kb.reading import Reading
from store.values import Button

LONG_TEXT = 200
MOST_BUTTONS = 3
FIXABLE = {"detail": "label.fix_what", "scope": "label.fix_scope", "since": "label.fix_since"}
LIFETIME = timedelta(hours=24)


def begin(visit: Visit, reading: Reading | None, **known: Any) -> None:
    """Start with what the first message says; nothing known is asked again (U2)."""
    found = {**known}
    if reading is not None:
        found |= slots_of(visit, reading)
        found.setdefault("text", reading.stored)
    talk = Talk()
    visit.save(form=open_ticket_form.NAME, form_version=open_ticket_form.VERSION)
    step(visit, talk, Fill(found), fresh=reading is not None)


def listen(visit: Visit, reading: Reading) -> None:
    """Free text inside the conversation: an option in other words, slots, or the answer itself."""
    form = form_of(visit)
    talk = talk_of(visit)
    question = form.question(talk.asked) if talk.asked else None
    if question is None:
        add(visit, reading)
        return
    chosen = _chosen(visit, question, reading)
    found = slots_of(visit, reading)
    if chosen is not None:
        found.pop("detail", None)
        step(visit, _filled(form, talk, found), Answer(question.name, chosen))
    elif question.name in found:
        step(visit, _filled(form, talk, found), Answer(question.name, found[question.name]))
    elif question.free:
        step(visit, _filled(form, talk, found), Answer(question.name, reading.stored))
    elif found:
        step(visit, _filled(form, talk, found), _or_dont_know(talk, form, question, found))
    else:
        step(visit, talk, Answer(question.name, reading.stored))


def add(visit: Visit, reading: Reading) -> None:
    """Written while the summary is shown: a yes sends it, anything else is added to the story."""
    talk = talk_of(visit)
    told = str(talk.answers.get("detail") or "")
    told = "" if told == UNKNOWN else told
    more = {"detail": "\n".join(part for part in (told, reading.stored) if part)}
    answers = {**slots_of(visit, reading), **talk.answers, **more}
    step(visit, Talk(answers=answers, trail=talk.trail), Go())


def press(visit: Visit, question: str, value: str) -> str | None:
    """A pressed answer. Returns the label chosen, drawn over the buttons; None for an old one."""
    talk = talk_of(visit)
    if visit.here.form != open_ticket_form.NAME or talk.asked != question:
        return None
    asked = form_of(visit).question(question)
    label = _label(visit, asked, value, talk) if asked else None
    step(visit, talk, Answer(question, value))
    return label


def back(visit: Visit) -> None:
    """One question back."""
    step(visit, talk_of(visit), Back())


def fix(visit: Visit, question: str = "") -> None:
    """Which answer to mend; with its name, straight to that one question (U13)."""
    if question:
        step(visit, talk_of(visit), Edit(question))
        return
    form, talk = form_of(visit), talk_of(visit)
    rows = [
        talk_button("fix", label, name)
        for name, label in FIXABLE.items()
        if (asked := form.question(name)) and (name in talk.answers or asked.when(talk.answers))
    ]
    visit.say("intake.ask.fix", {}, rows, listed="label.choose")


def again(visit: Visit) -> None:
    """The same question, or the summary, once more."""
    step(visit, talk_of(visit), Go())


def step(visit: Visit, talk: Talk, move: Move, *, fresh: bool = False) -> None:
    """Advance, keep the talk, and say the one thing that comes next."""
    form = form_of(visit)
    progress = advance(form, talk, move)
    keep(visit, progress.talk)
    name = visit.person.first_name
    if progress.ask is None:
        show_summary(visit, progress.talk)
        visit.turn.tell("story.summary", {"name": name})
        return
    understood = _ask(visit, progress, progress.ask, fresh)
    if understood:
        visit.turn.tell("story.understood", {"name": name, "subject": understood})
    else:
        visit.turn.tell("story.asked_more", {"name": name})


def keep(visit: Visit, talk: Talk) -> None:
    """Store where the talk stands; it lives on for a day after the last word."""
    visit.save(
        form=open_ticket_form.NAME,
        form_version=open_ticket_form.VERSION,
        asked=talk.asked,
        answers=dict(talk.answers),
        trail=talk.trail,
        expires_at=visit.turn.now + LIFETIME,
        memory={**visit.here.memory, "editing": talk.editing},
    )
    pauses.arm(visit)


def talk_of(visit: Visit) -> Talk:
    """Where the talk stood after the last turn."""
    here = visit.here
    return Talk(
        answers=dict(here.answers),
        asked=here.asked,
        trail=tuple(here.trail),
        editing=bool(here.memory.get("editing")),
    )


def form_of(visit: Visit) -> Form:
    """The form of this desk in the person's language."""
    return open_ticket_form.form(visit.turn.book, visit.words.language)


def show_summary(visit: Visit, talk: Talk) -> None:
    """What will be filed, and *Enviar*."""
    words = visit.words
    answers = talk.answers
    facts: dict[str, Any] = {"summary": summary.whole(words, visit.turn.book, answers)}
    choices = [talk_button("send", "label.send", style="primary"), talk_button("fix", "label.fix")]
    length = len(str(answers.get("detail") or ""))
    if length > LONG_TEXT:
        choices.append(talk_button("all", "label.see_all"))
        visit.say("intake.summary_long", {**facts, "length": length}, choices)
        return
    choices.append(talk_button("photo", "label.add_photo"))
    visit.say("intake.summary", facts, choices)


def _ask(visit: Visit, progress: Progress, question: Question, fresh: bool) -> str:
    """The question, under what was understood. Returns the subject when it was just understood."""
    understood = _understood(visit, progress.talk.answers) if fresh else {}
    if understood:
        visit.above("intake.understood", **understood)
    only_one = progress.total == 1 and progress.number == 1
    if understood and only_one:
        visit.above("intake.missing_one")
    facts: dict[str, Any] = {}
    if not only_one:
        facts = {"step": progress.number, "total": progress.total}
    if progress.problem:
        visit.above(progress.problem)
    buttons = _buttons(visit, question, progress.talk)
    visit.say(question.ask, facts, buttons, listed=question.listed if _is_list(buttons) else "")
    return str(understood.get("subject") or "")


def _buttons(visit: Visit, question: Question, talk: Talk) -> list[Button]:
    code = visit.here.id
    options = question.options(talk.answers)
    rows = [_option(code, question, option) for option in options]
    if not rows:
        if question.unknown:
            rows.append(
                Button(code=codes.answer(code, question.name, UNKNOWN), label=question.unknown)
            )
        if talk.trail and not talk.editing:
            rows.append(talk_button("back", "label.back"))
        rows.append(talk_button("exit", "label.exit"))
    return rows


def _option(conversation: int, question: Question, option: Option) -> Button:
    return Button(
        code=codes.answer(conversation, question.name, option.value),
        label=option.label,
        text=option.text,
        description=option.description,
        facts={"more": option.more} if option.more else {},
    )


def _is_list(buttons: list[Button]) -> bool:
    return len(buttons) > MOST_BUTTONS


def _understood(visit: Visit, answers: Mapping[str, Any]) -> dict[str, Any]:
    if not (answers.get("typology") or answers.get("stopped")):
        return {}
    name = summary.subject(visit.turn.book, answers, visit.words.language)
    greeted = {"name": ""} if visit.greeted else {}
    return {"subject": name, "details": summary.details(visit.words, answers), **greeted}


def _chosen(visit: Visit, question: Question, reading: Reading) -> str | None:
    talk = talk_of(visit)
    options = question.options(talk.answers)
    if reading.only == "dont_know" and question.unknown:
        return UNKNOWN
    if not options:
        return None
    words = visit.words
    known = [(o.value, [o.text or words.line(o.label)]) for o in options]
    return pick(reading.text, known)


def slots_of(visit: Visit, reading: Reading) -> dict[str, Any]:
    found = open_ticket_form.slots(visit.turn.book, reading)
    zone = visit.person.zone or visit.turn.book.desk.zone
    since = reading.since
    at = since.resolve(visit.turn.now, zone) if since else None
    if since is None or at is None:
        return found
    day_only = since.minute is None and since.ago is None
    return {**found, "since_day" if day_only else "since_at": at}


def _filled(form: Form, talk: Talk, found: Mapping[str, Any]) -> Talk:
    """The talk with slots found in passing; the awaited answer itself is left to the move."""
    others = {k: v for k, v in found.items() if k != talk.asked}
    asked = talk.asked
    filled = advance(form, talk, Fill(others)).talk
    return Talk(answers=filled.answers, asked=asked, trail=talk.trail, editing=talk.editing)


def _or_dont_know(talk: Talk, form: Form, question: Question, found: Mapping[str, Any]) -> Move:
    """Words that answer other questions but not this one: it is asked again only if it matters."""
    if question.when({**talk.answers, **found}):
        return Go()
    return Fill(found)


def _label(visit: Visit, question: Question, value: str, talk: Talk) -> str | None:
    words = visit.words
    if value == UNKNOWN and question.unknown:
        return words.line(question.unknown)
    option = next((o for o in question.options(talk.answers) if o.value == value), None)
    return (option.text or words.line(option.label)) if option else None
