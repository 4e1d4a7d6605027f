"""The bench itself, for a few seconds: it kills, counts, and sees what it is there to see."""

from pathlib import Path

import pytest

from tests.databases import PostgresServer
from tests.faults.bench import Plan, Soak
from tests.faults.crowd import Manners
from tests.faults.reckoning import Reckoning, reckon

KILLS = 5
MANNERS = Manners(cases=2, texts=30, think=0.3, patience=40.0)

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


@pytest.mark.timeout(240)
@pytest.mark.fault("F01", "F02", "F12", "F24", "F25", "F26", "F31", "F51")
async def test_a_storm_on_sqlite_and_a_reckoning_that_can_fail(
    sqlite_url: str, tmp_path: Path
) -> None:
    plan = Plan(
        database="sqlite", minutes=1, kills_in_all=KILLS, fast=True, manners=MANNERS, drain=90
    )
    soak, found = await soaked(plan, sqlite_url, tmp_path)
    promises_kept(found)
    soak.ledger.acknowledged.add("update:999")
    again = reckon(soak.scene())
    assert again.violations == ["acknowledged and not stored: update:999"]
    assert again.counts["difference"] == 1


@pytest.mark.postgres
@pytest.mark.timeout(240)
@pytest.mark.fault("F01", "F02", "F12", "F24", "F25", "F26", "F31", "F49")
async def test_a_storm_over_two_replicas(
    postgres_server: PostgresServer, postgresql_url: str, tmp_path: Path
) -> None:
    plan = Plan(
        database="postgresql",
        minutes=1,
        kills_in_all=KILLS,
        replicas=2,
        speed=20,
        restarts=False,
        manners=MANNERS,
        drain=90,
    )
    _, found = await soaked(plan, postgresql_url, tmp_path)
    promises_kept(found)
