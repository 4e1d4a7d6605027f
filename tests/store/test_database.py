"""One work, one transaction: what is acknowledged is kept, what failed left nothing."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, text

from policy.errors import Outage
from store import job, sqlite
from store.database import Database, parse
from store.errors import Busy
from store.sqlite import FEW
from store.turn import Turn, Turns
from tests.databases import Watch, bare_turns

COUNT = text("SELECT count(*) FROM settings")
KEEP = text("INSERT INTO settings (key, value, at) VALUES (:key, '1', '2026-01-01 00:00:00+00')")


def keep(key: str) -> Callable[[Connection], str]:
    """A work that writes one row."""

    def work(connection: Connection) -> str:
        connection.execute(KEEP, {"key": key})
        return key

    return work


def count(database: Database) -> int:
    """How many rows are kept."""
    found: int = database.read(lambda connection: connection.scalar(COUNT)).result(30)
    return found


def held(database: Database, works: list[Callable[[Connection], Any]]) -> "list[Future[Any]]":
    """Queue all the works behind one that holds the writer, so that they run as one batch."""
    gate = Event()
    database.write(lambda connection: gate.wait(20), alone=True)
    futures = [database.write(work) for work in works]
    gate.set()
    return futures


@pytest.fixture
def on_sqlite(sqlite_url: str, watch: Watch) -> Any:
    """SQLite alone, for what only its writer does."""
    database = Database.open(sqlite_url, clock=watch, fast=True)
    yield database
    database.close()


def test_what_is_written_is_there_when_the_future_is_done(database: Database) -> None:
    assert database.write(keep("a")).result(30) == "a"
    assert count(database) == 1


def test_a_work_that_raises_leaves_nothing(database: Database) -> None:
    def fails(connection: Connection) -> None:
        keep("a")(connection)
        raise KeyError("mistake")

    with pytest.raises(KeyError):
        database.write(fails).result(30)
    assert count(database) == 0


def test_one_failing_work_does_not_hurt_those_that_share_its_commit(on_sqlite: Database) -> None:
    def fails(connection: Connection) -> None:
        keep("bad")(connection)
        raise KeyError("mistake")

    first, bad, last = held(on_sqlite, [keep("a"), fails, keep("b")])
    assert (first.result(30), last.result(30)) == ("a", "b")
    assert isinstance(bad.exception(30), KeyError)
    assert count(on_sqlite) == 2


def test_works_that_fail_one_after_another_take_none_of_the_others_with_them(
    on_sqlite: Database,
) -> None:
    ran: list[str] = []

    def noted(key: str, *, ends_well: bool) -> Callable[[Connection], str]:
        def work(connection: Connection) -> str:
            ran.append(key)
            keep(key)(connection)
            if not ends_well:
                raise KeyError(key)
            return key

        return work

    good, bad = "aceg", "bdf"
    works = [noted(key, ends_well=key in good) for key in sorted(good + bad)]
    futures = dict(zip(sorted(good + bad), held(on_sqlite, works), strict=True))
    assert [futures[key].result(30) for key in good] == [*good]
    assert all(isinstance(futures[key].exception(30), KeyError) for key in bad)
    assert count(on_sqlite) == len(good)
    assert max(map(ran.count, ran)) == 2  # each at most once without a savepoint, once with one


def test_waiting_works_share_one_transaction(on_sqlite: Database) -> None:
    seen: list[object] = []

    def note(connection: Connection) -> None:
        seen.append(connection.get_transaction())

    for future in held(on_sqlite, [note] * 5):
        future.result(30)
    assert len({id(transaction) for transaction in seen}) == 1


def test_who_comes_while_a_batch_runs_makes_up_the_next_one(on_sqlite: Database) -> None:
    """A few join it; the others' answers do not hold up theirs."""
    begun, gate, seen = Event(), Event(), list[object]()

    def note(connection: Connection) -> None:
        seen.append(connection.get_transaction())

    def hold(connection: Connection) -> None:
        begun.set()
        gate.wait(20)
        note(connection)

    futures = [on_sqlite.write(hold)]
    begun.wait(20)
    futures += [on_sqlite.write(note) for _ in range(FEW + 2)]
    gate.set()
    for future in futures:
        future.result(30)
    together = [seen.count(transaction) for transaction in dict.fromkeys(seen)]
    assert together == [FEW, 3]


def test_a_work_that_wants_to_be_alone_shares_with_nobody(on_sqlite: Database) -> None:
    gate, seen = Event(), list[object]()

    def note(connection: Connection) -> None:
        seen.append(connection.get_transaction())

    on_sqlite.write(lambda connection: gate.wait(20), alone=True)
    futures = [on_sqlite.write(note, alone=alone) for alone in (False, True, False)]
    gate.set()
    for future in futures:
        future.result(30)
    assert len({id(transaction) for transaction in seen}) == 3


