"""One database for many examples: emptied between them, and looked at from outside the store."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, Executable, create_engine, event, func, select, text
from sqlalchemy.pool import StaticPool

from scheduler.clock import VirtualClock
from store.database import Database, parse
from store.sqlite import driver
from store.tables import metadata
from tests.databases import serving


class Base:
    """A migrated database: `opened` is the desk's, `rows` are read over a connection of our own."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._open = partial(Database.open, url, clock=clock, fast=True)
        self.opened = self._open()
        self._engine = _engine(url)

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.opened.dialect

    def empty(self) -> None:
        """As it was after the migrations, for a desk that knows nothing of what was there: it may
        have keys and numbers in hand that are counted anew now."""
        self.opened.close()
        self.opened = self._open()
        names = [table.name for table in reversed(metadata.sorted_tables)]
        with self._engine.connect() as connection, connection.begin():
            if self.dialect == "postgresql":
                listed = ", ".join(f'"{name}"' for name in names)
                connection.execute(text(f"TRUNCATE {listed} RESTART IDENTITY CASCADE"))
                return
            for name in names:
                connection.execute(text(f'DELETE FROM "{name}"'))

    def rows(self, found: Executable) -> Sequence[Any]:
        """What is committed now."""
        with self._engine.connect() as connection:
            return connection.execute(found).all()

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        counted = (
            select(func.count()).select_from(table).scalar_subquery().label(table.name)
            for table in metadata.sorted_tables
        )
        (row,) = self.rows(select(*counted))
        return dict(row._asdict())

    def close(self) -> None:
        """Let go of both."""
        self._engine.dispose()
        self.opened.close()


def _engine(url: str) -> Engine:
    parsed = parse(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, poolclass=StaticPool)
    engine = create_engine(
        parsed,
        module=driver(),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute("PRAGMA synchronous=OFF")

    return engine


@contextmanager
def base_of(dialect: str) -> Iterator[Base]:
    """A fresh database of that kind. Raises RuntimeError where there is none to be had."""
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    with ExitStack() as stack:
        if dialect == "sqlite":
            folder = stack.enter_context(TemporaryDirectory(prefix="radica-machine-"))
            url = f"sqlite:///{folder}/radica.db"
        else:
            server = stack.enter_context(serving())
            if server is None:
                raise RuntimeError("no PostgreSQL")
            url = server.fresh()
            stack.callback(server.drop, url)
        base = Base(url, clock.now)
        stack.callback(base.close)
        base.opened.migrate()
        yield base
