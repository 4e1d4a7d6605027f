"""A copy of a SQLite database while the desk works, and the way back."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from policy.errors import Outage
from store.database import Database, parse
from store.erasure import Erasure
from store.session import Session
from store.sqlite import driver


def backup(url: str, file: str | Path) -> Path:
    """Copy the database into `file`, which must not exist yet. The desk may go on meanwhile.

    Raises ValueError for PostgreSQL (use pg_dump) and for a database or target that is not right.
    """
    source = _path(url)
    target = Path(file)
    if not source.is_file():
        raise ValueError(f"there is no database at {source}")
    if target.exists():
        raise ValueError(f"{target} exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(driver().connect(source)) as here, closing(driver().connect(target)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
        _check(there, target)
    return target


def restore(file: str | Path, url: str, *, now: datetime) -> list[int]:
    """Replace the database by the copy; stop the desk before. Returns the people erased again.

    Erasures known to the database that is replaced are carried out on the copy too (F55). Raises
    ValueError for a file that is no sound copy, and Outage when the database is in use.
    """
    source, target = Path(file), _path(url)
    if not source.is_file():
        raise ValueError(f"there is no copy at {source}")
    erased = _erased(url, now) if target.is_file() else []
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(driver().connect(source)) as here:
        _check(here, source)
        with closing(driver().connect(target)) as there:
            try:
                here.backup(there)
            except driver().OperationalError as error:
                raise Outage(f"{target} is in use: {error}") from error
    return _erase_again(url, erased, now)


def _path(url: str) -> Path:
    parsed = parse(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ValueError("only SQLite is copied from here; for PostgreSQL use pg_dump")
    return Path(parsed.database)


def _check(connection: Any, file: Path) -> None:
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except driver().DatabaseError as error:
        raise ValueError(f"{file} is no database: {error}") from error
    if verdict != "ok":
        raise ValueError(f"{file} is damaged: {verdict}")


def _erased(url: str, now: datetime) -> list[int]:
    database = Database.open(url, clock=lambda: now)
    try:
        return database.read(lambda c: Erasure(Session(c, now, "restore")).erased()).result()
    except DBAPIError:  # the database to be replaced is no desk's
        return []
    finally:
        database.close()


def _erase_again(url: str, wanted: list[int], now: datetime) -> list[int]:
    if not wanted:
        return []
    database = Database.open(url, clock=lambda: now)
    try:
        database.migrate()

        def work(connection: Any) -> list[int]:
            erasure = Erasure(Session(connection, now, "restore"))
            missing = sorted(set(wanted) - set(erasure.erased()))
            for person in missing:
                erasure.erase(person)
            return missing

        return database.write(work).result()
    finally:
        database.close()
