"""A copy of the database while the desk works, and the way back; each database in its own way.

A copy is made beside its name and gets it when it is whole; only its owner may read it, since
people's words are in it. Whoever was erased since a copy was made is erased from it again (F55).
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from store import backup_postgres, backup_sqlite
from store.database import Database, parse
from store.erasure import Erasure
from store.session import Session

PRIVATE = 0o600


def backup(url: str, file: str | Path) -> Path:
    """Copy the database into `file`, which must not exist yet. The desk may go on meanwhile.

    SQLite gives a database file, PostgreSQL an archive of tables that needs no tool to be read
    back. Raises ValueError for a database or target that is not right, Outage when it is away.
    """
    target = Path(file)
    if target.exists():
        raise ValueError(f"{target} exists already")
    copy = backup_sqlite.copy if _is_sqlite(url) else backup_postgres.copy
    return _whole(target, lambda part: copy(url, part))


def restore(file: str | Path, url: str, *, now: datetime) -> list[int]:
    """Replace the database by the copy; stop the desk before. Returns the people erased again.

    An older copy is brought up to this release. Raises ValueError for a file that is no sound
    copy for this database, Outage when the database is away and InUse when others work with it;
    then it is as it was.
    """
    source = Path(file)
    if not source.is_file():
        raise ValueError(f"there is no copy at {source}")
    put = backup_sqlite.put if _is_sqlite(url) else backup_postgres.put
    erased = _erased(url, now)
    put(source, url)
    return _caught_up(url, erased, now)


def _is_sqlite(url: str) -> bool:
    return parse(url).get_backend_name() == "sqlite"


def _whole(target: Path, copy: Callable[[Path], None]) -> Path:
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        part.touch(PRIVATE)
        try:
            copy(part)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror or error}") from error
    return target


def _erased(url: str, now: datetime) -> list[int]:
    if _is_sqlite(url) and not Path(parse(url).database or "").is_file():
        return []
    database = Database.open(url, clock=lambda: now)
    try:
        return database.read(lambda c: Erasure(Session(c, now, "restore")).erased()).result()
    except DBAPIError:  # the database to be replaced is no desk's, or an empty one
        return []
    finally:
        database.close()


def _caught_up(url: str, wanted: list[int], now: datetime) -> list[int]:
    """Brought up to this release's schema; then who is to be erased is erased."""
    database = Database.open(url, clock=lambda: now)
    try:
        database.migrate()

        def work(connection: Any) -> list[int]:
            session = Session(connection, now, "restore")
            erasure = Erasure(session)
            missing = sorted(set(wanted) - set(erasure.erased()))
            for person in missing:
                erasure.erase(person)
            session.flush()
            return missing

        return database.write(work).result()
    finally:
        database.close()
