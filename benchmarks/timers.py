"""Timers and the closing of silent cases: whole batches beside set-based SQL and APScheduler.

Run as `python -m benchmarks.timers`. Every due row goes through `scheduler.timers`, as on a desk:
read the world again, decide, write all rows. Under the table: what so many waiting rows cost.
"""

import asyncio
import logging
import resource
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.intake import by_form
from benchmarks.office import TUESDAY, Office, office
from benchmarks.peers import OFF
from benchmarks.raw import connect
from benchmarks.rounds import Options, Pair, Round, compare, figure, note, options, play, show
from handlers import silence
from policy.ticket import State
from scheduler import timers
from store.turn import Turn

CLOSES = "silent cases closed, with all that follows"
LOOKS = "timers with nothing left to say"
LIMIT = "UPDATE ... RETURNING, event, letter, 500 a commit"
APS = "APScheduler 3, SQLAlchemyJobStore"
SOON = timedelta(minutes=5)
HEARD = '{"postponed":false,"reminded":{"$at":"2026-11-22T10:00:00+00:00"}}'
BATCH = 500
ENOUGH = 5_000  # fired to see how long a batch lasts and what memory it takes
FIRST_COPY = 1_000_000  # far from the numbers that the desk hands out
_fired = threading.Semaphore(0)


def main(argv: Sequence[str] | None = None) -> None:
    """The table, then the side conditions."""
    chosen = options(__doc__ or "", argv)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with office() as desk, asyncio.Runner() as loop, ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="radica-limit-")))
        ledger = Ledger(desk, loop)
        run(desk, loop, ledger, folder, chosen)
        side_conditions(desk, loop, ledger, 500 if chosen.quick else 100_000)


def run(
    desk: Office, loop: asyncio.Runner, ledger: "Ledger", folder: Path, chosen: Options
) -> None:
    """Play and show."""
    many = 100 if chosen.quick else 1_000
    limit = SetBased(folder)
    sides: dict[str, Round] = {
        CLOSES: lambda: _swept(desk, loop, ledger.add(many, silence.CLOSE)),
        LOOKS: lambda: _swept(desk, loop, ledger.add(many, silence.REMIND, state=State.CLOSED)),
        LIMIT: lambda: limit.rate(many * 5),
    }
    if chosen.peers:
        sides[APS] = lambda: scheduled(many // 4)
    rates = play(sides, chosen.rounds)
    limit.close()
    pairs = [
        Pair(ours=CLOSES, beside=LIMIT, goal=0.15),
        Pair(ours=LOOKS, beside=APS, goal=8),
        Pair(ours=CLOSES, beside=APS),
    ]
    absent = {} if chosen.peers else {APS: OFF}
    show("Timers: due rows a second, SQLite, synchronous=FULL", compare(pairs, rates), absent)


def side_conditions(desk: Office, loop: asyncio.Runner, ledger: "Ledger", waiting: int) -> None:
    """The idle tick, the first batch, and the memory, with so many rows waiting."""
    ledger.add(waiting, silence.REMIND, state=State.CLOSED, due=TUESDAY + timedelta(days=1))
    ticks = sorted(1000 * loop.run(_seconds(_tick(desk))) for _ in range(21))
    note(f"idle tick, {waiting:,} timers waiting: median {figure(ticks[10])} ms (goal: below 1)")
    desk.clock.reach(TUESDAY + timedelta(days=2))
    before = _peak()
    batches: list[float] = []
    fired = 0
    while fired < min(waiting, ENOUGH):
        began = perf_counter()
        fired += loop.run(desk.desk.run(timers.sweep)).fired
        batches.append(perf_counter() - began)
    note(f"first batch committed, {waiting:,} due: {batches[0]:.3f} s (goal: below 0.25)")
    note(f"longest of {len(batches)} batches: {1000 * max(batches):.0f} ms (goal: below 100)")
    note(f"peak memory after {fired:,} of them: +{_peak() - before:.0f} MB (goal: below 40)")


class Ledger:
    """Solved cases of one client's, written straight into the tables: only their end is played."""

    def __init__(self, desk: Office, loop: asyncio.Runner) -> None:
        self._desk = desk
        (user,) = desk.clients(1)
        loop.run(by_form(desk, user))
        self._number: int = desk.turns.run(_solve_newest).result()

    def add(
        self,
        many: int,
        kind: str,
        *,
        state: State = State.SOLVED,
        due: datetime = TUESDAY - SOON,
    ) -> int:
        """So many copies of the case, each with one timer."""
        raw = connect(self._desk.file)
        raw.execute("BEGIN IMMEDIATE")
        (highest,) = raw.execute("SELECT max(number) FROM tickets").fetchone()
        names = [row[1] for row in raw.execute("PRAGMA table_info(tickets)")]
        chosen = {"number": "?", "state": "?"}
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(chosen.get(name, f'"{name}"') for name in names)
        first = max(highest, FIRST_COPY) + 1
        raw.executemany(
            f"INSERT INTO tickets ({columns}) SELECT {values} FROM tickets WHERE number = ?",
            [(n, state.value, self._number) for n in range(first, first + many)],
        )
        at = due.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        raw.executemany(
            "INSERT INTO timers (id, kind, about, key, due_at, facts) VALUES (?, ?, ?, '', ?, ?)",
            [(n, kind, str(n), at, HEARD) for n in range(first, first + many)],
        )
        raw.execute("COMMIT")
        raw.close()
        return many


class SetBased:
    """The limit: close by the batch in SQL, one event and one letter each, a commit a batch."""

    def __init__(self, folder: Path) -> None:
        self._raw = connect(folder / "limit.db")
        self._raw.executescript(
            "CREATE TABLE tickets (number INTEGER PRIMARY KEY, state TEXT, due_at TEXT, text TEXT);"
            "CREATE INDEX ix_due ON tickets (due_at) WHERE state = 'solved';"
            "CREATE TABLE events (id INTEGER PRIMARY KEY, ticket INTEGER, what TEXT, at TEXT);"
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, ticket INTEGER, key TEXT, state TEXT);"
        )

    def rate(self, many: int) -> float:
        """Closed a second."""
        rows = [("solved", TUESDAY.isoformat(), "x" * 200)] * many
        self._raw.execute("BEGIN")
        self._raw.executemany("INSERT INTO tickets (state, due_at, text) VALUES (?, ?, ?)", rows)
        self._raw.execute("COMMIT")
        began = perf_counter()
        while self._batch():
            continue
        return many / (perf_counter() - began)

    def close(self) -> None:
        self._raw.close()

    def _batch(self) -> bool:
        self._raw.execute("BEGIN IMMEDIATE")
        closed = self._raw.execute(
            "UPDATE tickets SET state = 'closed' WHERE number IN (SELECT number FROM tickets"
            " WHERE state = 'solved' AND due_at <= ? ORDER BY due_at LIMIT ?) RETURNING number",
            (TUESDAY.isoformat(), BATCH),
        ).fetchall()
        self._raw.executemany(
            "INSERT INTO events (ticket, what, at) VALUES (?, 'closed', '2026-11-24')", closed
        )
        self._raw.executemany(
            "INSERT INTO outbox (ticket, key, state) VALUES (?, 'closed', 'pending')", closed
        )
        self._raw.execute("COMMIT")
        return bool(closed)


