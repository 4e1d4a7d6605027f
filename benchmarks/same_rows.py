"""The rows of one ticket, written again by hand: what they alone cost, without any product.

The desk's own database is looked at before and after one ticket. What was added or changed is
then written under new numbers by sqlite3 alone, into a copy with the same tables and indexes.
"""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import make_url

from benchmarks.raw import connect

if TYPE_CHECKING:
    from benchmarks.office import Office

FIRST = 50_000_000  # far from the numbers that a desk hands out

Row = tuple[Any, ...]
Snapshot = dict[str, dict[Row, Row]]  # table -> primary key -> row


class SameRows:
    """Inserts of the rows that one ticket added, and updates of those that it changed."""

    def __init__(self, connection: Any, before: Snapshot, after: Snapshot, user: int) -> None:
        self._connection = connection
        self._names = {table: _columns(connection, table) for table in after}
        self._keys = {table: _columns(connection, table, key=True) for table in after}
        self._added = [
            (table, row)
            for table, rows in after.items()
            for at, row in rows.items()
            if at not in before[table]
        ]
        self._changed = [
            (table, at, row)
            for table, rows in after.items()
            for at, row in rows.items()
            if at in before[table] and before[table][at] != row
        ]
        (number,) = (row[0] for table, row in self._added if table == "tickets")
        self._number, self._inside = number, re.compile(rf"\b({number}|U?{user})\b")
        self._fresh = itertools.count(FIRST)

    @classmethod
    def of(cls, desk: "Office", file: Callable[[int], object]) -> Self:
        """Those of the second ticket that `file` files; the first one makes counters."""
        original = Path(make_url(desk.url).database or "")
        first, second = desk.clients(2)
        file(first)
        looking = connect(original)
        before = _snapshot(looking)
        file(second)
        copy = connect(original.with_suffix(".rows.db"))
        looking.backup(copy)
        looking.close()
        return cls(copy, before, _snapshot(copy), second)

    def __len__(self) -> int:
        return len(self._added) + len(self._changed)

    def rate(self, times: int, together: int) -> float:
        """Plays a second; `together` of them share a commit. They are made ready beforehand."""
        plays = [self._made(next(self._fresh)) for _ in range(times)]
        began = perf_counter()
        for start in range(0, times, together):
            self._connection.execute("BEGIN IMMEDIATE")
            for play in plays[start : start + together]:
                for sql, values in play:
                    self._connection.execute(sql, values)
            self._connection.execute("COMMIT")
        return times / (perf_counter() - began)

    def close(self) -> None:
        self._connection.close()

    def _made(self, number: int) -> list[tuple[str, Row]]:
        made: list[tuple[str, Row]] = []
        for table, row in self._added:
            places = ", ".join("?" * len(row))
            made.append((f'INSERT INTO "{table}" VALUES ({places})', self._row(table, row, number)))
        for table, at, row in self._changed:
            sets = ", ".join(f'"{name}" = ?' for name in self._names[table])
            here = " AND ".join(f'"{name}" = ?' for name in self._keys[table])
            made.append((f'UPDATE "{table}" SET {sets} WHERE {here}', (*row, *at)))
        return made

    def _row(self, table: str, row: Row, number: int) -> Row:
        fresh = tuple(self._value(value, number) for value in row)
        names = self._names[table]
        if self._keys[table] == ["id"]:
            return tuple(None if n == "id" else v for n, v in zip(names, fresh, strict=True))
        if table == "inbox":
            return tuple(
                token_hex(6) if n == "key" else v for n, v in zip(names, fresh, strict=True)
            )
        return fresh

    def _value(self, value: Any, number: int) -> Any:
        if isinstance(value, str):
            return self._inside.sub(str(number), value)
        return number if value == self._number else value


def _snapshot(connection: Any) -> Snapshot:
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
    ]
    return {table: _rows(connection, table) for table in tables}


def _rows(connection: Any, table: str) -> dict[Row, Row]:
    names, keys = _columns(connection, table), _columns(connection, table, key=True)
    places = [names.index(key) for key in keys]
    rows = connection.execute(f'SELECT * FROM "{table}"')
    return {tuple(row[place] for place in places): tuple(row) for row in rows}


def _columns(connection: Any, table: str, *, key: bool = False) -> list[str]:
    """Its columns, or those of its primary key."""
    told = connection.execute(f'PRAGMA table_info("{table}")')
    return [row[1] for row in told if not key or row[5]]
