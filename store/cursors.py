"""The drivers' own cursors: how a compiled statement is run on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from typing_extensions import override

from policy.errors import Outage
from store.encoding import columns
from store.errors import StaleTurn
from store.statements import Compiled, Row

CROWD: Final = 10  # rows from which on one statement for all is the faster one
Told = Callable[[str], None]
Apart = Callable[[Compiled, Row], "Found"]  # runs a statement in a transaction of its own


class Vanished(Outage):
    """The transaction ended without us: SQLite rolled all of it back, on its own."""


@dataclass(frozen=True)
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
        self._raw: Any = connection.connection.dbapi_connection
        self._told = told

    def run(self, compiled: Compiled, given: Row) -> Found:
        """One statement, now."""
        self._before(compiled.sql)
        return _found(compiled, self._raw.execute(compiled.sql, given))

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

    def write(self, writes: Sequence[Write]) -> None:
        """All of them, in order. Raises StaleTurn when a row was not found that must be."""
        for each in writes:
            each.check(self._many(each.compiled, each.rows).rowcount)

    def script(self, sql: str) -> None:
        """A word to the transaction itself."""
        self._before(sql)
        self._raw.execute(sql)

    def _before(self, sql: str) -> None:
        if self._told is not None:
            self._told(sql)

    def _many(self, compiled: Compiled, rows: Sequence[Row]) -> Any:
        self._before(compiled.sql)
        if len(rows) == 1:
            return self._raw.execute(compiled.sql, rows[0])
        many = self._raw.cursor()
        many.executemany(compiled.sql, rows)
        return many


class _Guarded(Cursor):
    """SQLite's writer. Before each statement it looks whether the transaction still stands: after
    a full disk SQLite may have rolled all of it back, and what follows would commit alone (F57)."""

    @override
    def _before(self, sql: str) -> None:
        if not self._raw.in_transaction:
            raise Vanished("the transaction ended by itself")
        super()._before(sql)


class _Piped(Cursor):
    """PostgreSQL: what waited goes in one pipeline, in one round trip; many rows of one statement
    go as a value a column. A read that was expected is answered with the statement before it."""

    def __init__(self, connection: Connection, told: Told | None) -> None:
        super().__init__(connection, told)
        self._sent: list[tuple[Compiled, Row]] = []
        self._expected: list[tuple[Compiled, Row]] = []
        self._answers: list[tuple[Compiled, Row, Found]] = []

    @override
    def expect(self, compiled: Compiled, given: Row) -> None:
        self._expected.append((compiled, given))

    @override
    def send(self, compiled: Compiled, given: Row) -> None:
        self._answers.clear()
        self._sent.append((compiled, given))

    @override
    def settle(self) -> None:
        if self._sent:
            self._together([])

    @override
    def run(self, compiled: Compiled, given: Row) -> Found:
        for answer in self._answers:
            if answer[0] is compiled and answer[1] == given:
                self._answers.remove(answer)
                return answer[2]
        if compiled.writes:
            self._answers.clear()
        if not (self._sent or self._expected):
            return super().run(compiled, given)
        expected = [*self._expected]
        self._expected.clear()
        found, *answers = self._together([(compiled, given), *expected])
        self._answers += [(*asked, was) for asked, was in zip(expected, answers, strict=True)]
        return found

    @override
    def run_many(self, compiled: Compiled, rows: Sequence[Row]) -> int:
        self._answers.clear()
        self.settle()
        return super().run_many(compiled, rows)

    @override
    def run_core(self, statement: Executable, values: Any) -> Any:
        self._answers.clear()
        self.settle()
        return super().run_core(statement, values)

    @override
    def script(self, sql: str) -> None:
        self._answers.clear()
        self.settle()
        super().script(sql)

    def _together(self, asked: Sequence[tuple[Compiled, Row]]) -> list[Found]:
        """What was sent, then these, in one round trip; what these found."""
        with self._raw.pipeline():
            self._push()
            done = [self._alone(compiled, given) for compiled, given in asked]
        return [_found(compiled, each) for (compiled, _), each in zip(asked, done, strict=True)]

    def _push(self) -> None:
        sent = [*self._sent]
        self._sent.clear()
        for compiled, given in sent:
            self._alone(compiled, given)

    def _alone(self, compiled: Compiled, given: Row) -> Any:
        self._before(compiled.sql)
        return self._raw.execute(compiled.sql, given)

    @override
    def _many(self, compiled: Compiled, rows: Sequence[Row]) -> Any:
        if len(rows) < CROWD or not compiled.many:
            return super()._many(compiled, rows)
        self._before(compiled.many)
        return self._raw.execute(compiled.many, columns(rows))

    @override
    def write(self, writes: Sequence[Write]) -> None:
        self._answers.clear()
        with self._raw.pipeline():
            self._push()
            done = [(each, self._many(each.compiled, each.rows)) for each in writes]
        for each, cursor_ in done:
            each.check(cursor_.rowcount)


def _found(compiled: Compiled, done: Any) -> Found:
    rows = compiled.rows(done.fetchall()) if compiled.row is not None else []
    return Found(rows, done.rowcount)


def cursor(connection: Connection, *, reading: bool, told: Told | None) -> Cursor:
    """The cursor under this connection."""
    if connection.dialect.name == "postgresql":
        return _Piped(connection, told)
    return Cursor(connection, told) if reading else _Guarded(connection, told)
