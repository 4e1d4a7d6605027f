"""SQLite: one writer thread that commits waiting turns together, and readers apart."""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from types import ModuleType
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from policy.errors import Outage
from store.apart import Apart
from store.cursors import OWN, Vanished
from store.faults import translate
from store.job import Job, submitted

log = logging.getLogger(__name__)

BATCH_TURNS: Final = 64
BATCH_SECONDS: Final = 0.05  # a batch takes no further turn once it is this old
FEW: Final = 4  # turns until which newcomers join a batch; else they make up the next one
READERS: Final = 2
SNAPSHOT_SECONDS: Final = 0.2  # where readers hold the writer up (no WAL)
BUSY_MILLISECONDS: Final = 1000
BEGIN: Final = "BEGIN IMMEDIATE"
_NULL: Final = {None: None}


def driver() -> ModuleType:
    """The newest SQLite at hand: the pysqlite3 wheel's, else the standard library's."""
    try:
        module = import_module("pysqlite3.dbapi2")
    except ImportError:
        module = sqlite3
    # Else the driver looks each None through for a way to adapt it, which takes it longer than
    # many a row takes SQLite.
    module.register_adapter(type(None), _NULL.get)
    return module


def make_private(file: Path) -> None:
    """The file and its folder, where they are missing, for their owner alone: people's words are
    in it. Raises OSError."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(0o600)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    backports = (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51)
    return backports or version >= (3, 51, 3)


class SqliteBackend:
    """Writes in one thread, reads in a few."""

    apart: Apart | None = None
    writers: int = 1

    def __init__(self, url: URL, *, fast: bool) -> None:
        if not url.database or url.database == ":memory:":
            raise ValueError("SQLite needs a file: sqlite:///path")
        self._file = Path(url.database)
        module = driver()
        self.wal = wal_is_safe(module.sqlite_version_info)
        self.version: str = module.sqlite_version
        self.engine = self._engine(url, module, fast, reading=False)
        self._reading = self._engine(url, module, fast, reading=True)
        self._writer = Writer(self.engine)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="radica-reader")

    def write(self, job: Job) -> None:
        """Queue it for the writer."""
        self._writer.put(job)

    @property
    def wanted(self) -> bool:
        """Whether a turn waits for the writer."""
        return self._writer.wanted

    def read(self, work: Callable[[Connection], Any]) -> "Future[Any]":
        """Run it in a reader's thread, over one snapshot."""
        return submitted(self._readers, self._read, work)

    def settle_in(self, settling: Callable[[], AbstractContextManager[None]]) -> None:
        """Settle the turns of one commit inside this."""
        self._writer.settling = settling

    def close(self) -> None:
        """Finish what waits, then let go of the file."""
        self._writer.stop()
        self._readers.shutdown(wait=True)
        self._reading.dispose()
        self.engine.dispose()

    def _read(self, work: Callable[[Connection], Any]) -> Any:
        try:
            with self._reading.connect() as connection, connection.begin():
                return work(connection)
        except Exception as error:
            raise translate(error, reading=True) from error

    def _engine(self, url: URL, module: ModuleType, fast: bool, *, reading: bool) -> Engine:
        engine = create_engine(
            url, module=module, pool_size=READERS, max_overflow=1, hide_parameters=True
        )
        pragmas = self._pragmas(fast=fast, reading=reading)

        @event.listens_for(engine, "do_connect")
        def _make(*_of_the_connection: object) -> None:
            if not reading:
                make_private(self._file)

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, record: ConnectionPoolEntry) -> None:
            connection.isolation_level = None
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
            record.info[OWN] = connection.cursor()

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            if reading and not self.wal:
                _limit_snapshot(connection)
            _raw(connection).execute("BEGIN" if reading else BEGIN)

        return engine

    def _pragmas(self, *, fast: bool, reading: bool) -> tuple[str, ...]:
        common = (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
            f"synchronous={'OFF' if fast else 'FULL'}",
            "cache_size=-16384",
        )
        if reading:
            return (*common, "query_only=ON")
        return (*common, f"journal_mode={'WAL' if self.wal else 'DELETE'}")


