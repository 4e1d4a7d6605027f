"""PostgreSQL: a small pool of threads, a connection each, and short patience with locks."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.pool import ConnectionPoolEntry

from store.apart import Apart
from store.crew import Crew
from store.cursors import Found
from store.faults import translate
from store.job import Job, submitted
from store.statements import Compiled, Row

WRITERS: Final = 8
READERS: Final = 4
BESIDE: Final = 2
SPARE: Final = 1  # for migrations: those of the turns stay out of the pool
CONNECT_SECONDS: Final = 2
POOL_SECONDS: Final = 2

# Milliseconds. The whole of a turn has 2.5 s, because Slack waits 3 s and no longer.
_WRITING: Final = {
    "lock_timeout": "1000",
    "statement_timeout": "2000",
    "idle_in_transaction_session_timeout": "5000",
    "timezone": "UTC",
    # A statement keeps its plan until the server counts rows anew, a minute and more after a rush
    # began: a table that was small then would be read whole, by every turn.
    "enable_seqscan": "off",
}
# What is written apart is worth nothing without the turn that follows it in the log.
_APART: Final = {**_WRITING, "synchronous_commit": "off"}
_READING: Final = {
    **_WRITING,
    "statement_timeout": "15000",
    "idle_in_transaction_session_timeout": "60000",
    "default_transaction_read_only": "on",
    "enable_seqscan": "on",  # a report does read whole tables
}


class PostgresBackend:
    """Every work is one transaction on one of a few threads; it is never cancelled half-way."""

    writers: int = WRITERS
    wanted: bool = False  # nobody's turn waits for the end of another

    def __init__(self, url: URL) -> None:
        from store.kept import Kept  # psycopg comes with it, which SQLite does without

        self.engine = _engine(url, _WRITING, WRITERS)
        self._writing = Kept(self.engine, WRITERS)
        self._reading = Kept(_engine(url, _READING, READERS), READERS)
        self._beside = Kept(_engine(url, _APART, BESIDE, isolation="AUTOCOMMIT"), BESIDE)
        self.apart: Apart | None = Apart(self._run_apart)
        self._writers = Crew(WRITERS, self._run, "radica-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="radica-reader")

    def write(self, job: Job) -> None:
        """Queue it for a thread."""
        self._writers.put(job)

    def read(self, work: Callable[[Connection], Any]) -> "Future[Any]":
        """Run it in a reader's thread, in a transaction that may not write."""
        return submitted(self._readers, self._read, work)

    def settle_in(self, settling: Callable[[], AbstractContextManager[None]]) -> None:
        """Every turn has a commit of its own here: there is nothing to settle together."""

    def close(self) -> None:
        """Finish what waits, then close every connection."""
        self._writers.close()
        self._readers.shutdown(wait=True)
        for kept in (self._reading, self._beside, self._writing):
            kept.close()

    def _run_apart(self, compiled: Compiled, given: Row) -> Found:
        from store.linked import Linked

        with self._beside.one() as connection:
            return seen_through(lambda beside: Linked(beside).run(compiled, given), connection)

    def _run(self, job: Job) -> None:
        if not job.may_begin():
            return
        try:
            with self._writing.one() as connection, connection.begin():
                job.result = seen_through(job.work, connection)
        except BaseException as error:
            job.error = translate(error)
        job.settle()

    def _read(self, work: Callable[[Connection], Any]) -> Any:
        try:
            with self._reading.one() as connection, connection.begin():
                return seen_through(work, connection)
        except Exception as error:
            raise translate(error, reading=True) from error


def seen_through(work: Callable[[Connection], Any], connection: Connection) -> Any:
    """The work; a connection that broke under it is not used again."""
    try:
        return work(connection)
    except BaseException as error:
        if not connection.invalidated and _broken(connection):
            connection.invalidate(error)
        raise


def _broken(connection: Connection) -> bool:
    return bool(getattr(connection.connection.dbapi_connection, "closed", False))


def _engine(
    url: URL, settings: dict[str, str], size: int, isolation: IsolationLevel = "READ COMMITTED"
) -> Engine:
    given = url.query.get("options", "")
    options = " ".join([*(f"-c {name}={value}" for name, value in settings.items()), str(given)])
    from store.libpq import Link  # psycopg comes with it, which SQLite does without

    engine = create_engine(
        url.difference_update_query(["options"]),
        isolation_level=isolation,
        hide_parameters=True,  # what people wrote does not belong in the logs
        pool_size=size,
        max_overflow=SPARE,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": 2500,
            "options": options.strip(),
            # Who drops prepared statements drops all of them: the desk's own (`store.libpq`) too.
            "prepare_threshold": None,
        },
    )

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, record: ConnectionPoolEntry) -> None:
        record.info[Link] = Link(raw)

    return engine
