"""SQLite's own copy: page by page, while others read and write."""

from contextlib import closing
from pathlib import Path
from typing import Any, Final

from store.database import parse
from store.errors import InUse
from store.migrate import HEAD, REVISIONS, VERSIONS, WHERE_IT_STANDS
from store.sqlite import driver, make_private

_STEP: Final = 512  # pages at a time where a copy holds the writer up
_PAUSE: Final = 0.005  # seconds in which the writer may go on
_BEGINNINGS: Final = 8  # a copy that was begun so often is made in one go


class _TooBusy(Exception):
    """The source changes faster than it can be copied in steps."""


def copy(url: str, target: Path) -> None:
    """Copy the database of this URL; the copy is looked through before it counts."""
    source = _file(url)
    if not source.is_file():
        raise ValueError(f"there is no database at {source}")
    with closing(driver().connect(source)) as here, closing(driver().connect(target)) as there:
        try:
            _copied(here, there)
        except driver().OperationalError as error:
            raise ValueError(f"{source} could not be copied to {target}: {error}") from error
        check(there, target)


def put(source: Path, url: str) -> None:
    """Put the copy in the place of the database."""
    target = _file(url)
    with closing(driver().connect(source)) as here:
        known = check(here, source)
        if known not in REVISIONS:
            raise ValueError(f"{source} was made by a newer release (schema {known}, here {HEAD})")
        make_private(target)
        with closing(driver().connect(target)) as there:
            try:
                here.backup(there)
            except driver().OperationalError as error:
                raise InUse(f"{target} is in use, stop the desk: {error}") from error


def check(connection: Any, file: Path) -> str:
    """Where its schema stands. Raises ValueError for what is no database, a damaged one, or none
    of a desk."""
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        found = connection.execute(WHERE_IT_STANDS).fetchone() if VERSIONS in tables else None
    except driver().DatabaseError as error:
        raise ValueError(f"{file} is no database: {error}") from error
    if verdict != "ok":
        raise ValueError(f"{file} is damaged: {verdict}")
    if found is None:
        raise ValueError(f"there is no desk in {file}")
    return str(found[0])


def _copied(here: Any, there: Any) -> None:
    (journal,) = here.execute("PRAGMA journal_mode").fetchone()
    if journal == "wal":
        here.backup(there)
    else:
        _in_steps(here, there)
    there.execute("PRAGMA journal_mode=DELETE")


def _in_steps(here: Any, there: Any) -> None:
    """Without a WAL whoever reads holds the writer up, so the copy lets go between two steps.

    SQLite begins anew when something was written in between; a desk that never rests is held up
    once, for as long as one copy takes.
    """
    left, begun = 1 << 62, 0

    def watch(_status: int, remaining: int, _total: int) -> None:
        nonlocal left, begun
        begun += remaining >= left
        left = remaining
        if begun >= _BEGINNINGS:
            raise _TooBusy

    try:
        here.backup(there, pages=_STEP, progress=watch, sleep=_PAUSE)
    except _TooBusy:
        here.backup(there)


def _file(url: str) -> Path:
    name = parse(url).database
    if not name:
        raise ValueError("this SQLite has no file")
    return Path(name)
