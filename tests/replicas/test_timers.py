"""G7: timers over several workers that are killed: each fires once, none early, none forgotten."""

from pathlib import Path

import pytest

from tests.replicas.fleet import Nursery
from tests.replicas.limits import StrictTelegram
from tests.replicas.timers import Night, Plan, faults

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine


@pytest.mark.postgres
@pytest.mark.fault("F45")
async def test_each_timer_fires_once_and_none_early_while_workers_are_killed(
    nursery: Nursery, postgresql_url: str, tmp_path: Path
) -> None:
    plan = Plan(count=300, replicas=3, kills=2, spread=2, longest=45)
    seen = await Night(plan, postgresql_url).run(nursery, tmp_path, lambda *_: None)
    assert faults(seen) == []
    assert (seen["fired_once"], seen["killed"]) == (300, 2)


@pytest.mark.postgres
@pytest.mark.fault("F44")
async def test_after_three_hours_without_anybody_each_timer_fires_once_and_nobody_is_flooded(
    nursery: Nursery, postgresql_url: str, tmp_path: Path
) -> None:
    """Three start together: who fires what is decided by the rows, and so is the pace."""
    telegram = StrictTelegram()
    plan = Plan(count=120, replicas=3, kills=0, spread=1, overdue=1.0, longest=45)
    night = Night(plan, postgresql_url, telegram)
    seen = await night.run(nursery, tmp_path, lambda *_: None)
    assert faults(seen) == []
    assert seen["fired_once"] == 120
    assert max(line["late_seconds"] for line in night.logged) > 9_000
    assert telegram.limits.refused == []
    assert telegram.calls("sendMessage")
