"""The list of proposed phrases, drawn when it is sent: each with its own buttons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from handlers import codes
from handlers.letters.letter import Choice, Item, Letter, plain
from handlers.wording import Words
from kb import lessons
from kb.library import Library
from store.lessons import ACCEPTED, PENDING, Lesson
from store.turn import Turn
from store.values import OutboxRow

PAGE = 5  # proposals in one message


@dataclass(frozen=True)
class _List:
    """What every line of a list is drawn from, and where the list stands."""

    turn: Turn
    words: Words
    library: Library
    state: str
    after: int

    @cached_property
    def holding(self) -> Mapping[str, tuple[str, ...]]:
        """The phrases that hold today."""
        return self.turn.lessons.holding(self.turn.book.name)

    def topic(self, topic: str) -> str:
        """A topic in words: «guía ...», «tema ...», «no es la guía ...»."""
        kind, _, id = topic.partition(":")
        name = _NAMES.get(kind, _no_name)(self, id) or id
        return self.words.line(f"lesson.for_{kind}", topic=name)

    def held(self, lesson: Lesson) -> str | None:
        """For what other topic as good as the same phrase holds today."""
        for topic, phrases in self.holding.items():
            if topic != lesson.topic and lessons.copy_of(lesson.phrase, phrases) is not None:
                return self.topic(topic)
        return None

    def choice(self, verb: str, lesson: Lesson) -> Choice:
        """A button under a phrase; it knows the list that it stands in."""
        return Choice(
            code=codes.talk(verb, f"{lesson.id}.{self.state}.{self.after}"),
            label=self.words.label(f"label.{verb}"),
            style="primary" if verb == "kb_yes" else "",
        )


def draw(
    row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any], library: Library
) -> Letter:
    """One page in the order of proposing; on top what was decided last, with the way back."""
    state, after = str(facts.get("state") or PENDING), int(facts.get("after") or 0)
    here = _List(turn, words, library, state, after)
    found = turn.lessons.page(turn.book.name, state, after=after, limit=PAGE + 1)
    shown, more = found[:PAGE], found[PAGE:]
    last = turn.lessons.lock(int(facts.get("done") or 0))
    text = words.text(row.key, count=turn.lessons.count(turn.book.name, state))
    return Letter(
        text=text,
        fallback=plain(text),
        items=(*([_done(here, last)] if last else []), *(_item(here, one) for one in shown)),
        choices=_turning(here, shown[-1].id if more else 0),
        edits=row.edits,
        language=words.language,
    )


def _item(here: _List, lesson: Lesson) -> Item:
    waits = lesson.state == PENDING
    verbs = ("kb_yes", "kb_no", "kb_topic") if waits else ("kb_undo",)
    who = lesson.proposed_by if waits else lesson.decided_by
    text = here.words.text(
        "staff.lesson" if waits else "staff.lesson_holding",
        phrase=lesson.phrase,
        topic=here.topic(lesson.topic),
        source=f"lesson.from_{lesson.source}",
        number=lesson.ticket,
        seen=lesson.seen if lesson.seen > 1 else None,
        held=here.held(lesson) if waits else None,
        who=here.turn.people.get(who).first_name if who else None,
        at=lesson.decided_at or lesson.proposed_at,
    )
    return Item(text=text, choices=tuple(here.choice(verb, lesson) for verb in verbs))


def _done(here: _List, lesson: Lesson) -> Item:
    """What was decided last; a phrase that holds is taken back with one press."""
    told = {"phrase": lesson.phrase, "state": f"lesson.{lesson.state}"}
    undo = (here.choice("kb_undo", lesson),) if lesson.state == ACCEPTED else ()
    topic = here.topic(lesson.topic)
    return Item(text=here.words.text("staff.lesson_done", topic=topic, **told), choices=undo)


def _turning(here: _List, last: int) -> tuple[Choice, ...]:
    """To the next page; on a later one that is the last, to the first."""
    if not last and not here.after:
        return ()
    label = "label.kb_page" if last else "label.kb_first"
    code = codes.talk("kb_page", f"0.{here.state}.{last}")
    return (Choice(code=code, label=here.words.label(label)),)


def _guide(here: _List, id: str) -> str:
    article = here.library.article(id, here.words.language)
    return article.title if article else ""


def _typology(here: _List, id: str) -> str:
    known = here.turn.book.typologies
    return next((one.name[here.words.language] for one in known if one.id == id), "")


def _notice(here: _List, id: str) -> str:
    known = here.turn.book.out_of_scope
    return next((one.label[here.words.language] for one in known if one.key == id), "")


def _no_name(_here: _List, _id: str) -> str:
    return ""


_NAMES: Mapping[str, Callable[[_List, str], str]] = {
    lessons.GUIDE: _guide,
    lessons.NOT: _guide,
    lessons.TYPOLOGY: _typology,
    lessons.NOTICE: _notice,
}
