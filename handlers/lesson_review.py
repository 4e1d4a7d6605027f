"""/radica kb pendientes: a supervisor reads what use proposes, accepts it or not, takes it back."""

from typing import Final

from handlers import notices
from handlers.casework import me
from handlers.inbound import Done, Faults, Pressed, Receipt, ShowForm, Submitted, Toast
from kb import lessons, shelf
from policy.access import allow
from policy.errors import Refusal
from store.lessons import ACCEPTED, PENDING, REJECTED, WITHDRAWN, Lesson
from store.turn import Turn
from store.values import Destination

VERBS: Final = frozenset({"kb_yes", "kb_no", "kb_topic", "kb_undo", "kb_page"})
FORM: Final = "kb_topic"
LONGEST: Final = 16  # digits of an id
STATES: Final = {"kb_yes": ACCEPTED, "kb_no": REJECTED, "kb_undo": WITHDRAWN}
LISTS: Final = {
    **dict.fromkeys(("", "pendientes", "pending"), PENDING),
    **dict.fromkeys(("aceptadas", "accepted"), ACCEPTED),
}
# From which state a word leads where; anything else meets what was decided before.
MOVES: Final = {(PENDING, ACCEPTED), (PENDING, REJECTED), (ACCEPTED, WITHDRAWN)}


def commanded(turn: Turn, args: str) -> Receipt:
    """The proposals, or with *aceptadas* the phrases that hold. Raises Refusal for who may not."""
    _allow(turn)
    state = LISTS.get(args.strip())
    if state is None:
        return Toast(key="staff.help")
    _draw(turn, None, "", _page(state))
    return Toast(key="toast.lessons_sent", facts={"count": turn.lessons.count(turn.book.name)})


def pressed(turn: Turn, press: Pressed, verb: str, argument: str) -> Receipt:
    """A button of the list. Raises Refusal for who may not."""
    _allow(turn)
    number, _, rest = argument.partition(".")
    state, _, after = rest.partition(".")
    counted = number.isdecimal() and after.isdecimal() and len(after) < LONGEST
    if not counted or state not in (PENDING, ACCEPTED):
        return Toast(key="toast.old_button")
    if verb == "kb_page":
        _show(turn, press, state, int(after))
        return Done()
    lesson = turn.lessons.lock(int(number))
    if lesson is None:
        return Toast(key="toast.old_button")
    if verb == "kb_topic":
        if lesson.state != PENDING:
            return _decided(turn, lesson)
        here = {"chat": press.address.chat, "ref": press.ref or ""}
        return ShowForm(form=FORM, meta={"lesson": lesson.id, "after": int(after), **here})
    if not decide(turn, lesson, STATES[verb]):
        return _decided(turn, lesson)
    _show(turn, press, state, int(after), lesson.id)
    return Done()


def submitted(turn: Turn, form: Submitted) -> Receipt:
    """Accepted under another topic. Raises Refusal for who may not."""
    _allow(turn)
    lesson = turn.lessons.lock(int(form.meta.get("lesson") or 0))
    topic = form.answers.get("topic", "")
    if topic not in topics(turn):
        return Faults(faults={"topic": "form.fault.choose"})
    if lesson is None or not decide(turn, lesson, ACCEPTED, topic):
        return _decided(turn, lesson) if lesson else Toast(key="toast.old_button")
    ref = str(form.meta.get("ref") or "")
    place = _place(turn, form.address.channel, form.address.account, str(form.meta.get("chat")))
    _draw(turn, place if ref else None, ref, _page(PENDING, int(form.meta["after"]), lesson.id))
    return Done()


def decide(turn: Turn, lesson: Lesson, state: str, topic: str = "", by: int | None = None) -> bool:
    """The word on a phrase, written down. False where there was another before.

    `topic` where it belongs to another one; `by` where it is not this turn's actor who decides.
    """
    if (lesson.state, state) not in MOVES:
        return False
    who = by if by is not None or turn.actor is None else turn.actor.person
    version = turn.lessons.settle(lesson, state, topic=topic or lesson.topic, by=who)
    facts = {"lesson": lesson.id, "state": state, "topic": topic or lesson.topic}
    turn.audit.add(None, "lesson", {**facts, "version": version}, who)
    if state != REJECTED:
        turn.tell(f"story.lesson_{state}", {"name": turn.people.get(who).first_name if who else ""})
    return True


def topics(turn: Turn) -> dict[str, str]:
    """What a phrase may be for, by key, each with its name; the catalogue, then what is outside."""
    book, language = turn.book, turn.book.desk.languages[0]
    found = {lessons.topic_of(book, one.id): one.name[language] for one in book.typologies}
    outside = {f"{lessons.NOTICE}:{one.key}": one.label[language] for one in book.out_of_scope}
    return {key: name for key, name in (found | outside).items() if key in shelf.said(book)}


def _show(turn: Turn, press: Pressed, state: str, after: int, done: int | None = None) -> None:
    address = press.address
    place = _place(turn, address.channel, address.account, address.chat) if press.ref else None
    _draw(turn, place, press.ref or "", _page(state, after, done))


def _draw(turn: Turn, place: Destination | None, ref: str, page: dict[str, object]) -> None:
    """The list anew, in the place of the one that was pressed where that is known."""
    key = f"staff.lessons_{page['state']}"
    if place is None:
        notices.to_staff(turn, me(turn), key, page, kind="lessons")
    else:
        turn.say(place, key, page, kind="lessons", edits=ref)


def _page(state: str, after: int = 0, done: int | None = None) -> dict[str, object]:
    return {"state": state, "after": after, "done": done}


def _place(turn: Turn, channel: str, account: str, chat: str) -> Destination:
    return Destination(channel=channel, account=account, chat=chat, person=me(turn).id)


def _decided(turn: Turn, lesson: Lesson) -> Receipt:
    """Who was faster, and what they decided."""
    who = turn.people.get(lesson.decided_by).first_name if lesson.decided_by else None
    return Toast(key="toast.lesson_decided", facts={"who": who, "state": f"lesson.{lesson.state}"})


def _allow(turn: Turn) -> None:
    if turn.actor is None:
        raise Refusal("not_allowed")
    allow(turn.actor, "learn")
