"""The migrations build what the tables say, once, however many processes start together."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from store import migrate
from store.database import Database
from store.tables import metadata
from tests.databases import PostgresServer, Watch

ROOT = Path(__file__).parents[2]


def test_the_migrated_schema_is_the_schema_of_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        # SQLite spells an empty default in two ways; on PostgreSQL defaults are compared too.
        defaults = connection.dialect.name == "postgresql"
        context = MigrationContext.configure(connection, opts={"compare_server_default": defaults})
        return compare_metadata(context, metadata)

    assert database.write(differences).result(30) == []


def test_the_known_revisions_are_those_of_the_scripts() -> None:
    scripts = ScriptDirectory(str(ROOT / "store" / "migrations"))
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == migrate.REVISIONS


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.write(migrate.revision).result(30) == migrate.HEAD


@pytest.mark.fault("F52")
def test_a_database_of_a_newer_release_is_left_as_it_is(database: Database) -> None:
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    database.write(lambda connection: connection.execute(newer).rowcount).result(30)
    database.migrate()
    assert database.write(migrate.revision).result(30) == "9999"


@pytest.mark.fault("F52")
@pytest.mark.slow
def test_three_processes_that_start_together_migrate_once_sqlite(tmp_path: Path) -> None:
    _three_migrate(f"sqlite:///{tmp_path / 'fresh.db'}")


@pytest.mark.fault("F52")
@pytest.mark.slow
@pytest.mark.postgres
def test_three_processes_that_start_together_migrate_once_postgresql(
    postgres_server: PostgresServer,
) -> None:
    postgres_server.run("CREATE DATABASE three_at_once")
    url = postgres_server.database("three_at_once")
    try:
        _three_migrate(url)
    finally:
        postgres_server.drop(url)


def _three_migrate(url: str) -> None:
    program = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from store.database import Database\n"
        "database = Database.open(sys.argv[1], clock=lambda: datetime.min.replace(tzinfo=UTC))\n"
        "database.migrate()\n"
        "database.close()\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [
        (process.communicate(timeout=50)[1].decode(), process.returncode) for process in started
    ]
    assert [code for _, code in ended] == [0, 0, 0], ended
    database = Database.open(url, clock=Watch(), fast=True)
    try:
        assert database.write(migrate.revision).result(30) == migrate.HEAD
    finally:
        database.close()
