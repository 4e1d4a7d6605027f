"""A conversation that falls silent: one nudge after a while, a kept draft after a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from handlers import notices
from handlers.conversation import change_form
from handlers.conversation.form import UNKNOWN
from handlers.lateness import Cue
from handlers.visit import Visit, talk_button
from store.turn import Turn
from store.values import NOTHING, Conversation, Timer

NUDGE = "talk.nudge"
EXPIRE = "talk.expire"
REACTIVATE = "contract.look"
LIFETIME = timedelta(hours=24)


def arm(visit: Visit) -> None:
    """Both clocks start again with every word of the person."""
    soon = visit.turn.now + timedelta(seconds=visit.turn.book.desk.nudge_after)
    visit.turn.timers.set(NUDGE, str(visit.here.id), soon)
    wait_a_day(visit)


def wait_a_day(visit: Visit) -> None:
    """No nudge: the desk spoke first, and its one word was enough (U20)."""
    visit.turn.timers.set(EXPIRE, str(visit.here.id), visit.turn.now + LIFETIME)


def disarm(visit: Visit) -> None:
    """Nobody is waited for."""
    visit.turn.timers.cancel(str(visit.here.id), NUDGE)
    visit.turn.timers.cancel(str(visit.here.id), EXPIRE)


def nudge(turn: Turn, timer: Timer) -> None:
    """Once a pause: what was told is kept, shall we go on?"""
    visit = visit_of(turn, int(timer.about))
    if visit is None or visit.here.form is None:
        return
    # Past the conversation's own end it becomes a draft, which is told instead.
    cue = Cue(timer.due_at, until=visit.here.expires_at)
    night = notices.is_night(turn, visit.person)
    visit.say("intake.nudge", {"talk": visit.here.id}, _ways(), silent=night, cue=cue)


def expire(turn: Turn, timer: Timer) -> None:
    """After a day it becomes a draft, said so, and offered at the next hello (U19)."""
    visit = visit_of(turn, int(timer.about))
    if visit is None or visit.here.form is None:
        return
    told = put_aside(visit)
    if told:
        night = notices.is_night(turn, visit.person)
        facts = {"draft": told, "talk": visit.here.id}
        visit.say("intake.expired", facts, _ways(), silent=night, cue=Cue(timer.due_at))


def put_aside(visit: Visit) -> str:
    """The conversation ends and its answers become the draft. Returns its gist; "" if empty."""
    answers = {k: v for k, v in visit.here.answers.items() if v is not None}
    told = gist(answers)
    kept = visit.here.draft  # what waits for support to come back is no less for an empty talk
    trail, memory = list(visit.here.trail), dict(visit.here.memory)
    draft = {"answers": answers, "memory": memory, "trail": trail} if told else kept
    end(visit, draft=draft)
    return told


def end(visit: Visit, *, draft: Mapping[str, Any] = NOTHING) -> None:
    """No form runs in this chat any more."""
    if visit.here.form is not None:
        disarm(visit)
    visit.save(
        form=None,
        asked=None,
        answers={},
        trail=(),
        memory={},
        draft=draft,
        expires_at=None,
    )


def gist(answers: Mapping[str, Any], longest: int = 80) -> str:
    """What a draft is about, in the person's own words."""
    own = (str(v) for k, v in answers.items() if k.startswith(change_form.FIELD))
    told = (str(answers.get(name) or "") for name in ("detail", "text", "notes"))
    said = next((text for text in (*told, *own) if text and text != UNKNOWN), "")
    line = " ".join(said.split())
    return line if len(line) <= longest else line[: longest - 1].rsplit(" ", 1)[0] + "…"


def offer(visit: Visit) -> bool:
    """The kept draft, offered back with one press. False when there is none."""
    told = gist(visit.here.draft.get("answers", {})) if visit.here.draft else ""
    if not told:
        return False
    facts = {"name": visit.person.first_name, "draft": told}
    visit.say("first.draft_offer", facts, _ways())
    return True


def _ways() -> list[Any]:
    return [talk_button("resume", "label.resume"), talk_button("discard", "label.discard")]


def visit_of(turn: Turn, conversation: int) -> Visit | None:
    """The chat of a timer, as a visit; None while nobody is known there."""
    here: Conversation = turn.conversations.get(conversation)
    if here.person is None:
        return None
    return Visit(turn, turn.people.get(here.person), here)