@pytest.mark.fault("F57")
def test_when_the_transaction_vanishes_nobody_is_acknowledged_and_each_runs_again_alone(
    on_sqlite: Database,
) -> None:
    """F57: SQLite may roll back a whole batch by itself; the culprit fails, the others are kept."""

    def vanishes(connection: Connection) -> None:
        keep("ghost")(connection)
        raw: Any = connection.connection.dbapi_connection
        raw.execute("ROLLBACK")

    first, culprit, last = held(on_sqlite, [keep("a"), vanishes, keep("b")])
    assert (first.result(30), last.result(30)) == ("a", "b")
    assert isinstance(culprit.exception(30), Outage)
    assert count(on_sqlite) == 2


@pytest.mark.fault("F57")
def test_a_transaction_that_vanishes_with_an_error_is_noticed_too(on_sqlite: Database) -> None:
    def vanishes(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("ROLLBACK")
        raise KeyError("mistake")

    first, culprit = held(on_sqlite, [keep("a"), vanishes])
    assert first.result(30) == "a"
    assert isinstance(culprit.exception(30), KeyError)
    assert count(on_sqlite) == 1


@pytest.mark.fault("F51")
def test_a_full_disk_is_an_outage_and_leaves_nothing_half_done(on_sqlite: Database) -> None:
    """F51: once there is room again, the desk goes on by itself."""

    def fills(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        for number in range(2000):
            keep(f"{number}-{'x' * 500}")(connection)

    futures = held(on_sqlite, [keep("a"), fills, keep("b")])
    assert isinstance(futures[1].exception(30), Outage)
    assert [futures[0].result(30), futures[2].result(30)] == ["a", "b"]
    assert count(on_sqlite) == 2


def test_a_turn_past_its_budget_is_dropped_before_it_begins(
    on_sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "BUDGET", -1.0)
    with pytest.raises(Busy):
        on_sqlite.write(keep("late")).result(30)
    monkeypatch.undo()
    assert count(on_sqlite) == 0


@pytest.mark.fault("F51")
def test_a_database_held_by_another_process_is_an_outage(
    on_sqlite: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite.driver().connect(parse(sqlite_url).database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Outage):
        on_sqlite.write(keep("a")).result(30)
    other.execute("ROLLBACK")
    other.close()
    assert on_sqlite.write(keep("a")).result(30) == "a"


def test_a_reader_sees_one_snapshot_and_does_not_wait_for_the_writer(on_sqlite: Database) -> None:
    if not on_sqlite.describe()["wal"]:
        pytest.skip("this SQLite has the WAL-reset bug: readers and the writer take turns")
    gate = Event()

    def writes(connection: Connection) -> None:
        keep("a")(connection)
        gate.wait(20)

    writing = on_sqlite.write(writes)
    assert count(on_sqlite) == 0
    gate.set()
    writing.result(30)
    assert count(on_sqlite) == 1


def test_a_reader_cannot_write(database: Database) -> None:
    assert database.read(keep("a")).exception(30) is not None
    assert count(database) == 0


def test_eight_threads_that_read_then_write_lose_no_update(
    database: Database, watch: Watch
) -> None:
    turns = bare_turns(database, watch)

    def one(_: int) -> None:
        turns.run(lambda turn: turn.counters.next("c")).result(30)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(80)))
    assert turns.run(lambda turn: turn.counters.next("c")).result(30) == 81


def test_after_close_nothing_is_acknowledged(database_url: str, watch: Watch) -> None:
    database = Database.open(database_url, clock=watch, fast=True)
    database.close()
    with pytest.raises(Outage):
        database.write(keep("a")).result(30)


def test_close_finishes_what_waits(database_url: str, watch: Watch) -> None:
    database = Database.open(database_url, clock=watch, fast=True)
    futures = [database.write(keep(str(number))) for number in range(20)]
    database.close()
    assert [future.result(0) for future in futures] == [str(number) for number in range(20)]


def test_a_savepoint_is_undone_alone(turns: Turns) -> None:
    def work(turn: Turn) -> None:
        turn.settings.set("kept", 1)
        with pytest.raises(KeyError):
            undone(turn)

    def undone(turn: Turn) -> None:
        with turn.savepoint():
            turn.settings.set("undone", 1)
            raise KeyError("mistake")

    turns.run(work).result(30)
    found = turns.read(lambda turn: (turn.settings.get("kept"), turn.settings.get("undone")))
    assert found.result(30) == (1, None)


def test_wal_is_used_only_where_the_reset_bug_is_mended() -> None:
    safe = [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 0)]
    unsafe = [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)]
    assert all(map(sqlite.wal_is_safe, safe))
    assert not any(map(sqlite.wal_is_safe, unsafe))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_another_database_is_refused_with_a_sentence(url: str, watch: Watch) -> None:
    with pytest.raises(ValueError, match="SQLite"):
        Database.open(url, clock=watch)
