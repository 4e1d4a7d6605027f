"""News for everybody: bulk letters page by page, each chat once, whatever happens meanwhile.

A page's letters and the timer of the next page are one transaction: a stop in between sends
nothing twice and leaves nobody out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handlers.wording import Words
from handlers.wording.readers import words_for
from store.turn import Turn
from store.values import Destination, Person, Timer, Urgency

SEND = "mailing.page"  # the timer of the next page
PAGE = 50  # people
ASKED, SENDING, SENT, DECLINED = "asked", "sending", "sent", "declined"
Letter = Callable[[Turn, Person, Mapping[str, Any]], tuple[str, dict[str, Any]]]


def keep(turn: Turn, kind: str, state: str, **facts: Any) -> int:
    """A piece of news, by its number; nothing is sent yet."""
    number = turn.counters.next("news")
    turn.settings.set(_name(number), {"kind": kind, "state": state, **facts})
    return number


def find(turn: Turn, number: int) -> dict[str, Any] | None:
    """What is known of it."""
    row: dict[str, Any] | None = turn.settings.get(_name(number))
    return row


def every(turn: Turn, kind: str) -> list[dict[str, Any]]:
    """All news of a kind."""
    rows = turn.settings.starting(_name("")).values()
    return [row for row in rows if row["kind"] == kind]


def change(turn: Turn, number: int, **facts: Any) -> None:
    """Keep what has become of it."""
    turn.settings.set(_name(number), {**(find(turn, number) or {}), **facts})


def send(turn: Turn, number: int) -> None:
    """From now on it is sent, once to each chat, behind everything that somebody waits for."""
    change(turn, number, state=SENDING, since=turn.now)
    turn.timers.set(SEND, str(number), turn.now, facts={"after": 0, "sent": 0})


def go_on(turn: Turn, timer: Timer) -> None:
    """The next page."""
    number = int(timer.about)
    row = find(turn, number)
    if row is None or row["state"] != SENDING:
        return
    people = turn.people.after(int(timer.facts["after"]), PAGE)
    sent = int(timer.facts["sent"])
    sent += sum(_to(turn, person, row) for person in people if not person.is_staff)
    if len(people) == PAGE:
        more = {"after": people[-1].id, "sent": sent}
        turn.timers.set(SEND, timer.about, turn.now, facts=more)
        return
    change(turn, number, state=SENT, until=turn.now, chats=sent)
    turn.audit.add(None, "news_sent", {"news": number, "kind": row["kind"], "chats": sent})


def reach(turn: Turn) -> int:
    """How many chats news would go to."""
    people = (person for person in turn.people.all() if person.active and not person.is_staff)
    return sum(len(_chats(turn, person)) for person in people)


def where_to_read(turn: Turn, words: Words) -> str:
    """Where the policy stands: its page, and this chat."""
    link = turn.book.desk.portal
    return words.line("news.where_link", link=link) if link else words.line("news.where_ask")


def _to(turn: Turn, person: Person, row: Mapping[str, Any]) -> int:
    """One letter to each of the person's chats; how many."""
    chats = _chats(turn, person)
    key, facts = LETTERS[row["kind"]](turn, person, row)
    ends: datetime | None = row.get("expires_at")
    for chat in chats:
        turn.say(chat, key, facts, urgency=Urgency.BULK, expires_at=ends)
    return len(chats)


def _chats(turn: Turn, person: Person) -> list[Destination]:
    return [
        Destination(channel=one.channel, account=one.account, chat=one.chat, person=person.id)
        for one in turn.people.bound(person.id)
        if one.chat and not one.blocked
    ]


def _name(number: int | str) -> str:
    return f"news:{number}"


def _policy(turn: Turn, person: Person, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    where = where_to_read(turn, words_for(turn, person))
    facts = {name: row[name] for name in ("title", "version")}
    return "news.policy", {**facts, "since": row["in_force"], "where": where}


def _network(_turn: Turn, _person: Person, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    facts = {name: row[name] for name in ("what", "todo", "starts", "ends", "clause")}
    return ("news.network_sudden" if row["sudden"] else "news.network"), facts


LETTERS: Mapping[str, Letter] = {"policy": _policy, "network": _network}
