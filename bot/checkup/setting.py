"""The program, its policy, its disk, its settings."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.app import App
from bot.checkup.finding import FAULT, NOTE, OK, Finding

TIGHT, FULL = 1 << 30, 100 << 20  # bytes free


def program(app: App) -> Iterator[Finding]:
    """What runs, under which policy, and whether there is room for what it writes."""
    book = app.desk.book
    yield Finding(OK, f"Python {sys.version.split()[0]}")
    yield Finding(OK, f"policy '{book.name}' ({book.digest[:12]})")
    if app.database.file is not None:
        yield from room(shutil.disk_usage(_existing(app.database.file.absolute().parent)).free)


def room(free: int) -> Iterator[Finding]:
    """A full disk loses nothing, and stops everything: no event is acknowledged."""
    if free >= TIGHT:
        return
    what = f"only {free >> 20} MB are free where the database is"
    mend = "make room: on a full disk nothing is acknowledged until there is some"
    yield Finding(FAULT if free < FULL else NOTE, what, mend)


def settings(app: App) -> Iterator[Finding]:
    """What is set so that an operator should know of it."""
    found = app.settings
    if not found.connected:
        yield Finding(OK, "no platform's token is set: the local desk opens in the browser")
        return
    if found.enrolment == "open":
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
    yield Finding(
        NOTE,
        "there is no mail channel yet: plans without chat are followed up in the chat all the same",
    )


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
