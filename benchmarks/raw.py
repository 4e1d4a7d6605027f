"""The raw limit: sqlite3 itself with the same durability, and nothing else.

`SixRows` is the least that an intake can write: dedupe key, conversation, ticket, event and two
letters. `Closings` closes by the batch in SQL, with an event and a letter each.
"""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from time import perf_counter
from typing import Any

from store.sqlite import driver

TABLES = """
CREATE TABLE inbox (channel TEXT, account TEXT, key TEXT, at TEXT,
  PRIMARY KEY (channel, account, key));
CREATE TABLE conversations (id INTEGER PRIMARY KEY, channel TEXT, account TEXT, chat TEXT,
  state TEXT, version INTEGER, at TEXT, UNIQUE (channel, account, chat));
CREATE TABLE tickets (number INTEGER PRIMARY KEY, conversation INTEGER, requester INTEGER,
  state TEXT, priority TEXT, subject TEXT, text TEXT, due_at TEXT, opened_at TEXT);
CREATE INDEX ix_tickets_requester ON tickets (requester, state);
CREATE INDEX ix_tickets_due ON tickets (due_at) WHERE state = 'solved';
CREATE TABLE events (id INTEGER PRIMARY KEY, ticket INTEGER, what TEXT, facts TEXT, at TEXT);
CREATE INDEX ix_events_ticket ON events (ticket);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, lane TEXT, key TEXT, facts TEXT, state TEXT, at TEXT);
CREATE INDEX ix_outbox_waiting ON outbox (lane, id) WHERE state = 'pending';
"""
AT, DUE = "2026-11-24 15:12:00.000000", "2026-11-24 20:12:00.000000"
SUBJECT, TEXT = "No pasan imágenes", "En la sala 2 el resonador no pasa imágenes al PACS" * 2
CHATS = 2000


