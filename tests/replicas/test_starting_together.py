"""F52: several replicas start at once over a database of an older release, or over none at all."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, text

from store import migrate
from tests.databases import PostgresServer
from tests.replicas.conftest import Make
from tests.replicas.places import opened

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine

ROOT = Path(__file__).parents[2]
OLDER = migrate.REVISIONS[0]
CLINIC = "INSERT INTO organisations (name, folded, country, plan) VALUES ('A', 'a', 'CO', 'bronce')"
GROWN = f"""
import sys
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from scheduler.clock import SystemClock
from store.database import Database
database = Database.open(sys.argv[1], clock=SystemClock().now)
config = Config()
config.set_main_option("script_location", "store/migrations")
config.set_main_option("path_separator", "os")
with database.engine.begin() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, "{OLDER}")
    connection.execute(text("{CLINIC}"))
database.close()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.run("CREATE DATABASE together")
    url = server.database("together")
    yield url
    server.drop(url)


@pytest.mark.fault("F52")
async def test_an_older_database_is_brought_up_once_by_those_who_start_together(
    empty: str, fleet: Make
) -> None:
    """What was in it is still there; both serve it."""
    older = await asyncio.create_subprocess_exec(sys.executable, "-c", GROWN, empty, cwd=ROOT)
    assert await older.wait() == 0
    ups = await fleet(RADICA_DATABASE_URL=empty).up("web", "all")
    async with httpx.AsyncClient() as client:
        answers = [await client.get(f"{one.url}/readyz") for one in ups]
    assert [answer.json()["ready"] for answer in answers] == [True, True]
    with opened(empty) as database:
        assert database.read(migrate.revision).result(30) == migrate.HEAD
        names = database.read(_names).result(30)
    assert names.count("A") == 1
    assert len(names) == len(set(names))
    assert [await one.stops() for one in ups] == [0, 0]


@pytest.mark.postgres
@pytest.mark.fault("F52")
async def test_three_roles_start_together_over_nothing(
    postgres_server: PostgresServer, fleet: Make
) -> None:
    """Two web replicas, which answer and keep no time, and a worker, which has no door."""
    postgres_server.run("CREATE DATABASE roles")
    url = postgres_server.database("roles")
    web, other, worker = await fleet(RADICA_DATABASE_URL=url).up("web", "web", "worker")
    async with httpx.AsyncClient() as client:
        for one in (web, other):
            answer = (await client.get(f"{one.url}/readyz")).json()
            assert answer == {"ready": True, "database": "ok", "ticker": "stopped"}
    assert "http" not in worker.out
    assert [await one.stops() for one in (web, other, worker)] == [0, 0, 0]
    with opened(url) as database:
        names = database.read(_names).result(30)
    assert len(names) == len(set(names)) > 0
    postgres_server.drop(url)


def _names(connection: Connection) -> list[str]:
    return [*connection.execute(text("SELECT name FROM organisations")).scalars()]
