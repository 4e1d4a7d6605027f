"""What every repository works with: the turn's transaction, its one time, its manners."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Executable, Table

from store.apart import Apart
from store.cursors import Cursor, Found, Guarded, Told, Write
from store.keys import Keys
from store.statements import Compiled, Row, Statement, Values


class Shelf(Protocol):
    """Writes that a repository puts by until the turn ends, the last word on a row only."""

    def take(self) -> list[Write]:
        """What is to be written now; the shelf is empty afterwards."""
        ...

    def forget(self) -> None:
        """The transaction went back to where it was: nothing of this holds any more."""
        ...


class Session:
    """One transaction, seen from inside. `reading`: nothing may be written.

    `told` hears every statement before it runs; what it raises, the turn fails with.
    Writes that nobody waits for are put by (`later`, or a shelf) and go together, in few round
    trips, when the turn ends or somebody reads their table.
    """

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        turn: str,
        *,
        reading: bool = False,
        told: Told | None = None,
        apart: Apart | None = None,
    ) -> None:
        self.connection = connection
        self.now = now
        self.turn = turn
        self.actor: int | None = None  # the person who acts; None is the desk itself
        self.reading = reading
        self.postgres = connection.dialect.name == "postgresql"
        self._dialect = connection.dialect
        self.apart = apart  # None where turns go one by one
        self._cursor = self._driven(connection, told)
        self._dirty: set[str] = set()
        self._later: defaultdict[Compiled, list[Row]] = defaultdict(list)
        self._shelves: list[Shelf] = []
        self._depth = 0

    def run(
        self, statement: Statement | Executable, values: Values | Sequence[Values] | None = None
    ) -> Found:
        """Run it now. What was put by for the tables that it names is written first."""
        if not isinstance(statement, Statement):
            self.flush()
            return self._cursor.run_core(statement, values)
        if self._dirty and not self._dirty.isdisjoint(statement.tables):
            self.flush()
        if values is None:
            values = {}
        if not isinstance(values, dict) and isinstance(values, Sequence):
            writes = self.write(statement, values)
            return Found([], sum(self._cursor.run_many(w.compiled, w.rows) for w in writes))
        return self._cursor.run(*statement.made(self._dialect, values))

    def expect(self, statement: Statement, values: Values) -> None:
        """This read will follow soon. On PostgreSQL its answer comes with the next statement's,
        unless something is written in between."""
        if self.postgres and not self.reading:
            self._cursor.expect(*statement.made(self._dialect, values))

    def send(self, statement: Statement, values: Values) -> None:
        """Run it in its place, without waiting for word of it: an error comes with what follows."""
        if self._dirty and not self._dirty.isdisjoint(statement.tables):
            self.flush()
        self._cursor.send(*statement.made(self._dialect, values))

    def insert(self, statement: Statement, table: Table, values: Values) -> int:
        """Run an insert in its place; returns the new row's `id`, which it gives by itself on
        SQLite alone: on PostgreSQL nobody waits for the row, and an error comes with what follows.
        """
        if not self.postgres:
            return int(self.run(statement, values).scalar_one())
        keys: Keys = self.connection.info.setdefault(Keys, Keys())
        key = keys.next(table.name, self.run)
        self.send(statement, {"id": key, **values})
        return key

    def run_apart(self, apart: Apart, statement: Statement, values: Values) -> Found:
        """Run it in a transaction of its own, over before this returns, so that no other turn
        waits for the end of this one."""
        return apart.run(*statement.made(self._dialect, values))

    def later(self, statement: Statement, values: Values) -> None:
        """Run it before the turn ends. Rows of one statement keep their order."""
        if self.reading:
            self.run(statement, values)
            return
        compiled, given = statement.made(self._dialect, values)
        self._later[compiled].append(given)
        self._dirty |= statement.tables

    def later_rows(self, statement: Statement, names: tuple[str, ...], rows: Sequence[Row]) -> None:
        """`later` for many rows that give the same values, each in the order of `names`."""
        if not rows:
            return
        compiled, given = statement.made_rows(self._dialect, names, rows)
        if self.reading:
            self._cursor.run_many(compiled, given)
            return
        self._later[compiled].extend(given)
        self._dirty |= statement.tables

    def write_rows(
        self, statement: Statement, names: tuple[str, ...], rows: Sequence[Row], stale: str = ""
    ) -> Write:
        """`write` for some rows that give the same values, each in the order of `names`."""
        if len(rows) == 1:  # most turns say one thing of a kind: there is no column to convert
            compiled, row = statement.made(self._dialect, dict(zip(names, rows[0], strict=True)))
            return Write(compiled, [row], stale)
        return Write(*statement.made_rows(self._dialect, names, rows), stale)

    def write(self, statement: Statement, rows: Sequence[Values], stale: str = "") -> list[Write]:
        """Writes for a shelf to hand over, alike ones together and else in order; with `stale`
        every row must be found."""
        made: list[Write] = []
        for row in rows:
            compiled, given = statement.made(self._dialect, row)
            if made and made[-1].compiled is compiled:
                made[-1].rows.append(given)
            else:
                made.append(Write(compiled, [given], stale))
        return made

    def shelve(self, shelf: Shelf, tables: frozenset[str]) -> None:
        """From now on this shelf holds writes for these tables."""
        if shelf not in self._shelves:
            self._shelves.append(shelf)
        self._dirty |= tables

    def flush(self) -> None:
        """Write what was put by. Raises StaleTurn when a row was changed by another turn."""
        if self._dirty:
            self._cursor.write(self._put_by())
        else:
            self._cursor.settle()

    def end(self) -> None:
        """`flush`, with nothing after it but the commit, which on PostgreSQL goes along."""
        self._cursor.write(self._put_by(), last=True)
        self._shelves.clear()  # they hold the session: a ring would wait for the collector

    def _put_by(self) -> list[Write]:
        self._dirty.clear()
        writes = [write for shelf in self._shelves for write in shelf.take()]
        writes.extend(Write(compiled, rows) for compiled, rows in self._later.items())
        self._later.clear()
        return writes

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone alone when it raises; the exception goes on."""
        self.flush()
        self._depth += 1
        name = f"inner_{self._depth}"
        self._cursor.script(f"SAVEPOINT {name}")
        try:
            yield
            self.flush()
        except BaseException:
            self._forget()
            self._cursor.script(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        finally:
            self._depth -= 1
        self._cursor.script(f"RELEASE SAVEPOINT {name}")

    def _driven(self, connection: Connection, told: Told | None) -> Cursor:
        if self.postgres:
            from store.linked import Linked  # psycopg comes with it, which SQLite does without

            return Linked(connection, told)
        return Cursor(connection, told) if self.reading else Guarded(connection, told)

    def _forget(self) -> None:
        self._dirty.clear()
        self._later.clear()
        for shelf in self._shelves:
            shelf.forget()
