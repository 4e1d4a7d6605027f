"""Crashes: a killed process keeps what it acknowledged, a restarted server is found again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, text

from policy.errors import Outage
from store.database import Database
from store.sqlite import driver
from tests.databases import PostgresServer, Watch, bare_turns

ROOT = Path(__file__).parents[2]
WRITES = """
import sys
from datetime import UTC, datetime
from store.database import Database
from store.turn import Turns
clock = lambda: datetime(2026, 3, 2, tzinfo=UTC)
turns = Turns(Database.open(sys.argv[1], clock=clock), None, clock)
def work(turn):
    number = turn.counters.next("n")
    turn.settings.set(f"first:{number}", number)
    turn.settings.set(f"second:{number}", number)
    return number
while True:
    futures = [turns.run(work) for _ in range(5)]
    for future in futures:
        print(future.result(), flush=True)
"""


@pytest.mark.fault("F01", "F02")
@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 57])
def test_kill_9_loses_no_acknowledged_turn_and_keeps_no_half_one(
    sqlite_url: str, after: int, watch: Watch
) -> None:
    """F01, F02: what the process printed was committed; every number has both its rows."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITES, sqlite_url], cwd=ROOT, stdout=subprocess.PIPE
    )
    if process.stdout is None:
        raise RuntimeError("no output")
    acknowledged = [int(process.stdout.readline()) for _ in range(after)]
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read().split(b"\n")[:-1]
    process.stdout.close()
    process.wait(20)
    acknowledged += [int(line) for line in rest]

    database = Database.open(sqlite_url, clock=watch, fast=True)
    try:
        turns = bare_turns(database, watch)
        first = turns.read(lambda turn: turn.settings.starting("first:")).result(30)
        second = turns.read(lambda turn: turn.settings.starting("second:")).result(30)
    finally:
        database.close()
    assert set(acknowledged) <= set(first.values())
    assert set(first.values()) == set(second.values()) == set(range(1, len(first) + 1))
    connection = driver().connect(sqlite_url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.fixture
def own_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """The session's server, if it is ours to stop; running again afterwards."""
    if postgres_server.base is None:
        pytest.skip("the PostgreSQL of RADICA_TEST_POSTGRES_URL is not ours to stop")
    yield postgres_server
    if postgres_server.process is None:
        postgres_server.start()


@pytest.mark.fault("F21", "F22")
@pytest.mark.slow
@pytest.mark.postgres
def test_a_server_that_crashed_is_an_outage_and_then_found_again(
    own_server: PostgresServer, postgresql_url: str, watch: Watch
) -> None:
    """F21, F22: no process restart is needed, and the turn in its middle left nothing."""
    waiting_for_the_disk = {"options": "-c synchronous_commit=on"}
    url = make_url(postgresql_url).update_query_dict(waiting_for_the_disk)
    database = Database.open(url.render_as_string(hide_password=False), clock=watch)
    turns = bare_turns(database, watch)
    try:
        turns.run(lambda turn: turn.settings.set("before", 1)).result(30)

        def crashes(connection: Connection) -> None:
            connection.execute(text("INSERT INTO counters (name, value) VALUES ('half', 1)"))
            own_server.stop(signal.SIGQUIT)
            connection.execute(text("INSERT INTO counters (name, value) VALUES ('more', 1)"))

        with pytest.raises(Outage):
            database.write(crashes).result(30)
        with pytest.raises(Outage):
            turns.run(lambda turn: turn.settings.set("down", 1)).result(30)
        with pytest.raises(Outage):
            turns.read(lambda turn: turn.settings.get("down")).result(30)
        own_server.start()
        for _ in range(12):  # every connection of the pool, one after the other
            turns.run(lambda turn: turn.settings.set("after", 1)).result(30)
        kept = turns.read(lambda turn: turn.settings.starting("")).result(30)
        assert kept == {"after": 1, "before": 1}
        half = database.read(lambda c: c.scalar(text("SELECT count(*) FROM counters"))).result(30)
        assert half == 0
    finally:
        database.close()
