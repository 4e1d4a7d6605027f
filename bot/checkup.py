"""What the doctor finds: each check is a sentence, and where it hurts, what to do about it."""

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from bot.app import App
from bot.imports.clients import SETTING
from bot.platforms import Platform
from policy.errors import Outage
from scheduler.channel import SetupFault
from store.turn import Turn

OK, NOTE, FAULT = "ok", "note", "fault"


@dataclass(frozen=True)
class Finding:
    """One line of the report. `mend` is what to do, empty where nothing is."""

    level: str
    what: str
    mend: str = ""


async def examine(app: App, *, online: bool) -> AsyncIterator[Finding]:
    """Everything worth telling, the most basic first."""
    yield Finding(OK, f"Python {sys.version.split()[0]}")
    yield Finding(OK, f"policy '{app.desk.book.name}' ({app.desk.book.digest[:12]})")
    for finding in await _database(app):
        yield finding
    for finding in _settings(app):
        yield finding
    for platform in app.platforms:
        if online:
            yield await _platform(platform)


async def _database(app: App) -> list[Finding]:
    known = app.database.describe()
    where = " ".join(str(value) for value in known.values() if not isinstance(value, bool))
    try:
        await app.prepare()
        findings = await app.desk.read(lambda turn: list(_contents(turn)))
    except Outage as error:
        return [Finding(FAULT, f"the database is away: {error}", "check RADICA_DATABASE_URL")]
    if known.get("wal") is False:
        findings.insert(0, _old_sqlite(str(known.get("version"))))
    return [Finding(OK, f"database {where}, schema up to date"), *findings]


def _old_sqlite(version: str) -> Finding:
    return Finding(
        NOTE,
        f"SQLite {version} can lose data in WAL mode, so the slower DELETE journal is used",
        "install the pysqlite3 package where it exists for this platform",
    )


def _contents(turn: Turn) -> Iterator[Finding]:
    counts = turn.outbox.counts()
    for state in ("dead", "unknown"):
        if counts.get(state):
            what = f"{counts[state]} letter(s) ended as {state}"
            yield Finding(NOTE, what, f"radica outbox list --state {state}")
    for paused in turn.outbox.paused():
        what = f"{paused.channel} refuses its token ({paused.why}); its letters wait"
        yield Finding(FAULT, what, "set a new token and restart")
    waiting = turn.quarantine.list()
    if waiting:
        what = f"{len(waiting)} event(s) in quarantine"
        yield Finding(NOTE, what, "radica quarantine list, then radica quarantine replay REF")
    absent = turn.settings.get(SETTING, [])
    if absent:
        columns = ", ".join(absent)
        yield Finding(NOTE, f"the clients' file had no {columns}: all count as fulfilled")
    yield Finding(
        NOTE,
        "there is no mail channel yet: plans without chat are followed up in the chat all the same",
    )


def _settings(app: App) -> Iterator[Finding]:
    settings = app.settings
    if not settings.connected:
        yield Finding(OK, "no platform's token is set: the local desk opens in the browser")
        return
    if settings.enrolment == "open":
        yield Finding(
            NOTE,
            "enrolment is open: anybody who writes becomes a client of the trial organisation",
            "RADICA_ENROLMENT=invite",
        )
    if app.slack is None:
        yield Finding(NOTE, "Slack is not connected: the engineers work in the local console")
    elif app.slack.http is None:
        yield Finding(
            NOTE,
            "Slack comes in by Socket Mode, which loses clicks when it reconnects",
            "SLACK_SIGNING_SECRET and HTTP, for production",
        )


async def _platform(platform: Platform) -> Finding:
    channel = platform.channel
    try:
        await channel.start()
    except SetupFault as fault:
        return Finding(FAULT, str(fault), "check the token")
    except Outage as error:
        return Finding(FAULT, str(error), "check the network, and try again")
    return Finding(OK, f"{channel.name} accepts the token")