def scheduled(many: int) -> float:
    """Jobs a second that APScheduler runs when so many are due; each does nothing."""
    with tempfile.TemporaryDirectory(prefix="radica-aps-") as folder:
        aps: Any = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{folder}/jobs.db")},
            executors={"default": ThreadPoolExecutor(10)},
            job_defaults={"misfire_grace_time": None},
            timezone=UTC,
        )
        aps.start(paused=True)
        for _ in range(many):
            aps.add_job(fire, "date", run_date=TUESDAY - timedelta(days=900))
        began = perf_counter()
        aps.resume()
        for _ in range(many):
            _fired.acquire()
        spent = perf_counter() - began
        aps.shutdown()
        return many / spent


def fire() -> None:
    """APScheduler's job."""
    _fired.release()


def _solve_newest(turn: Turn) -> int:
    newest = max(ticket.number for ticket in turn.tickets.open() if ticket.state is State.NEW)
    ticket = turn.tickets.find(newest)
    if ticket is None:
        raise LookupError(newest)
    solved = replace(ticket, state=State.SOLVED, solved_at=turn.now, answered_at=turn.now)
    turn.timers.cancel(str(newest))
    return turn.tickets.save(solved).number


def _swept(desk: Office, loop: asyncio.Runner, many: int) -> float:
    began = perf_counter()
    done = loop.run(timers.run_once(desk.desk)).done
    spent = perf_counter() - began
    if done != many:
        raise RuntimeError(f"{done} fired of {many}")
    return many / spent


async def _tick(desk: Office) -> None:
    if await timers.run_once(desk.desk):
        raise RuntimeError("something was due")


async def _seconds(work: Any) -> float:
    began = perf_counter()
    await work
    return perf_counter() - began


def _peak() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