def connect(file: Path, synchronous: str = "FULL") -> Any:
    """A connection as Radica's writer has it: WAL, synchronous=FULL, foreign keys."""
    connection = driver().connect(file, check_same_thread=False)
    connection.isolation_level = None
    safety = f"synchronous={synchronous}"
    for pragma in ("journal_mode=WAL", safety, "foreign_keys=ON", "busy_timeout=1000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


class SixRows:
    """One ticket in six statements.

    One client alone commits each of them. Several are threads that wait for their own commit, as
    clients do: those that wait at the same time share one, in the one thread that writes.
    """

    def __init__(self, file: Path, synchronous: str = "FULL") -> None:
        self._connection = connect(file, synchronous)
        self._connection.executescript(TABLES)
        self._numbers = itertools.count(1)

    def rate(self, tickets: int, clients: int, *, dispatch: bool = False) -> float:
        """Tickets a second. With `dispatch`: dedupe, conversation and one letter, no ticket."""
        write = self._update if dispatch else self._ticket
        began = perf_counter()
        if clients == 1:
            for _ in range(tickets):
                self._commit(write, 1)
        else:
            self._together(write, tickets, clients)
        return tickets / (perf_counter() - began)

    def _commit(self, write: Callable[[int], None], many: int) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for _ in range(many):
            write(next(self._numbers))
        self._connection.execute("COMMIT")

    def _together(self, write: Callable[[int], None], tickets: int, clients: int) -> None:
        waiting: SimpleQueue[Event | None] = SimpleQueue()
        left = iter(range(tickets))

        def client() -> None:
            for _ in left:
                done = Event()
                waiting.put(done)
                done.wait()
            waiting.put(None)

        threads = [Thread(target=client) for _ in range(clients)]
        for thread in threads:
            thread.start()
        while clients:
            heard = [waiting.get()]
            while not waiting.empty():
                heard.append(waiting.get())
            events = [done for done in heard if done is not None]
            clients -= len(heard) - len(events)
            self._commit(write, len(events))
            for done in events:
                done.set()
        for thread in threads:
            thread.join()

    def close(self) -> None:
        self._connection.close()

    def _update(self, n: int) -> None:
        facts = _facts(n)
        self._talk(n, facts)
        self._letter(f"telegram:{n % CHATS}", "ask", facts)

    def _talk(self, n: int, facts: str) -> int:
        run = self._connection.execute
        run("INSERT INTO inbox VALUES ('telegram', '1', ?, ?) ON CONFLICT DO NOTHING", (str(n), AT))
        row = run(
            "INSERT INTO conversations (channel, account, chat, state, version, at)"
            " VALUES ('telegram', '1', ?, ?, 1, ?) ON CONFLICT (channel, account, chat)"
            " DO UPDATE SET state = excluded.state, version = version + 1 RETURNING id",
            (str(n % CHATS), facts, AT),
        ).fetchone()
        return int(row[0])

    def _ticket(self, n: int) -> None:
        run = self._connection.execute
        facts = _facts(n)
        talk = self._talk(n, facts)
        run(
            "INSERT INTO tickets VALUES (?, ?, ?, 'new', 'alta', ?, ?, ?, ?)",
            (n, talk, n % CHATS, SUBJECT, TEXT, DUE, AT),
        )
        run(
            "INSERT INTO events (ticket, what, facts, at) VALUES (?, 'opened', ?, ?)",
            (n, facts, AT),
        )
        self._letter(f"telegram:{n % CHATS}", "ticket.opened", facts)
        self._letter(f"slack:C1:{n}", "card", facts)

    def _letter(self, lane: str, key: str, facts: str) -> None:
        self._connection.execute(
            "INSERT INTO outbox (lane, key, facts, state, at) VALUES (?, ?, ?, 'pending', ?)",
            (lane, key, facts, AT),
        )


class Closings:
    """Close by the batch in SQL: one UPDATE ... RETURNING, an event and a letter each."""

    def __init__(self, folder: Path) -> None:
        self._connection = connect(folder / "closings.db")
        self._connection.executescript(TABLES)

    def fill(self, waiting: int, due: int) -> None:
        """So many tickets in the table, the first of them due to be closed."""
        rows = (
            (n, n, n % CHATS, "solved" if n <= due else "new", SUBJECT, TEXT, AT, AT)
            for n in range(1, waiting + 1)
        )
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        for table in ("tickets", "events", "outbox"):
            run(f"DELETE FROM {table}")
        self._connection.executemany(
            "INSERT INTO tickets VALUES (?, ?, ?, ?, 'alta', ?, ?, ?, ?)", rows
        )
        run("COMMIT")

    def rate(self, batch: int) -> float:
        """Closed a second, until nothing is due."""
        began, done = perf_counter(), 0
        while closed := self._batch(batch):
            done += closed
        return done / (perf_counter() - began)

    def close(self) -> None:
        self._connection.close()

    def _batch(self, batch: int) -> int:
        self._connection.execute("BEGIN IMMEDIATE")
        closed = self._connection.execute(
            "UPDATE tickets SET state = 'closed' WHERE number IN (SELECT number FROM tickets"
            " WHERE state = 'solved' AND due_at <= ? ORDER BY due_at LIMIT ?)"
            " RETURNING number, requester",
            (AT, batch),
        ).fetchall()
        self._connection.executemany(
            "INSERT INTO events (ticket, what, facts, at) VALUES (?, 'closed', ?, ?)",
            [(number, '{"why":"silence"}', AT) for number, _ in closed],
        )
        self._connection.executemany(
            "INSERT INTO outbox (lane, key, facts, state, at) VALUES (?, ?, ?, 'pending', ?)",
            [(f"telegram:{who}", "closed", f'{{"number":{n}}}', AT) for n, who in closed],
        )
        self._connection.execute("COMMIT")
        return len(closed)


def _facts(n: int) -> str:
    return json.dumps({"number": n, "priority": "alta", "due": "2026-11-24T20:12:00+00:00"})
