"""A copy of the database is taken while the desk works, and put back whole (F51, F55)."""

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import make_url

from policy.errors import Outage
from store.backup import backup, restore
from store.database import Database, parse
from store.migrate import HEAD, REVISIONS, revision, upgrade
from store.sqlite import driver
from store.turn import Turn, Turns
from store.values import Destination
from tests.databases import PostgresServer, Watch, bare_turns
from tests.store.givens import a_client

PLACE = Destination(channel="telegram", account="1", chat="7")
Empty = Callable[[], str]


@contextmanager
def opened(url: str, watch: Watch) -> Iterator[Turns]:
    database = Database.open(url, clock=watch, fast=True)
    try:
        yield bare_turns(database, watch)
    finally:
        database.close()


@pytest.fixture
def empty(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Empty]:
    """Databases of the same kind without a table, as on a new machine."""
    made: list[str] = []
    if database_url.startswith("sqlite"):
        yield lambda: f"sqlite:///{tmp_path / 'elsewhere' / 'radica.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")

    def another() -> str:
        name = f"{make_url(database_url).database}_{len(made)}"
        server.run(f'CREATE DATABASE "{name}"')
        made.append(server.database(name))
        return made[-1]

    yield another
    for url in made:
        server.drop(url)


def both(number: int) -> Callable[[Turn], None]:
    """Two rows in two tables, and a number that is drawn: whole turns or nothing."""

    def work(turn: Turn) -> None:
        turn.settings.set(f"turn.{number}", number)
        turn.timers.set("test", str(number), turn.now)
        turn.say(PLACE, f"turn.{number}")

    return work


def counted(turn: Turn) -> tuple[set[str], set[str], set[str]]:
    settings = {name.partition(".")[2] for name in turn.settings.starting("turn.")}
    timers = {timer.about for timer in turn.timers.list(100_000)}
    letters = {row.key.partition(".")[2] for row in turn.outbox.list(limit=100_000)}
    return settings, timers, letters


def test_the_desk_works_on_while_it_is_copied_and_the_copy_is_of_one_moment(
    database_url: str, empty: Empty, tmp_path: Path, watch: Watch
) -> None:
    """The rehearsal: copied under load, put back on a new machine, and worked on."""
    begun, over = Event(), Event()
    with opened(database_url, watch) as turns:
        for number in range(100):
            turns.run(both(number)).result(30)
        written: list[int] = []

        def go_on() -> None:
            while not over.is_set():
                number = 100 + len(written)
                turns.run(both(number)).result(30)
                written.append(number)
                begun.set()

        working = Thread(target=go_on)
        working.start()
        assert begun.wait(30)
        copy = backup(database_url, tmp_path / "copies" / "radica.copy")
        over.set()
        working.join()
        highest = turns.read(lambda turn: turn.outbox.list(limit=1)[0].id).result(30)
    new = empty()
    assert restore(copy, new, now=watch.now) == []
    assert copy.stat().st_mode & 0o077 == 0
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]
    with opened(new, watch) as turns:
        settings, timers, letters = turns.read(counted).result(30)
        assert settings == timers == letters
        assert {str(number) for number in range(101)} <= settings
        turns.run(both(999_999)).result(30)
        last = turns.read(lambda turn: turn.outbox.list(limit=1)[0].id).result(30)
    assert last > len(letters)
    assert highest >= len(letters)


def test_a_copy_put_back_in_place_brings_back_what_was_there(
    database_url: str, tmp_path: Path, watch: Watch
) -> None:
    with opened(database_url, watch) as turns:
        turns.run(lambda turn: turn.settings.set("kept", {"ñ": "a\tb\\n\n'"})).result(30)
        copy = backup(database_url, tmp_path / "radica.copy")
        turns.run(lambda turn: turn.settings.set("later", 1)).result(30)
    assert restore(copy, database_url, now=watch.now) == []
    with opened(database_url, watch) as turns:
        found = turns.read(lambda turn: turn.settings.starting("")).result(30)
    assert found == {"kept": {"ñ": "a\tb\\n\n'"}}


@pytest.mark.fault("F55")
def test_who_was_erased_is_erased_again_after_an_older_copy_is_put_back(
    database_url: str, tmp_path: Path, watch: Watch
) -> None:
    with opened(database_url, watch) as turns:
        person = turns.run(a_client).result(30)
        copy = backup(database_url, tmp_path / "copy")
        turns.run(lambda turn: turn.erasure.erase(person.id)).result(30)
    assert restore(copy, database_url, now=watch.now) == [person.id]
    with opened(database_url, watch) as turns:
        found = turns.read(lambda turn: turn.people.get(person.id)).result(30)
    assert person.name not in found.name
    assert not found.active


def test_what_is_no_copy_is_refused_and_nothing_is_harmed(
    database_url: str, tmp_path: Path, watch: Watch
) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"no database at all" * 100)
    with opened(database_url, watch) as turns:
        turns.run(both(1)).result(30)
    with pytest.raises(ValueError, match=r"no database|no copy"):
        restore(junk, database_url, now=watch.now)
    with pytest.raises(ValueError, match="no copy"):
        restore(tmp_path / "absent", database_url, now=watch.now)
    with opened(database_url, watch) as turns:
        assert turns.read(counted).result(30) == ({"1"}, {"1"}, {"1"})


