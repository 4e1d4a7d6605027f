"""What waits, what died, what could not be handled: and since when."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.checkup.finding import FAULT, NOTE, OK, Finding, for_how_long
from bot.imports.clients import SETTING
from handlers import presence
from store.turn import Turn
from store.values import Urgency

LONG = timedelta(minutes=10)
MISSED = 4 * presence.PULSE  # a worker that is there is never silent for so long
PEOPLE_WAIT = timedelta(minutes=2)
WORKER = "is a worker running? radica up (or radica up --role worker)"


def examine(turn: Turn) -> Iterator[Finding]:
    """Letters, timers, quarantine, imports."""
    yield from _pulse(turn)
    yield from _paused(turn)
    yield from _waiting(turn)
    yield from _ended(turn)
    kept = turn.backlog.quarantine()
    if kept.count:
        what = f"{kept.count} event(s) in quarantine, the oldest for {_since(turn, kept.moment)}"
        yield Finding(NOTE, what, "radica quarantine list, then replay or drop each")
    absent = turn.settings.get(SETTING, [])
    if absent:
        columns = ", ".join(absent)
        yield Finding(NOTE, f"the clients' file had no {columns}: all count as fulfilled")


def _pulse(turn: Turn) -> Iterator[Finding]:
    pulse = presence.look(turn)
    if pulse.at is None:
        return
    if turn.now - pulse.at > MISSED:
        yield Finding(NOTE, f"nobody has been at the desk for {_since(turn, pulse.at)}", WORKER)
    else:
        yield Finding(OK, "a worker is at the desk")
    if pulse.away_from is not None and pulse.away_until is not None:
        away = for_how_long((pulse.away_until - pulse.away_from).total_seconds())
        when = f"{pulse.away_until:%Y-%m-%d %H:%MZ}"
        yield Finding(OK, f"the last outage lasted {away} and ended at {when}")


def _paused(turn: Turn) -> Iterator[Finding]:
    for paused in turn.outbox.paused():
        what = f"{paused.channel} refuses its token ({paused.why}); its letters wait"
        yield Finding(FAULT, what, "set a new token and restart: nothing is lost meanwhile")


def _waiting(turn: Turn) -> Iterator[Finding]:
    since = [
        one.moment
        for one in turn.backlog.letters()
        if one.moment is not None
        and turn.now - one.moment > (PEOPLE_WAIT if one.urgency is Urgency.NOW else LONG)
    ]
    if since:
        what = f"a letter has waited for {_since(turn, min(since))}"
        yield Finding(NOTE, what, f"radica outbox list --state pending; {WORKER}")
    due = turn.backlog.timers()
    if due.moment is not None and turn.now - due.moment > LONG:
        what = f"{due.count} timer(s) overdue, the oldest by {_since(turn, due.moment)}"
        yield Finding(NOTE, what, WORKER)


def _ended(turn: Turn) -> Iterator[Finding]:
    counts = turn.outbox.counts()
    if counts.get("dead"):
        what = f"{counts['dead']} letter(s) ended as dead"
        mend = "radica outbox list --state dead says why; radica outbox retry ID once it is mended"
        yield Finding(NOTE, what, mend)


def _since(turn: Turn, moment: datetime | None) -> str:
    return for_how_long((turn.now - moment).total_seconds()) if moment is not None else ""
