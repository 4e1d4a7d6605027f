"""The database: is it there, which one is it, is its schema ours. Nothing is changed by looking."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.app import App
from bot.checkup.finding import FAULT, NOTE, OK, Finding
from policy.errors import Outage
from store.condition import Condition, condition

MIGRATE = "radica db migrate; radica up does it by itself"


async def examine(app: App) -> AsyncIterator[Finding]:
    """The most basic first. A fault means that nothing more can be asked of it."""
    file = app.database.file
    if _is_missing(file):
        yield Finding(NOTE, f"there is no database at {file} yet", MIGRATE)
        return
    if file is not None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        what = f"nothing can be written to {file}, or beside it"
        yield Finding(FAULT, what, "let the desk's user write to the file and to its folder")
        return
    try:
        found = await asyncio.wrap_future(app.database.read(condition))
    except Outage as error:
        mend = "check RADICA_DATABASE_URL, and whether the server runs and lets this machine in"
        yield Finding(FAULT, f"the database is away: {error}", mend)
        return
    known = app.database.describe()
    where = f"{known['dialect']} {found.version}"
    yield Finding(OK, f"database {where}{_address(known)}")
    yield schema(found)
    if known.get("wal") is False:
        yield old_sqlite(found.version)
    for finding in durability(found):
        yield finding


async def is_ready(app: App) -> bool:
    """Whether its tables can be read; then the desk's clock stands where it was left."""
    if _is_missing(app.database.file):
        return False
    try:
        found = await asyncio.wrap_future(app.database.read(condition))
        if found.is_empty or found.is_behind:
            return False
        await app.prepare()  # nothing is left to migrate
    except Outage:
        return False
    return True


def _is_missing(file: Path | None) -> bool:
    return file is not None and not file.exists()


def schema(found: Condition) -> Finding:
    """Ours, older, newer, or none yet."""
    if found.is_empty:
        return Finding(NOTE, "the database is empty", MIGRATE)
    if found.is_behind:
        what = f"the schema is at {found.revision}, this release at {found.head}"
        return Finding(NOTE, what, MIGRATE)
    if found.revision != found.head:
        what = f"a newer release brought the schema to {found.revision}; this one serves it"
        return Finding(NOTE, what, "update this replica too")
    return Finding(OK, f"schema up to date ({found.head})")


def old_sqlite(version: str) -> Finding:
    """The WAL-reset bug of SQLite before 3.51.3."""
    return Finding(
        NOTE,
        f"SQLite {version} can lose data in WAL mode, so the slower DELETE journal is used",
        "install the pysqlite3 package where it exists for this platform",
    )


def durability(found: Condition) -> Iterator[Finding]:
    """A server that acknowledges before it has written may forget what was acknowledged."""
    for name, value in found.lax:
        yield Finding(
            NOTE,
            f"PostgreSQL runs with {name} = {value}: after a crash acknowledged events may be gone",
            f"{name} = on",
        )


def _address(known: dict[str, str | bool]) -> str:
    return f" at {known['address']}" if "address" in known else ""
