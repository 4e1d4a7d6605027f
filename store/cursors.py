"""The driver's own cursor: how a compiled statement is run. PostgreSQL has `store.linked`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from typing_extensions import override

from policy.errors import Outage
from store.errors import StaleTurn
from store.statements import Compiled, Row

OWN: Final = "radica's own cursor"  # in a connection's info: to make one costs as much as a read

Told = Callable[[str], None]


class Vanished(Outage):
    """The transaction ended without us: SQLite rolled all of it back, on its own."""


@dataclass(slots=True)
class Write:
    """One statement for many rows; with `stale` (what to say) each of them must be found."""

    compiled: Compiled
    rows: list[Row]
    stale: str = ""

    def check(self, found: int) -> None:
        """Raises StaleTurn when another turn was faster."""
        if self.stale and found != len(self.rows):
            raise StaleTurn(self.stale)


class Found:
    """What a statement gave."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row. Raises NoResultFound or MultipleResultsFound."""
        if len(self._rows) == 1:
            return self._rows[0]
        raise (MultipleResultsFound if self._rows else NoResultFound)(f"{len(self._rows)} rows")

    def scalar_one(self) -> Any:
        """The first column of the only row."""
        return self.one()[0]


class Cursor:
    """What a session asks of its database."""

    def __init__(self, connection: Connection, told: Told | None) -> None:
        self._connection = connection
        self._own: Any = connection.info.get(OWN)
        self._told = told

    def run(self, compiled: Compiled, given: Row) -> Found:
        """One statement, now."""
        self._before(compiled.sql)
        own = self._own
        own.execute(compiled.sql, given)
        rows = compiled.rows(own.fetchall()) if compiled.row is not None else []
        return Found(rows, own.rowcount)

    def expect(self, compiled: Compiled, given: Row) -> None:
        """This read will follow: where a round trip is dear it may ride with the next statement."""

    def send(self, compiled: Compiled, given: Row) -> None:
        """A write that nobody reads from at once; it runs before whatever comes next."""
        self.run(compiled, given)

    def settle(self) -> None:
        """Nothing that was sent is under way any more."""

    def run_many(self, compiled: Compiled, rows: Sequence[Row]) -> int:
        """One statement for many rows. Returns how many it changed."""
        return int(self._many(compiled, rows).rowcount)

    def run_core(self, statement: Executable, values: Any) -> Any:
        """A statement made for the occasion, all the way through SQLAlchemy."""
        if self._told is not None:
            self._told(str(statement))
        return self._connection.execute(statement, values)

    def write(self, writes: Sequence[Write], *, last: bool = False) -> None:
        """All of them, in order; with `last` nothing but the commit follows, which may go along.

        Raises StaleTurn when a row was not found that must be; then nothing is committed.
        """
        for each in writes:
            each.check(self._many(each.compiled, each.rows).rowcount)

    def script(self, sql: str) -> None:
        """A word to the transaction itself."""
        self._before(sql)
        self._own.execute(sql)

    def _before(self, sql: str) -> None:
        if self._told is not None:
            self._told(sql)

    def _many(self, compiled: Compiled, rows: Sequence[Row]) -> Any:
        self._before(compiled.sql)
        own = self._own
        if len(rows) == 1:
            own.execute(compiled.sql, rows[0])
        else:
            own.executemany(compiled.sql, rows)
        return own


class Guarded(Cursor):
    """SQLite's writer. Before each statement it looks whether the transaction still stands: after
    a full disk SQLite may have rolled all of it back, and what follows would commit alone (F57)."""

    def __init__(self, connection: Connection, told: Told | None) -> None:
        super().__init__(connection, told)
        self._raw: Any = self._own.connection

    @override
    def _before(self, sql: str) -> None:
        if not self._raw.in_transaction:
            raise Vanished("the transaction ended by itself")
        if self._told is not None:
            self._told(sql)
