"""The policy has changed: a supervisor decides whether the clients are told (S0-01, S2-19).

What is in force is compared with what was in force at the last start. Every version that ever was
is remembered by its digest, so that a case can say under which version it was opened.
"""

from datetime import UTC, datetime, time
from typing import Any

from handlers import codes, news, notices
from handlers.casework import me
from handlers.inbound import Receipt, Toast
from handlers.wording import Words
from policy.access import allow
from policy.pack import Policy
from store.turn import Turn
from store.values import Button

CURRENT = "policy.current"
VERSION = "policy.version:"
KIND = "policy"


def look(turn: Turn) -> int | None:
    """At a start: the news to be decided on, when the pack is another than the last time."""
    remember(turn)
    if _seen(turn) == turn.book.digest:
        return None
    _one_by_one(turn)
    before = _seen(turn)
    if before == turn.book.digest:
        return None
    turn.settings.set(CURRENT, turn.book.digest)
    if not before:
        return None  # the first start has nothing to compare with
    number = news.keep(
        turn, KIND, news.ASKED, **facts_of(turn.book), before=version_of(turn, before)
    )
    row = news.find(turn, number) or {}
    facts = {**{name: row[name] for name in ("before", "version")}, "since": row["in_force"]}
    buttons = [_button("announce", number), _button("say_nothing", number)]
    text = "\n".join(preview(turn))
    about = {**facts, "count": news.reach(turn), "text": text}
    notices.to_role(turn, "supervisor", "staff.policy_changed", about, buttons)
    return number


def decide(turn: Turn, verb: str, argument: str) -> Receipt:
    """*Anunciarla* or *No anunciar*: once, and only what is still in force."""
    if turn.actor is not None:
        allow(turn.actor, "broadcast")
    number = int(argument) if argument.isdecimal() and len(argument) < 10 else 0
    _one_by_one(turn)
    row = news.find(turn, number)
    current = row is not None and row["digest"] == turn.book.digest
    if row is None or row["state"] != news.ASKED or not current:
        return Toast(key="toast.news_decided")
    news.change(turn, number, by=me(turn).id)
    turn.audit.add(None, "policy_news", {"news": number, "told": verb == "announce"})
    if verb != "announce":
        news.change(turn, number, state=news.DECLINED)
        return Toast(key="toast.news_declined")
    news.send(turn, number)
    return Toast(key="toast.news_going", facts={"count": news.reach(turn)})


def announce(turn: Turn) -> int | None:
    """Announce what is in force; None where that was done before. For who stands at a terminal."""
    _one_by_one(turn)
    rows = (row for row in news.every(turn, KIND) if row["digest"] == turn.book.digest)
    if any(row["state"] in (news.SENDING, news.SENT) for row in rows):
        return None
    remember(turn)
    turn.settings.set(CURRENT, turn.book.digest)
    number = news.keep(turn, KIND, news.ASKED, **facts_of(turn.book), before="")
    turn.audit.add(None, "policy_news", {"news": number, "told": True})
    news.send(turn, number)
    return number


def preview(turn: Turn) -> list[str]:
    """What the clients would read, in each of the desk's languages."""
    desk, facts = turn.book.desk, facts_of(turn.book)
    told: list[str] = []
    for language in desk.languages:
        words = Words(language, zone=desk.zone, now=turn.now)
        where = news.where_to_read(turn, words)
        known = {name: facts[name] for name in ("title", "version")}
        since = facts["in_force"]
        told.append(words.line("news.policy", **known, since=since, desk=desk.name, where=where))
    return told


def version_of(turn: Turn, digest: str) -> str:
    """The version behind a digest, as a case keeps it; empty where this desk never had it."""
    if digest == turn.book.digest:
        return turn.book.version
    return str(turn.settings.get(f"{VERSION}{digest}") or "")


def remember(turn: Turn) -> None:
    """The version that is in force, under its digest."""
    name = f"{VERSION}{turn.book.digest}"
    if turn.settings.get(name) != turn.book.version:
        turn.settings.set(name, turn.book.version)


def _one_by_one(turn: Turn) -> None:
    """Replicas that start together, and supervisors who decide at once, pass here in turn."""
    turn.counters.next("policy.looks")


def _seen(turn: Turn) -> str:
    return str(turn.settings.get(CURRENT) or "")


def facts_of(book: Policy) -> dict[str, Any]:
    """What the clients read: version, and the date that the source states for it (S2-20)."""
    day = book.source.updated or book.source.in_force
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    return {
        "digest": book.digest,
        "title": book.title,
        "version": book.version,
        "in_force": noon,
    }


def _button(verb: str, number: int) -> Button:
    return Button(code=codes.talk(verb, number), label=f"label.{verb}")
