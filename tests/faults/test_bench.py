"""The bench itself, for a few seconds: it kills, counts, and sees what it is there to see."""

from collections.abc import Callable
from pathlib import Path

import pytest

from store.sqlite import driver
from tests.databases import PostgresServer
from tests.faults.bench import Plan, Soak
from tests.faults.crowd import Manners
from tests.faults.reckoning import Reckoning, reckon

KILLS = 5
MANNERS = Manners(cases=2, texts=30, think=0.3, patience=90.0)

pytestmark = pytest.mark.slow


async def soaked(plan: Plan, url: str, folder: Path) -> tuple[Soak, Reckoning]:
    """A short storm."""
    soak = Soak(plan, url, folder)
    return soak, await soak.run()


def promises_kept(found: Reckoning) -> None:
    """Nothing was lost, and something happened."""
    assert found.violations == []
    assert found.counts["difference"] == 0
    assert found.counts["kills"] >= KILLS
    assert found.counts["acknowledged"] > 0
    assert sum(found.counts["letters"].values()) > 0


def loses_an_event(soak: Soak) -> None:
    soak.ledger.acknowledged.add("update:999")


def does_twice(soak: Soak) -> None:
    change(
        soak,
        "INSERT INTO messages (ticket, channel, account, chat, ref, direction, kind, at)"
        " SELECT ticket, channel, account, chat, ref, direction, kind, at FROM messages"
        " WHERE direction = 'in'",
    )


def forgets_a_letter(soak: Soak) -> None:
    change(soak, "UPDATE outbox SET state = 'claimed' WHERE id = (SELECT max(id) FROM outbox)")


def shows_a_copy(soak: Soak) -> None:
    wall = next(wall for wall in soak.polled.walls.values() if wall)
    wall.extend([wall[-1]] * 20)


def turns_letters_round(soak: Soak) -> None:
    change(
        soak,
        "UPDATE outbox SET refs = '[\"1\"]' WHERE channel = 'telegram' AND id ="
        " (SELECT max(late.id) FROM outbox late JOIN outbox early ON early.lane = late.lane"
        " AND early.id < late.id AND early.state = 'sent' AND early.refs <> '[]'"
        " WHERE late.channel = 'telegram' AND late.state = 'sent' AND late.refs <> '[]')",
    )


def opens_no_case(soak: Soak) -> None:
    change(soak, "DELETE FROM cards")


def hides_the_cases(soak: Soak) -> None:
    change(soak, "UPDATE conversations SET chat = '-' || chat")


def change(soak: Soak, statement: str) -> None:
    """The database, made to tell something else."""
    with driver().connect(soak.url.removeprefix("sqlite:///"), timeout=20) as connection:
        assert connection.execute(statement).rowcount > 0


SPOILT: dict[Callable[[Soak], None], str] = {
    loses_an_event: "acknowledged and not stored: update:999",
    does_twice: "stored and passed on (2, 1) times",
    forgets_a_letter: "is claimed",
    shows_a_copy: "messages, not",
    turns_letters_round: "stands before",
    opens_no_case: "has no card",
    hides_the_cases: "opened []",
}


@pytest.mark.timeout(400)
@pytest.mark.fault("F01", "F02", "F12", "F24", "F25", "F26", "F31", "F51")
async def test_a_storm_on_sqlite_and_a_reckoning_that_can_fail(
    sqlite_url: str, tmp_path: Path
) -> None:
    plan = Plan(
        database="sqlite", minutes=3, kills_in_all=KILLS, fast=True, manners=MANNERS, drain=150
    )
    soak, found = await soaked(plan, sqlite_url, tmp_path)
    promises_kept(found)
    for spoil, complaint in SPOILT.items():
        spoil(soak)
        assert any(complaint in one for one in reckon(soak.scene()).violations), complaint


@pytest.mark.postgres
@pytest.mark.timeout(400)
@pytest.mark.fault("F01", "F02", "F12", "F24", "F25", "F26", "F31", "F49")
async def test_a_storm_over_two_replicas(
    postgres_server: PostgresServer, postgresql_url: str, tmp_path: Path
) -> None:
    plan = Plan(
        database="postgresql",
        minutes=3,
        kills_in_all=KILLS,
        replicas=2,
        speed=20,
        restarts=False,
        manners=MANNERS,
        drain=150,
    )
    _, found = await soaked(plan, postgresql_url, tmp_path)
    promises_kept(found)
