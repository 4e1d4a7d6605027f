"""The desk's clock as the page shows it: the hour, and the next timer by name."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import seed
from bot.web.tongue import Tongue
from policy.names import UnknownName
from policy.pack import Policy
from policy.sla import attention
from store.turn import Turn
from store.values import Timer

JUMPS = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
}
PACED = timedelta(minutes=1)  # a letter that waits this little only waits for the one before it
SUNDAY = 6


def drawn(turn: Turn, tongue: Tongue, *, movable: bool) -> dict[str, Any]:
    """The bar on top."""
    return {
        "now": turn.now.isoformat(),
        "text": tongue.moment(turn.now),
        "day": tongue.day(turn.now),
        "place": tongue.city(tongue.zone),
        "movable": movable,
        "next": upcoming(turn, tongue),
    }


def upcoming(turn: Turn, tongue: Tongue) -> dict[str, Any] | None:
    """The next thing that time will bring: a timer, or a letter that waits for its hour."""
    timer, letter = turn.timers.next(), turn.outbox.wakes_at(turn.now)
    ahead = [(one.due_at, _name(one, tongue)) for one in (timer,) if one is not None]
    if letter is not None and letter > turn.now + PACED:
        ahead.append((letter, tongue.page("console.timer.letter")))
    if not ahead:
        return None
    at, what = min(ahead)
    text = tongue.page("console.clock.next", what=what, at=tongue.moment(at, dated=False))
    return {"at": at.isoformat(), "text": text}


def reason(book: Policy, one: seed.Client, now: datetime, tongue: Tongue) -> str:
    """Why to try this person at this hour: the catalogue's key."""
    zone = book.country(seed.country_for(book, one.country)).zone
    if tongue.knows(f"{one.why}.sunday") and now.astimezone(ZoneInfo(zone)).weekday() == SUNDAY:
        return f"{one.why}.sunday"
    if tongue.knows(f"{one.why}.closed") and not _on_shift(book, one, now):
        return f"{one.why}.closed"
    return one.why


def _on_shift(book: Policy, one: seed.Client, now: datetime) -> bool:
    plan, country = seed.plan_for(book, one.plan), seed.country_for(book, one.country)
    try:
        return attention(book, plan, country).is_open(now)
    except UnknownName:
        return True


def _name(timer: Timer, tongue: Tongue) -> str:
    kind = timer.kind
    if kind == "promise.alarm":
        kind = f"promise.{timer.facts.get('kind', 'warn')}"
    key = f"console.timer.{kind}"
    if not tongue.knows(key):
        return tongue.page("console.timer.other")
    return tongue.page(key, number=timer.about.rpartition(":")[2])
