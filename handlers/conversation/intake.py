"""The guided conversation in one chat: what was understood, one question, the summary, the case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers import codes
from handlers.conversation import (
    change_form,
    checks,
    mending,
    open_ticket_form,
    pauses,
    summary,
)
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
from policy.pack import Policy
from policy.remembered import remembered
from store.values import Button

MOST_BUTTONS = 3
LIFETIME = timedelta(hours=24)
SOLVED = "solved_here"  # in a conversation's memory: the answers of a case that was not needed


def begin(visit: Visit, reading: Reading | None, trail: Sequence[str] = (), **known: Any) -> None:
    """Start with what the first message says; nothing known is asked again (U2).

    `trail` names the questions that were answered by hand before: the way back goes over them.
    """
    found = {**known}
    if reading is not None:
        found |= slots_of(visit, reading)
        found.setdefault("text", reading.stored)
        typology = open_ticket_form.typology_of(visit.turn.book, found)
        found |= change_form.from_words(visit.turn.book, typology, reading.stored)
    talk = Talk(trail=tuple(name for name in trail if name in known))
    visit.save(form=open_ticket_form.NAME, form_version=open_ticket_form.VERSION)
    step(visit, talk, Fill(found), fresh=reading is not None)


def listen(visit: Visit, reading: Reading) -> None:
    """Free text inside the conversation: an option in other words, slots, or the answer itself."""
    talk = mending.mended(talk_of(visit))
    form = form_of(visit, talk.answers)
    question = form.question(talk.asked) if talk.asked else None
    if question is None:
        add(visit, reading)
        return
    chosen = _chosen(visit, question, reading)
    if question.part == change_form.PART:
        step(visit, talk, Answer(question.name, chosen or reading.stored))
        return
    found = slots_of(visit, reading)
    if question.name == "since" and any(name in found for name in open_ticket_form.OF_SINCE):
        chosen = None  # an hour or a day says more than "desde antes"
    if chosen is not None:
        found.pop("detail", None)
        step(visit, _filled(form, talk, found), Answer(question.name, chosen))
    elif question.part in checks.PARTS:
        found.pop("detail", None)
        _note(visit, _filled(form, talk, found), question, reading)
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
    asked = form_of(visit, talk.answers).question(question)
    label = _label(visit, asked, value, talk) if asked else None
    step(visit, mending.mended(talk), Answer(question, value))
    return label


def back(visit: Visit) -> None:
    """One question back."""
    step(visit, talk_of(visit), Back())


def fix(visit: Visit, question: str = "") -> None:
    """Which answer to mend; with its name, straight to that one question (U13)."""
    if question:
        step(visit, talk_of(visit), Edit(question))
        return
    talk = talk_of(visit)
    form = form_of(visit, talk.answers)
    visit.say("intake.ask.fix", {}, mending.rows(form, talk.answers), listed="label.choose")


def again(visit: Visit) -> None:
    """The same question, or the summary, once more."""
    step(visit, talk_of(visit), Go())


def step(visit: Visit, talk: Talk, move: Move, *, fresh: bool = False) -> None:
    """Advance, keep the talk, and say the one thing that comes next."""
    progress = _advanced(visit, talk, move)
    keep(visit, progress.talk)
    name = visit.person.first_name
    cause = checks.solved_by(progress.talk.answers)
    if cause is not None:
        _solved_here(visit, progress.talk.answers, cause)
        return
    _thank(visit, talk, progress)
    if progress.ask is None:
        show_summary(visit, progress.talk, fresh=fresh)
        visit.turn.tell("story.summary", {"name": name})
        return
    understood = _ask(visit, progress, progress.ask, fresh)
    if understood:
        visit.turn.tell("story.understood", {"name": name, "subject": understood})
    else:
        visit.turn.tell("story.asked_more", {"name": name})


def still_fails(visit: Visit, within: timedelta | None = None) -> bool:
    """*Sigue igual* after a check seemed to be the cause: the case goes on with what was told.

    False where no check had solved anything, or longer ago than `within`.
    """
    kept = visit.here.memory.get(SOLVED)
    if not kept or visit.here.form is not None:
        return False
    if within and visit.turn.now - datetime.fromisoformat(str(kept["at"])) > within:
        return False
    answers = dict(kept["answers"])
    cause = checks.solved_by(answers)
    visit.remember(**{SOLVED: None})
    visit.above("intake.not_solved")
    begin(visit, None, **{**answers, f"{checks.FIXED}{cause}": "no"})
    return True


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


def form_of(visit: Visit, answers: Mapping[str, Any]) -> Form:
    """The form of this desk in the person's language, with the checks that are theirs to make."""
    typology = open_ticket_form.typology_of(visit.turn.book, answers)
    admin = "client_admin" in visit.person.roles
    return _form_about(visit.turn.book, typology, visit.words.language, admin)


@remembered
def _form_about(policy: Policy, typology: str | None, language: str, admin: bool) -> Form:
    own = change_form.questions(policy, typology, language)
    own = own or checks.questions(policy, typology, language, admin=admin)
    return open_ticket_form.form(policy, language, own)


