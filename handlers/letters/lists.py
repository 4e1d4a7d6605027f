"""Lists drawn when they are sent: the guides, an engineer's cases, a ticket's history."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import codes
from handlers.letters import messages
from handlers.letters.attention import in_order
from handlers.letters.cards import urgency
from handlers.letters.letter import Choice, Letter, Text
from handlers.wording import Words
from kb.finding import find
from kb.library import USER, Article, Library
from policy.ticket import Ticket
from store.turn import Turn
from store.values import OutboxRow

MOST_ROWS = 10  # of a list on a phone
MOST_LINES = 25
QUOTED = 60
TITLE = 24


def guides(
    row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any], library: Library
) -> Letter:
    """The guides as rows of a list, a page of them; with none, what to do instead.

    First what this person was told before, last what only an administrator can do.
    """
    known, start = list(facts.get("known") or ()), int(facts.get("start") or 0)
    asked = str(facts.get("words") or "")
    found = find(library, asked, words.language) if asked else ()
    if asked and not found:
        every = Choice(code=codes.talk("guides"), label=words.label("label.guides"))
        new = Choice(code=codes.talk("new"), label=words.label("label.new_case"))
        told = {**facts, "text": messages.cut(asked, QUOTED)}
        text = messages.whole(words, "article.not_found", told)
        return Letter(text=text, choices=(every, new), language=words.language)
    groups = _groups(turn)
    shelf = found or sorted(
        filter(None, (library.article(one, words.language) for one in library.ids)),
        key=lambda one: (one.id not in known, one.audience != USER, groups.get(one.typology, "")),
    )
    rows = tuple(
        Choice(
            code=codes.talk("guide", article.id),
            label=messages.cut(article.title, TITLE),
            description=messages.cut(
                _described(turn, article, words), messages.LONGEST_DESCRIPTION
            ),
        )
        for article in shelf[start : start + MOST_ROWS]
    )
    if start + MOST_ROWS < len(shelf):
        onwards = codes.talk("guides", start + MOST_ROWS - 1)
        rows = (*rows[:-1], Choice(code=onwards, label=words.label("label.more")))
    if not rows:
        new = Choice(code=codes.talk("new"), label=words.label("label.new_case"))
        text = messages.whole(words, "article.none", facts)
        return Letter(text=text, choices=(new,), language=words.language)
    letter = messages.draw(row, turn, words, facts)
    return messages.with_rows(letter, rows, words.label("label.choose"))


def _groups(turn: Turn) -> dict[str | None, str]:
    """The category of each entry of the catalogue: guides of one matter stand together."""
    return {one.id: one.category for one in turn.book.typologies}


def _described(turn: Turn, article: Article, words: Words) -> str:
    """Its title in full, under the name of what it belongs to."""
    key = _groups(turn).get(article.typology)
    return (
        f"{turn.book.category(key).name[words.language]}: {article.title}" if key else article.title
    )


def history(row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any]) -> Letter:
    """A ticket step by step, for the staff: what the audit trail holds."""
    steps = facts.get("steps") or []
    lines = [
        words.text("staff.history_line", at=step["at"], what=f"trail.{step['what']}")
        for step in steps[-MOST_LINES:]
    ]
    text = messages.join([words.text(row.key, **_without(facts, "steps")), *lines])
    return messages.finish(row, turn, words, text)


def tickets(row: OutboxRow, turn: Turn, words: Words, facts: Mapping[str, Any]) -> Letter:
    """The cases in somebody's hands, read again as they stand now."""
    numbers = [int(one["number"]) for one in facts.get("tickets") or []]
    found = [turn.tickets.find(number) for number in numbers]
    held = in_order(turn, (ticket for ticket in found if ticket is not None))
    lines = staff_lines(turn, words, held) or [words.text("staff.list_empty")]
    title = words.text(row.key, **{**_without(facts, "tickets"), "count": len(held)})
    return messages.finish(row, turn, words, messages.join([title, *lines]))


def staff_lines(turn: Turn, words: Words, found: Sequence[Ticket]) -> list[Text]:
    """One line a ticket: shape, number, subject, state, holder, hour."""
    return [staff_line(turn, words, ticket) for ticket in found[:MOST_LINES]]


def staff_line(turn: Turn, words: Words, ticket: Ticket) -> Text:
    """A ticket on one line of a staff list."""
    holder = turn.people.get(ticket.holder).first_name if ticket.holder else None
    return words.text(
        "staff.list_line",
        mark=words.line(f"mark.{urgency(turn, ticket.priority)}"),
        number=ticket.number,
        subject=messages.cut(ticket.subject, 60),
        organisation=turn.people.organisation(ticket.organisation).name,
        state=str(ticket.state),
        holder=holder,
        due=ticket.promise.due if ticket.answered_at is None else None,
    )


def _without(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {k: v for k, v in facts.items() if k != name}
