"""Bringing a database to this release: in the process that starts, under a lock, expand only.

Any number of processes may start at once. A database that a newer release migrated is left as it
is: migrations only add, so this release still works on it until it is replaced.
"""

from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from policy.errors import Outage
from store.faults import translate

# Every revision that this release knows, in order.
REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD: Final = REVISIONS[-1]
VERSIONS: Final = "alembic_version"  # the table that tells where a database stands
WHERE_IT_STANDS: Final = "SELECT version_num FROM alembic_version"
_ADVISORY_LOCK: Final = 7_202_511
_PATIENCE: Final = 30_000  # milliseconds to wait for another process that migrates
_one_at_a_time = Lock()  # Alembic keeps its context in a global of the process


def migrate(engine: Engine) -> None:
    """Create or update every table. Raises Outage when the database cannot be reached."""
    try:
        with _one_at_a_time, engine.connect() as connection:
            _wait_patiently(connection)
            with connection.begin():
                _lock(connection)
                if is_behind(revision(connection)):
                    upgrade(connection)
            connection.invalidate()
    except Exception as error:
        known = translate(error)
        if isinstance(known, Outage):
            raise known from error
        raise


def revision(connection: Connection) -> str | None:
    """The revision the database stands at; None for an empty one."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    return connection.scalar(text(WHERE_IT_STANDS))


def is_behind(found: str | None) -> bool:
    """Whether this release has something to add."""
    return found is None or (found in REVISIONS and found != HEAD)


def _wait_patiently(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.execute(f"PRAGMA busy_timeout={_PATIENCE}")


def _lock(connection: Connection) -> None:
    """On SQLite the transaction itself, begun as IMMEDIATE, is the lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE}"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to that revision, inside the connection's transaction."""
    command = import_module("alembic.command")  # slow to import, and rarely needed
    config = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