class Writer:
    """The one thread that writes. Turns that wait share a commit.

    A batch is made of those that wait when it begins: who comes while it runs is read and parsed
    meanwhile, and has a commit of its own batch, instead of holding up the answers of this one.
    Hardly any turn fails, so a batch runs without savepoints at first. Where one of its turns
    raises, all of it is undone and run once more, a savepoint each: the others go through.
    After any error, and before the COMMIT, it looks whether the transaction still stands: on a
    full disk SQLite rolls back all of it by itself and the next statement would commit alone.
    Then nobody in the batch is acknowledged, and each turn is tried once more on its own. A turn
    that caught the error itself gets no further either: no statement runs outside a transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self.settling: Callable[[], AbstractContextManager[None]] = nullcontext
        self._engine = engine
        self._connection: Connection | None = None
        self._waiting: deque[Job] = deque()
        self._bell = Condition()
        self._stopping = False
        self._thread = Thread(target=self._work, name="radica-writer", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Queue a job; after `stop` it fails with Outage."""
        with self._bell:
            if self._stopping:
                job.fail(Outage("the database is closed"))
                return
            self._waiting.append(job)
            self._bell.notify()

    @property
    def wanted(self) -> bool:
        """Whether a job waits for those that run."""
        return bool(self._waiting)

    def stop(self) -> None:
        """Run what waits, then end the thread."""
        with self._bell:
            self._stopping = True
            self._bell.notify()
        self._thread.join()

    def _work(self) -> None:
        while (job := self._first()) is not None:
            if job.may_begin():
                self._see_through(job)
        self._hang_up()

    def _see_through(self, job: Job) -> None:
        """Whatever happens, the thread lives on and nobody waits for ever."""
        try:
            self._batch(job)
        except Exception as error:
            log.exception("the writer stumbled")
            self._connection = None
            if not job.over:
                job.fail(Outage(f"the transaction was lost: {error}"))

    def _first(self) -> Job | None:
        with self._bell:
            while not self._waiting and not self._stopping:
                self._bell.wait()
            return self._waiting.popleft() if self._waiting else None

    def _companion(self) -> Job | None:
        with self._bell:
            if self._waiting and not self._waiting[0].alone:
                return self._waiting.popleft()
        return None

    def _batch(self, first: Job) -> None:
        ran: list[Job] = []
        try:
            self._run_together(first, ran)
        except Exception as error:
            self._hang_up()
            self._again(ran, error)
            if not ran:
                first.error = translate(error)
                first.settle()
        else:
            with self.settling():
                for job in ran:
                    job.settle()

    def _run_together(self, first: Job, ran: list[Job]) -> None:
        connection = self._connected()
        started = monotonic()
        most = min(BATCH_TURNS, max(FEW, 1 + len(self._waiting)))
        transaction = connection.begin()
        job: Job | None = first
        while job is not None:
            ran.append(job)
            if not _ran(job, connection):
                transaction.rollback()
                if len(ran) > 1:
                    self._run_apart(ran, connection)
                return
            full = first.alone or len(ran) >= most
            job = None if full or monotonic() - started > BATCH_SECONDS else self._willing()
        transaction.commit()

    def _run_apart(self, jobs: Sequence[Job], connection: Connection) -> None:
        raw, transaction = _raw(connection), connection.begin()
        for job in jobs:
            job.result = job.error = None
            raw.execute("SAVEPOINT turn")
            if not _ran(job, connection):
                raw.execute("ROLLBACK TO turn")
            raw.execute("RELEASE turn")
        transaction.commit()

    def _willing(self) -> Job | None:
        while (job := self._companion()) is not None:
            if job.may_begin():
                return job
        return None

    def _again(self, jobs: list[Job], error: Exception) -> None:
        """The batch is lost. Whoever ran in it for the first time is run once more, alone."""
        for job in jobs:
            if job.retried or job.is_late():
                job.error = _lost(job, error)
                job.settle()
                continue
            job.retried, job.alone = True, True
            job.result = job.error = None
            self._batch(job)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            event.listen(self._connection, "before_cursor_execute", _inside)
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.invalidate()
            connection.close()


def _ran(job: Job, connection: Connection) -> bool:
    """Whether its work was done; what it raised is kept. Raises Vanished."""
    try:
        job.result = job.work(connection)
    except BaseException as error:
        job.error = translate(error)
    _still_stands(connection)
    return job.error is None


def _lost(job: Job, error: Exception) -> BaseException:
    if job.error is not None:
        return job.error
    known = translate(error)
    return known if isinstance(known, Outage) else Outage(f"the transaction was lost: {error}")


def _raw(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _still_stands(connection: Connection) -> None:
    if not _raw(connection).in_transaction:
        raise Vanished("the transaction ended by itself")


def _inside(connection: Connection, *_rest: object) -> None:
    _still_stands(connection)


def _limit_snapshot(connection: Connection) -> None:
    deadline = monotonic() + SNAPSHOT_SECONDS
    _raw(connection).set_progress_handler(lambda: monotonic() > deadline, 1000)
