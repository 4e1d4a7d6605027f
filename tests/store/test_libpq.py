"""PostgreSQL's protocol as the desk speaks it: one round trip, one transaction, no stale link."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from policy.errors import Outage
from store import kept, libpq
from store.database import Database
from store.libpq import Answer, Asked, Link
from store.turn import Turn, Turns
from tests.databases import Watch

pytestmark = pytest.mark.postgres

COUNTED = "SELECT count(*) FROM settings"
PUT = "INSERT INTO settings (key, value, at) VALUES ($1::VARCHAR, '1', now())"
NOON = datetime(2026, 3, 2, 12, 0, 0, 250, tzinfo=UTC)


@pytest.fixture
def database(postgresql_url: str, watch: Watch) -> Iterator[Database]:
    """The only kind that speaks it."""
    opened = Database.open(postgresql_url, clock=watch)
    yield opened
    opened.close()


def asking(*asked: Asked) -> Callable[[Connection], list[Answer]]:
    """A work of one round trip."""
    return lambda connection: connection.info[Link].ask(asked)


def kept_keys(database: Database) -> list[str]:
    """What stands in the table, seen from another transaction."""
    rows = database.read(asking(("SELECT key FROM settings ORDER BY key", ()))).result(30)
    return [key for (key,) in rows[0].rows]


def end_all(database: Database, url: str) -> None:
    """The server hangs up on every connection of this desk, as when it is restarted.

    A signal alone would leave each backend to answer until it gets to it: their end is waited for.
    """
    (answer,) = database.write(asking(("SELECT current_database()", ()))).result(30)
    with psycopg.connect(url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            answer.rows[0],
        ).fetchall()
    assert ended
    assert all(gone for (gone,) in ended)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("VARCHAR", "año 2026: 100 % «sí» \\ '\" 🩻"),
        ("VARCHAR", ""),
        ("VARCHAR", None),
        ("BIGINT", -(2**63)),
        ("BOOLEAN", True),
        ("BOOLEAN", False),
        ("TIMESTAMP WITH TIME ZONE", NOON),
        ("DATE", date(2026, 3, 2)),
        ("DOUBLE PRECISION", 0.1),
        ("BYTEA", b"\x00\xff"),
        ("BIGINT[]", [1, 2, 3]),
        ("VARCHAR[]", ["a,b", '"', "\\", "", "NULL", "{}", " año 🩻 ", "dos\nlíneas"]),
        ("VARCHAR[]", []),
        ("VARCHAR[]", ["a", None]),
    ],
)
def test_a_value_comes_back_as_it_went(database: Database, kind: str, value: Any) -> None:
    (answer,) = database.write(asking((f"SELECT $1::{kind}", (value,)))).result(30)
    assert answer == Answer([(value,)], 1)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("VARCHAR", "half\x00"),
        ("VARCHAR", "\ud800"),
        ("BIGINT", 2**63),
        ("VARCHAR[]", ["half\x00"]),
        ("VARCHAR[]", ["\ud800"]),
        ("BIGINT[]", [2**63]),
    ],
)
def test_what_no_column_can_hold_is_refused(database: Database, kind: str, value: Any) -> None:
    refused = database.write(asking((f"SELECT $1::{kind}", (value,))))
    assert isinstance(refused.exception(30), (psycopg.DataError, UnicodeEncodeError))
    assert database.write(asking((COUNTED, ()))).result(30)[0].rows == [(0,)]


def test_what_stands_behind_an_error_is_not_run_and_what_stood_before_is_undone(
    database: Database,
) -> None:
    broken = database.write(asking((PUT, ("a",)), (PUT, ("a",)), (PUT, ("b",))))
    assert isinstance(broken.exception(30), psycopg.errors.UniqueViolation)
    assert kept_keys(database) == []
    database.write(asking((PUT, ("a",)), (PUT, ("b",)))).result(30)
    assert kept_keys(database) == ["a", "b"]


def test_a_statement_that_was_never_prepared_is_prepared_the_next_time(database: Database) -> None:
    """Behind an error the server prepares nothing; on the same connection it is asked again."""

    def work(connection: Connection) -> list[Answer]:
        link: Link = connection.info[Link]
        link.ask([("SAVEPOINT here", ())])
        with pytest.raises(psycopg.errors.UndefinedTable):
            link.ask([("SELECT nothing FROM nowhere", ()), (COUNTED, ())])
        return link.ask([("ROLLBACK TO SAVEPOINT here", ()), (COUNTED, ())])

    assert database.write(work).result(30)[1].rows == [(0,)]


def test_a_server_holds_so_many_statements_and_no_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libpq, "PREPARED", 4)

    def work(connection: Connection) -> list[Answer]:
        link: Link = connection.info[Link]
        for number in (*range(12), 0):
            assert link.ask([(f"SELECT {number}", ())])[0].rows == [(number,)]
        return link.ask([("SELECT count(*) FROM pg_prepared_statements", ())])

    assert database.write(work).result(30)[0].rows[0][0] <= 5


def test_statements_that_somebody_dropped_are_prepared_again(database: Database) -> None:
    def dropped(connection: Connection) -> None:
        connection.info[Link].ask([(COUNTED, ())])
        connection.execute(text("DEALLOCATE ALL"))

    database.write(dropped).result(30)
    failed = database.write(asking((COUNTED, ())))
    assert isinstance(failed.exception(30), psycopg.errors.InvalidSqlStatementName)
    assert database.write(asking((COUNTED, ()))).result(30)[0].rows == [(0,)]


def test_more_than_a_socket_holds_goes_both_ways_at_once(database: Database) -> None:
    """The server answers while it is still being told: who does not read then waits for ever."""
    long = "ñ" * 400_000
    asked: Sequence[Asked] = [("SELECT $1::VARCHAR", (long,))] * 12
    answers = database.write(asking(*asked)).result(30)
    assert [answer.rows for answer in answers] == [[(long,)]] * 12


@pytest.mark.fault("F22")
def test_connections_that_were_hung_up_on_while_they_rested_are_replaced(
    database: Database, postgresql_url: str, turns: Turns, watch: Watch
) -> None:
    """F22: nobody's turn fails for it, nor the hand that gives out numbers."""
    turns.run(lambda turn: turn.counters.hand_out("ticket")).result(30)
    turns.read(lambda turn: turn.counters.value("ticket")).result(30)
    end_all(database, postgresql_url)
    for _ in range(12):
        watch.forward(seconds=1)  # no rush, in which some would not ask the server
        turns.run(lambda turn: turn.counters.hand_out("ticket")).result(30)
    assert turns.read(lambda turn: turn.counters.value("ticket")).result(30) == 13


