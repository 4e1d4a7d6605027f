"""The database, whichever it is: work goes in as a function, a future comes out."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from store.apart import Apart
from store.cursors import Told
from store.job import Ends, Job, promised
from store.migrate import migrate
from store.postgres import PostgresBackend
from store.sqlite import SqliteBackend

T = TypeVar("T")

UNREADABLE: Final = (
    "the database's address cannot be read; it is sqlite:///path or"
    " postgresql://user:password@host:port/name, and in a user or password @ is written %40,"
    " / %2F, : %3A and % %25"
)


class Backend(Protocol):
    """What the two databases have in common."""

    @property
    def writers(self) -> int:
        """How many works run at the same time."""
        ...

    @property
    def wanted(self) -> bool:
        """Whether a work waits for the end of one that runs."""
        ...

    @property
    def engine(self) -> Engine:
        """The engine that writes; migrations run on it."""
        ...

    @property
    def apart(self) -> Apart | None:
        """What is done beside a turn; None where turns go one by one."""
        ...

    def write(self, job: Job) -> None:
        """Run the job as one transaction and settle it after the commit."""
        ...

    def read(self, work: Callable[[Connection], Any]) -> "Future[Any]":
        """Run the work over a connection that may not write."""
        ...

    def settle_in(self, settling: Callable[[], AbstractContextManager[None]]) -> None:
        """Settle the jobs of one commit inside this."""
        ...

    def close(self) -> None:
        """Finish what waits and let go."""
        ...


class Database:
    """Opened once a process; safe to use from any thread."""

    def __init__(self, url: URL, backend: Backend, clock: Callable[[], datetime]) -> None:
        self.url = url
        self.clock = clock
        self.told: Told | None = None  # hears every statement of a turn before it runs
        self.apart = backend.apart
        self._backend = backend

    @classmethod
    def open(cls, url: str, *, clock: Callable[[], datetime], fast: bool = False) -> "Database":
        """Open without touching a table. `fast` is for tests: no waiting for the disk.

        Takes `sqlite:///path` and `postgresql://...`. Raises ValueError for anything else.
        """
        parsed = parse(url)
        if parsed.get_backend_name() == "sqlite":
            return cls(parsed, SqliteBackend(parsed, fast=fast), clock)
        return cls(parsed, PostgresBackend(parsed), clock)

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.url.get_backend_name()

    @property
    def file(self) -> Path | None:
        """Where SQLite keeps it, be it there or not; None for a server's."""
        return Path(self.url.database or "") if self.dialect == "sqlite" else None

    @property
    def writers(self) -> int:
        """How many turns may run at the same time."""
        return self._backend.writers

    @property
    def wanted(self) -> bool:
        """Whether a turn waits for the end of one that runs: who has much to do makes room."""
        return self._backend.wanted

    @property
    def engine(self) -> Engine:
        """For migrations, backups and the doctor; turns never see it."""
        return self._backend.engine

    def write(self, work: Callable[[Connection], T], *, alone: bool = False) -> "Future[T]":
        """Run `work` as one transaction; the future is done after the commit.

        Raises, through the future: what `work` raised; StaleTurn (a race on PostgreSQL); Outage
        (the database is away); Busy (an Outage: it waited 2 s and was never begun).
        """
        return promised(partial(self.begin, work, alone=alone))

    def begin(self, work: Callable[[Connection], Any], ends: Ends, *, alone: bool = False) -> None:
        """`write` for whoever waits in another way: `ends` hears what a future would tell."""
        self._backend.write(Job(work, ends, alone))

    def read(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` over one snapshot (SQLite) or transaction; it may not write."""
        return self._backend.read(work)

    def settle_in(self, settling: Callable[[], AbstractContextManager[None]]) -> None:
        """Settle turns that share a commit inside this, so that who waits can be told at once."""
        self._backend.settle_in(settling)

    def migrate(self) -> None:
        """Bring the schema to this release, under a lock: any number of processes may call it."""
        migrate(self.engine)

    def now_there(self) -> "Future[datetime | None]":
        """The server's own time, which corrects the desk's clock; None where there is no server."""
        if self.dialect == "sqlite":
            nothing: Future[datetime | None] = Future()
            nothing.set_result(None)
            return nothing
        return self.read(lambda connection: connection.scalar(select(func.clock_timestamp())))

    def describe(self) -> dict[str, str | bool]:
        """What the doctor tells: dialect, version, whether readers run beside the writer."""
        if isinstance(self._backend, SqliteBackend):
            return {"dialect": "sqlite", "version": self._backend.version, "wal": self._backend.wal}
        return {"dialect": "postgresql", "address": self.url.render_as_string(hide_password=True)}

    def close(self) -> None:
        """Finish what waits and let go of every connection; safe to call twice."""
        self._backend.close()


def parse(url: str) -> URL:
    """The URL with the driver that the desk uses.

    Raises ValueError for another database, and for what cannot be read; no part of a password is
    in the sentence.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
        name = parsed.get_backend_name()
    except (SQLAlchemyError, ValueError):
        raise ValueError(UNREADABLE) from None
    if name == "sqlite":
        return parsed.set(drivername="sqlite")
    if name != "postgresql":
        raise ValueError(f"Radica keeps its data in SQLite or PostgreSQL, not in {name}")
    if "@" in (parsed.host or ""):  # the rest of a password, which was cut there
        raise ValueError(UNREADABLE)
    _look_at_options(parsed)
    return parsed.set(drivername="postgresql+psycopg")


def _look_at_options(url: URL) -> None:
    from psycopg import ProgrammingError, conninfo  # SQLite does without it

    try:
        conninfo.make_conninfo(**{name: str(value) for name, value in url.query.items()})
    except ProgrammingError as error:
        raise ValueError(f"the database's address: {str(error).strip()}") from None
