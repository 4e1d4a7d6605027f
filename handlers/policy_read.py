"""*Política*: what the policy tells its clients, with its version, its date and its clauses."""

from collections.abc import Iterator

from handlers.policy_news import facts_of
from handlers.visit import Visit, talk_button
from policy.shapes_rules import Statement

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
    """The statements, as many to a bubble as it holds."""
    here = ""
    for rule in visit.turn.book.rules:
        if rule.way != "told":
            continue
        line = _line(visit, rule)
        if here and len(here) + len(line) > MOST:
            yield here
            here = ""
        here = f"{here}\n{line}" if here else line
    if here:
        yield here


def _line(visit: Visit, rule: Statement) -> str:
    words = visit.words
    return f"• {rule.what[words.language]} ({rule.clause})"
