"""*Política*: what the policy tells its clients, with its version, its date and its clauses."""

from collections.abc import Iterator

from handlers.policy_news import facts_of
from handlers.visit import Visit, talk_button
from handlers.wording import Words
from policy.shapes_service import Channel

MOST = 650  # characters of statements in one bubble, beside the heading


def show(visit: Visit, page: str = "") -> None:
    """A page of what is told; the next one behind a button."""
    pages = list(_pages(visit))
    at = int(page) if page.isdecimal() and int(page) < len(pages) else 0
    facts = facts_of(visit.turn.book)
    known = {name: facts[name] for name in ("title", "version")}
    link = visit.turn.book.desk.portal or None
    told = {
        **known,
        "since": facts["in_force"],
        "link": link,
        "lines": pages[at] if pages else None,
    }
    choices = [talk_button("person", "label.person")]
    if at + 1 < len(pages):
        choices.insert(0, talk_button("policy", "label.policy_more", at + 1))
    visit.say("help.policy", told, choices)


def _pages(visit: Visit) -> Iterator[str]:
    """What is told, as many lines to a bubble as it holds."""
    here = ""
    for line in _lines(visit):
        if here and len(here) + len(line) > MOST:
            yield here
            here = ""
        here = f"{here}\n{line}" if here else line
    if here:
        yield here


def _lines(visit: Visit) -> Iterator[str]:
    """The statements, the ways to the desk, and how a machine is reached from afar."""
    book, words = visit.turn.book, visit.words
    for rule in book.rules:
        if rule.way == "told":
            yield f"• {rule.what[words.language]} ({rule.clause})"
    for channel in book.channels:
        if channel.way != "open":
            yield _channel(words, channel)
    if book.remote is not None:
        yield words.line(
            "help.policy_remote",
            remote=book.remote.told[words.language],
            tools=", ".join(book.remote.tools),
            clause=book.remote.clause,
        )


def _channel(words: Words, channel: Channel) -> str:
    """Its name, where it is, and what must be known of it."""
    announced = channel.announced_by
    return words.line(
        "help.policy_channel",
        way=channel.label[words.language],
        address=channel.address or None,
        domain=channel.domain or None,
        known=channel.when[words.language] if channel.when else None,
        announced=announced[words.language] if announced else None,
        clause=channel.clause,
    )
