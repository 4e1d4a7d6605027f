"""The ends of a database: closed, or a transaction that ended behind everybody's back."""

from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection

from policy.errors import Outage
from store import job
from store.database import Database
from tests.store.test_database import count, held, keep, on_sqlite

__all__ = ["on_sqlite"]


def test_after_the_close_nobody_reads_or_writes_and_each_is_told(database: Database) -> None:
    database.close()
    for future in (database.read(lambda connection: 1), database.write(lambda connection: 1)):
        assert isinstance(future.exception(5), Outage)


def test_a_close_finishes_what_waits(database: Database, database_url: str) -> None:
    gate = Event()
    database.write(lambda connection: gate.wait(20), alone=True)
    last = database.write(keep("last"))
    gate.set()
    database.close()
    assert last.result(5) == "last"


@pytest.mark.fault("F57")
def test_a_turn_that_hides_the_vanishing_writes_nothing_alone(on_sqlite: Database) -> None:
    """F57: after SQLite rolled back, each statement would commit by itself, one at a time."""

    def hides_it(connection: Connection) -> None:
        try:
            with connection.begin_nested():
                raw: Any = connection.connection.dbapi_connection
                raw.execute("ROLLBACK")
                raise KeyError("disk full, as a driver tells it")
        except Exception:
            keep("alone")(connection)

    first, culprit = held(on_sqlite, [keep("a"), hides_it])
    assert first.result(30) == "a"
    assert isinstance(culprit.exception(30), Outage)
    assert count(on_sqlite) == 1


def test_a_turn_that_is_late_is_not_run_again_after_a_lost_batch(
    on_sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []

    def outlives_its_budget(connection: Connection) -> None:
        runs.append("run")
        monkeypatch.setattr(job, "BUDGET", 0.0)
        raw: Any = connection.connection.dbapi_connection
        raw.execute("ROLLBACK")

    late = on_sqlite.write(outlives_its_budget)
    assert isinstance(late.exception(30), Outage)
    assert runs == ["run"]