@pytest.mark.fault("F22")
def test_after_a_long_rest_the_server_is_asked(
    database: Database, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    exchange = Link._exchange

    def heard(link: Link, packed: Sequence[Any]) -> Any:
        asked.append(len(packed))
        return exchange(link, packed)

    turns.run(lambda turn: turn.settings.set("a", 1)).result(30)
    monkeypatch.setattr(Link, "_exchange", heard)
    monkeypatch.setattr(libpq, "REST_SECONDS", 0.0)
    turns.run(lambda turn: turn.settings.get("a")).result(30)
    assert asked[0] == 0


@pytest.mark.fault("F21")
def test_a_connection_that_breaks_in_a_turn_is_an_outage_and_leaves_nothing(
    database: Database, postgresql_url: str, turns: Turns
) -> None:
    def work(turn: Turn) -> None:
        turn.settings.set("half", 1)
        end_all(database, postgresql_url)
        turn.settings.set("more", 1)

    assert isinstance(turns.run(work).exception(30), Outage)
    assert kept_keys(database) == []


def test_who_finds_no_connection_free_is_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "POOL_SECONDS", 0.01)
    none = kept.Kept(database.engine, 0)
    with pytest.raises(Outage), none.one():
        pytest.fail("there is none")


def test_a_turn_is_kept_before_anybody_is_told(database: Database, turns: Turns) -> None:
    """Its commit goes along with its last writes, and still comes before its future."""
    for number in range(20):
        turns.run(lambda turn, n=number: turn.story.add("a.line", {"n": n})).result(30)
        (answer,) = database.read(asking(("SELECT count(*) FROM story", ()))).result(30)
        assert answer.rows == [(number + 1,)]


def test_what_is_asked_for_at_once_is_not_asked_twice(database: Database, turns: Turns) -> None:
    asked: list[str] = []
    database.told = asked.append

    def work(turn: Turn) -> None:
        turn.people.expect_invoices(7)
        assert turn.people.invoices(7) == ()

    turns.run(work).result(30)
    assert len(asked) == 1


def test_plans_follow_a_table_that_has_grown_since(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = "SELECT key FROM settings WHERE value = $1::VARCHAR AND key > $2::VARCHAR"

    def learn(connection: Connection) -> bytes:
        link = connection.info[Link]
        link.ask([("SET plan_cache_mode = force_generic_plan", ()), (looks, ("a", "b"))])
        return link._prepared[looks]

    def plan(connection: Connection) -> str:
        asked = f'EXPLAIN EXECUTE "{name.decode()}"(NULL, NULL)'
        (answer,) = connection.info[Link].ask([(asked, ())])
        return "\n".join(line for (line,) in answer.rows)

    def grow(connection: Connection) -> None:
        rows = "SELECT 'k' || n, repeat('x', 500), now() FROM generate_series(1, 20000) n"
        connection.info[Link].ask([(f"INSERT INTO settings (key, value, at) {rows}", ())])

    database.migrate()
    database.write(lambda connection: connection.exec_driver_sql("ANALYZE")).result(30)
    name = database.write(learn).result(30)
    before = database.write(plan).result(30)
    database.write(grow).result(30)
    assert database.write(plan).result(30) == before
    monkeypatch.setattr(libpq, "PLAN_SECONDS", 0.0)
    assert database.write(plan).result(30) != before
