"""A copy of the database is taken while the desk works, and put back whole."""

from pathlib import Path

import pytest

from store.backup import backup, restore
from store.database import Database
from tests.databases import Watch, bare_turns
from tests.store.givens import a_client


def test_a_copy_taken_at_work_holds_what_was_committed(
    sqlite_url: str, tmp_path: Path, watch: Watch
) -> None:
    database = Database.open(sqlite_url, clock=watch, fast=True)
    turns = bare_turns(database, watch)
    try:
        turns.run(lambda turn: turn.settings.set("kept", 1)).result(30)
        copy = backup(sqlite_url, tmp_path / "copies" / "radica.db")
        turns.run(lambda turn: turn.settings.set("later", 1)).result(30)
    finally:
        database.close()
    assert restore(copy, sqlite_url, now=watch.now) == []
    again = Database.open(sqlite_url, clock=watch, fast=True)
    try:
        found = bare_turns(again, watch).read(lambda turn: turn.settings.starting("")).result(30)
    finally:
        again.close()
    assert found == {"kept": 1}


@pytest.mark.fault("F55")
def test_who_was_erased_is_erased_again_after_an_older_copy_is_put_back(
    sqlite_url: str, tmp_path: Path, watch: Watch
) -> None:
    """F55."""
    database = Database.open(sqlite_url, clock=watch, fast=True)
    turns = bare_turns(database, watch)
    person = turns.run(a_client).result(30)
    copy = backup(sqlite_url, tmp_path / "copy.db")
    turns.run(lambda turn: turn.erasure.erase(person.id)).result(30)
    database.close()

    assert restore(copy, sqlite_url, now=watch.now) == [person.id]
    again = Database.open(sqlite_url, clock=watch, fast=True)
    try:
        found = bare_turns(again, watch).read(lambda turn: turn.people.get(person.id)).result(30)
    finally:
        again.close()
    assert person.name not in found.name
    assert not found.active


def test_what_is_no_copy_is_refused_and_nothing_is_harmed(
    sqlite_url: str, tmp_path: Path, watch: Watch
) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"no database at all" * 100)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    before = file.read_bytes()
    with pytest.raises(ValueError, match="no database"):
        restore(junk, sqlite_url, now=watch.now)
    with pytest.raises(ValueError, match="no copy"):
        restore(tmp_path / "absent", sqlite_url, now=watch.now)
    assert file.read_bytes() == before


def test_a_copy_never_overwrites_and_needs_a_database(sqlite_url: str, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(ValueError, match="exists already"):
        backup(sqlite_url, taken)
    with pytest.raises(ValueError, match="no database at"):
        backup(f"sqlite:///{tmp_path / 'absent.db'}", tmp_path / "copy")
    with pytest.raises(ValueError, match="pg_dump"):
        backup("postgresql://somewhere/radica", tmp_path / "copy")