def show_summary(visit: Visit, talk: Talk, *, fresh: bool = False) -> None:
    """What will be filed, and *Enviar*; what was just understood is mended line by line."""
    words = visit.words
    if fresh and mending.show(visit, form_of(visit, talk.answers), talk.answers):
        return
    answers = open_ticket_form.settled(visit.turn.book, talk.answers)
    facts: dict[str, Any] = {"summary": summary.whole(words, visit.turn.book, answers)}
    choices = [talk_button("send", "label.send", style="primary"), talk_button("fix", "label.fix")]
    length = len(str(answers.get("detail") or ""))
    if length > mending.LONG_TEXT:
        choices.append(talk_button("all", "label.see_all"))
        visit.say("intake.summary_long", {**facts, "length": length}, choices)
        return
    choices.append(talk_button("photo", "label.add_photo"))
    visit.say("intake.summary", facts, choices)


def _advanced(visit: Visit, talk: Talk, move: Move) -> Progress:
    """The move, and once more where its answer has brought other checks into the form."""
    form = form_of(visit, talk.answers)
    progress = advance(form, talk, move)
    now = form_of(visit, progress.talk.answers)
    if [q.name for q in now.questions] == [q.name for q in form.questions]:
        return progress
    return advance(now, progress.talk, Go())


def _thank(visit: Visit, before: Talk, progress: Progress) -> None:
    """After the last check: what the engineer now knows."""
    part = progress.ask.part if progress.ask else ""
    listed = str(before.asked or "").startswith((checks.CHECK, checks.FIXED))
    if listed and part not in (checks.LISTED, checks.AFTER):
        fine = checks.names(visit.turn.book, progress.talk.answers, "ok", visit.words.language)
        visit.above("intake.checked", done=fine)


def _note(visit: Visit, talk: Talk, question: Question, reading: Reading) -> None:
    """Words that answer no check: kept for the engineer; a second time the list goes on."""
    notes = [str(talk.answers.get("notes") or ""), reading.stored]
    noted = replace(talk, answers={**talk.answers, "notes": "\n".join(n for n in notes if n)})
    again = visit.here.memory.get("noted") == question.name
    visit.remember(noted=None if again else question.name)
    if not again and question.when(talk.answers):
        visit.above("intake.noted")
    step(visit, noted, Answer(question.name, UNKNOWN) if again else Go())


def _solved_here(visit: Visit, answers: Mapping[str, Any], cause: str) -> None:
    """A cause on the client's side that the client confirms: no case, and a way on (D16)."""
    turn, name = visit.turn, visit.person.first_name
    kept = dict(answers)
    pauses.end(visit)
    visit.remember(**{SOLVED: {"answers": kept, "at": turn.now.isoformat()}})
    check = turn.book.check(cause).short[visit.words.language]
    visit.say(
        "intake.solved_here", {"check": check}, [talk_button("still_same", "label.still_same")]
    )
    facts = {"check": cause, "typology": open_ticket_form.typology_of(turn.book, kept)}
    turn.measures.add("checked", None, kept=True, person=visit.person.id, facts=facts)
    turn.audit.add(None, "checked", {"person": visit.person.id, "solved": True, **facts})
    turn.tell("story.checked", {"name": name, "check": check})


def _ask(visit: Visit, progress: Progress, question: Question, fresh: bool) -> str:
    """The question, under what was understood. Returns the subject when it was just understood."""
    understood = mending.understood(visit, progress.talk.answers) if fresh else {}
    if understood:
        visit.above("intake.understood", **understood)
    only_one = progress.total == 1 and progress.number == 1
    if understood and only_one and not question.part:
        visit.above("intake.missing_one")
    facts: dict[str, Any] = dict(question.facts)
    if not only_one and not progress.talk.editing:
        facts |= {"step": progress.number, "total": progress.total}
    if progress.problem:
        visit.above(progress.problem)
    _tell_of_change(visit, question, progress)
    buttons = _buttons(visit, question, progress.talk)
    listed = question.listed if _is_list(buttons) else ""
    if understood and not listed and not question.part:
        answers = progress.talk.answers
        buttons += mending.ways(visit, form_of(visit, answers), answers)
    visit.say(question.ask, facts, buttons, listed=listed)
    return str(understood.get("subject") or "")


def _tell_of_change(visit: Visit, question: Question, progress: Progress) -> None:
    """What the pack says of changes, above the first of its questions."""
    change = visit.turn.book.change
    if question.part == change_form.PART and progress.number == 1 and change and change.told:
        visit.owe("intake.change_told", told=change.told[visit.words.language])


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


def _chosen(visit: Visit, question: Question, reading: Reading) -> str | None:
    talk = talk_of(visit)
    options = question.options(talk.answers)
    if reading.only == "dont_know" and question.unknown:
        return UNKNOWN
    if reading.only in question.heard:
        return question.heard[reading.only]
    if not options:
        return None
    words = visit.words
    known = [(o.value, [o.text or words.line(o.label)]) for o in options]
    return pick(reading.text, known)


def slots_of(visit: Visit, reading: Reading) -> dict[str, Any]:
    found = open_ticket_form.slots(visit.turn.book, reading)
    if reading.outside:
        found[checks.WHERE] = "outside"
    zone = visit.person.zone or visit.turn.book.desk.zone
    since = reading.since
    at = since.resolve(visit.turn.now, zone) if since else None
    if since is None or at is None:
        return found
    if since.part is not None:
        return {**found, "since_day": at, "since_part": since.part}
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
