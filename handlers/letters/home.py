"""The app's Home tab: what waits for this person, drawn when it is looked at."""

from collections.abc import Sequence
from typing import Any

from handlers import codes, reviews
from handlers.letters import messages
from handlers.letters.attention import in_order
from handlers.letters.letter import Choice, Letter, Text, plain
from handlers.letters.lists import MOST_LINES, staff_lines
from handlers.wording import Words
from policy.access import LEADERS
from policy.ticket import State, Ticket
from store.turn import Turn
from store.values import OutboxRow, Person, Review


def draw(row: OutboxRow, turn: Turn, words: Words) -> Letter:
    """A member of staff sees the desk; a client sees the way in."""
    reader = turn.people.get(row.person) if row.person is not None else None
    if reader is not None and not reader.is_staff:
        return _client(words, reader)
    title = words.text("home.title")
    blocks = _blocks(turn, words, reader)
    return Letter(
        text=title,
        fallback=plain(title),
        blocks=tuple(blocks),
        home=True,
        language=words.language,
    )


def _client(words: Words, reader: Person) -> Letter:
    text = words.text("home.client", name=reader.first_name)
    ways = (("new", "label.new_case"), ("list", "label.my_cases"))
    return Letter(
        text=text,
        fallback=plain(text),
        choices=tuple(Choice(code=codes.talk(v), label=words.label(k)) for v, k in ways),
        home=True,
        language=words.language,
    )


def _blocks(turn: Turn, words: Words, reader: Person | None) -> list[Text]:
    open_now = in_order(turn, turn.tickets.open())
    mine = [t for t in open_now if reader is not None and t.holder == reader.id]
    waiting = [t for t in open_now if t.state is State.NEW]
    late = [t for t in open_now if _is_late(t, turn)]
    parts = [
        _to_decide(turn, words, reader),
        _to_learn(turn, words, reader),
        _section(turn, words, "home.late", late),
        _section(turn, words, "home.mine", mine),
        _section(turn, words, "home.waiting", waiting),
    ]
    return [part for part in parts if part] or [words.text("home.empty")]


def _to_decide(turn: Turn, words: Words, reader: Person | None) -> Text:
    """Exceptions and appeals that a supervisor may answer; their buttons are in the messages."""
    if reader is None or not reader.roles & LEADERS:
        return ()
    found = turn.reviews.waiting()
    lines = [words.text("staff.review_line", **_about(turn, review)) for review in found]
    title = words.text("home.decide", count=len(found))
    return messages.join([title, *lines[:MOST_LINES]]) if found else ()


def _to_learn(turn: Turn, words: Words, reader: Person | None) -> Text:
    """How many phrases wait for a supervisor, and where they are."""
    if reader is None or not reader.roles & LEADERS:
        return ()
    count = turn.lessons.count(turn.book.name)
    return words.text("home.lessons", count=count) if count else ()


def _about(turn: Turn, review: Review) -> dict[str, Any]:
    return {**reviews.facts_of(turn, review), "kind": f"review.{review.kind}"}


def _section(turn: Turn, words: Words, key: str, found: Sequence[Ticket]) -> Text:
    if not found:
        return ()
    title = words.text(key, count=len(found))
    return messages.join([title, *staff_lines(turn, words, found)])


def _is_late(ticket: Ticket, turn: Turn) -> bool:
    due = ticket.promise.due
    return ticket.answered_at is None and due is not None and due <= turn.now
