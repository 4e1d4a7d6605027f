"""The raw limit: sqlite3 itself with the same durability, and nothing else.

Two kinds. `SixRows` is the least that an intake can write: dedupe key, conversation, ticket,
event and two letters. `Tape` replays the very writes that Radica made for one piece of work, on
the same schema, without Radica: what the rows alone cost.
"""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import randbits, token_hex
from time import perf_counter
from typing import Any

from sqlalchemy import event

from store.database import Database
from store.sqlite import driver

SIX = """
CREATE TABLE inbox (channel TEXT, account TEXT, key TEXT, at TEXT,
  PRIMARY KEY (channel, account, key));
CREATE TABLE conversations (id INTEGER PRIMARY KEY, channel TEXT, chat TEXT, state TEXT,
  version INTEGER, UNIQUE (channel, chat));
CREATE TABLE tickets (number INTEGER PRIMARY KEY, requester INTEGER, state TEXT, priority TEXT,
  subject TEXT, text TEXT, due_at TEXT, opened_at TEXT);
CREATE INDEX ix_tickets_requester ON tickets (requester);
CREATE TABLE events (id INTEGER PRIMARY KEY, ticket INTEGER, what TEXT, facts TEXT, at TEXT);
CREATE INDEX ix_events_ticket ON events (ticket);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, lane TEXT, key TEXT, facts TEXT, state TEXT, at TEXT);
CREATE INDEX ix_outbox ON outbox (state, lane, id);
"""
AT = "2026-11-24 15:12:00.000000"
FACTS = '{"number":1042,"priority":"alta","due":{"$at":"2026-11-24T20:12:00+00:00"}}'
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)

FIRST_REPLAY = 50_000_000  # far from the numbers that a desk hands out

Statement = tuple[str, tuple[Any, ...]]


def connect(file: Path) -> Any:
    """A connection as Radica's writer has it: WAL, synchronous=FULL, foreign keys."""
    connection = driver().connect(file, check_same_thread=False)
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=1000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


class SixRows:
    """One ticket in six statements; `together` of them share a commit."""

    def __init__(self, folder: Path) -> None:
        self._connection = connect(folder / "six.db")
        self._connection.executescript(SIX)
        self._numbers = itertools.count(1)

    def rate(self, tickets: int, together: int, *, dispatch: bool = False) -> float:
        """Tickets a second. With `dispatch`: dedupe, conversation and one letter, no ticket."""
        began = perf_counter()
        for start in range(0, tickets, together):
            self._connection.execute("BEGIN IMMEDIATE")
            for _ in range(min(together, tickets - start)):
                self._update(next(self._numbers)) if dispatch else self._ticket(next(self._numbers))
            self._connection.execute("COMMIT")
        return tickets / (perf_counter() - began)

    def close(self) -> None:
        self._connection.close()

    def _update(self, n: int) -> None:
        run = self._connection.execute
        run("INSERT INTO inbox VALUES ('telegram', '1', ?, ?) ON CONFLICT DO NOTHING", (str(n), AT))
        run(
            "INSERT INTO conversations (channel, chat, state, version) VALUES ('telegram', ?, ?, 1)"
            " ON CONFLICT (channel, chat) DO UPDATE SET state = excluded.state,"
            " version = version + 1 RETURNING id",
            (str(n % 200), FACTS),
        ).fetchone()
        self._letter(f"telegram:{n % 200}", "ticket.opened")

    def _ticket(self, n: int) -> None:
        run = self._connection.execute
        self._update(n)
        run(
            "INSERT INTO tickets VALUES (?, ?, 'new', 'alta', ?, ?, ?, ?)",
            (n, n % 200, "No pasan imágenes", "El resonador no pasa imágenes", AT, AT),
        )
        run(
            "INSERT INTO events (ticket, what, facts, at) VALUES (?, 'opened', ?, ?)",
            (n, FACTS, AT),
        )
        self._letter(f"slack:C1:{n}", "card")

    def _letter(self, lane: str, key: str) -> None:
        self._connection.execute(
            "INSERT INTO outbox (lane, key, facts, state, at) VALUES (?, ?, ?, 'pending', ?)",
            (lane, key, FACTS, AT),
        )


@contextmanager
def recorded(database: Database) -> Iterator[list[Statement]]:
    """The writes that reach the database while this is open, as they reach it."""
    tape: list[Statement] = []

    def note(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        if WRITES.match(sql):
            tape.extend((sql, tuple(one)) for one in (values if many else [values]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield tape
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


class Tape:
    """Recorded writes, played again under new names, on the recorded desk's own file.

    `names` are the number of the ticket and of its client: wherever one of them stands, alone or
    inside a lane or a fact, each play puts a new one, so that it writes what the first one wrote.
    """

    def __init__(self, file: Path, statements: list[Statement], names: tuple[int, int]) -> None:
        self._connection = connect(file)
        self._names = names
        self._inside = re.compile(rf"\b({names[0]}|U?{names[1]})\b")
        self._statements = statements
        self._fresh = itertools.count(FIRST_REPLAY)

    def rate(self, times: int, together: int) -> float:
        """Plays a second; `together` of them share a commit. They are made ready beforehand."""
        plays = [self._renamed(next(self._fresh)) for _ in range(times)]
        began = perf_counter()
        for start in range(0, times, together):
            self._connection.execute("BEGIN IMMEDIATE")
            for play in plays[start : start + together]:
                for sql, values in play:
                    self._connection.execute(sql, values).fetchall()
            self._connection.execute("COMMIT")
        return times / (perf_counter() - began)

    def close(self) -> None:
        self._connection.close()

    def _renamed(self, number: int) -> list[Statement]:
        return [(sql, self._values(sql, values, number)) for sql, values in self._statements]

    def _values(self, sql: str, values: tuple[Any, ...], number: int) -> tuple[Any, ...]:
        fresh = tuple(self._value(value, number) for value in values)
        if sql.startswith("INSERT INTO inbox"):
            return (*fresh[:2], token_hex(6), *fresh[3:])
        return (randbits(53), *fresh[1:]) if sql.startswith("INSERT INTO timers") else fresh

    def _value(self, value: Any, number: int) -> Any:
        if isinstance(value, str):
            return self._inside.sub(str(number), value)
        return number if value == self._names[0] else value