def test_a_file_without_a_desk_is_no_copy_and_wipes_nothing(
    sqlite_url: str, tmp_path: Path, watch: Watch
) -> None:
    """An interrupted transfer leaves an empty file, which SQLite takes for a sound database."""
    empty, foreign, newer = tmp_path / "empty", tmp_path / "foreign", tmp_path / "newer"
    empty.touch()
    with closing(driver().connect(foreign)) as connection:
        connection.execute("CREATE TABLE foo (a)")
    with opened(sqlite_url, watch) as turns:
        turns.run(both(1)).result(30)
        backup(sqlite_url, newer)
    with closing(driver().connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    for file, why in ((empty, "no desk"), (foreign, "no desk"), (newer, "a newer release")):
        with pytest.raises(ValueError, match=why):
            restore(file, sqlite_url, now=watch.now)
    with opened(sqlite_url, watch) as turns:
        assert turns.read(counted).result(30) == ({"1"}, {"1"}, {"1"})


@pytest.mark.parametrize(
    "page",
    [
        *([], {"format": 1}, {"format": 1, "revision": HEAD, "tables": {}}),
        {"format": 1, "revision": HEAD, "tables": {"outbox": {}}, "sequences": {}},
        {"format": 1, "revision": HEAD, "tables": {"x": {"columns": ["a"], "rows": 0}}},
    ],
)
def test_an_archive_that_does_not_say_what_it_holds_is_refused(
    postgresql_url: str, tmp_path: Path, watch: Watch, page: Any
) -> None:
    with ZipFile(tmp_path / "odd", "w") as archive:
        archive.writestr("radica.json", json.dumps(page))
    with pytest.raises(ValueError, match="damaged, or of a format unknown"):
        restore(tmp_path / "odd", postgresql_url, now=watch.now)


@pytest.mark.fault("F51")
def test_a_copy_for_which_there_is_no_room_is_told_in_a_sentence_and_leaves_nothing(
    database_url: str, tmp_path: Path, watch: Watch
) -> None:
    with opened(database_url, watch) as turns:
        turns.run(both(1)).result(30)
        with no_room(), pytest.raises(ValueError, match="cannot be written|could not be copied"):
            backup(database_url, tmp_path / "copies" / "copy")
        (tmp_path / "file").touch()
        with pytest.raises(ValueError, match="cannot be written"):
            backup(database_url, tmp_path / "file" / "copy")
    assert list((tmp_path / "copies").iterdir()) == []


@contextmanager
def no_room() -> Iterator[None]:
    """No file grows beyond a kilobyte, as on a disk that is full."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def test_a_copy_never_overwrites_and_needs_a_desk(
    database_url: str, empty: Empty, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(ValueError, match="exists already"):
        backup(database_url, taken)
    with pytest.raises(ValueError, match="there is no d"):
        backup(empty(), tmp_path / "copies" / "copy")
    assert list((tmp_path / "copies").iterdir()) == []


def test_an_archive_damaged_half_way_leaves_the_database_as_it_was(
    postgresql_url: str, tmp_path: Path, watch: Watch
) -> None:
    """All tables in one transaction: also those that could be read are not replaced."""
    with opened(postgresql_url, watch) as turns:
        turns.run(both(1)).result(30)
        copy = backup(postgresql_url, tmp_path / "copy")
        turns.run(both(2)).result(30)
    broken = tmp_path / "broken"
    with ZipFile(copy) as whole, ZipFile(broken, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[: len(content) // 2] if "outbox" in name else content)
    with pytest.raises(ValueError, match="outbox"):
        restore(broken, postgresql_url, now=watch.now)
    with opened(postgresql_url, watch) as turns:
        assert turns.read(counted).result(30)[0] == {"1", "2"}


def test_a_desk_that_still_runs_is_not_pulled_from_under_its_feet(
    postgresql_url: str, tmp_path: Path, watch: Watch
) -> None:
    with opened(postgresql_url, watch) as turns:
        turns.run(both(1)).result(30)
        copy = backup(postgresql_url, tmp_path / "copy")
        with pytest.raises(Outage, match="stop the desk"):
            restore(copy, postgresql_url, now=watch.now)
        assert turns.read(counted).result(30)[0] == {"1"}


def test_a_copy_of_an_older_schema_is_brought_up_to_this_release(
    database_url: str, empty: Empty, tmp_path: Path, watch: Watch
) -> None:
    old = empty()
    database = Database.open(old, clock=watch, fast=True)
    with database.engine.begin() as connection:
        upgrade(connection, REVISIONS[0])
    database.close()
    copy = backup(old, tmp_path / "old")
    restore(copy, database_url, now=watch.now)
    database = Database.open(database_url, clock=watch, fast=True)
    assert database.read(revision).result(30) == HEAD
    database.close()


@pytest.mark.fault("F51")
def test_without_a_wal_the_writer_goes_on_between_two_steps_of_the_copy(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A file journal lets nobody write while somebody reads."""
    file = Path(parse(sqlite_url).database or "")
    with closing(driver().connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("CREATE TABLE much (text)")
        rows = [("x" * 4000,) for _ in range(6000)]
        connection.executemany("INSERT INTO much VALUES (?)", rows)
        connection.commit()
        writing = driver().connect(file, timeout=0.5, check_same_thread=False)
        done, written = Event(), list[int]()

        def go_on() -> None:
            while not done.is_set():
                writing.execute("INSERT INTO much VALUES ('later')")
                writing.commit()
                written.append(1)
                done.wait(0.02)

        working = Thread(target=go_on)
        working.start()
        copy = backup(sqlite_url, tmp_path / "copy")
        done.set()
        working.join()
        writing.close()
    assert written
    with closing(driver().connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM much").fetchone()[0] >= 6000
