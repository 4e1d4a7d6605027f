"""G7: timers over several workers that are killed: each fires once, none early, none forgotten."""

from pathlib import Path

import pytest

from tests.replicas.fleet import Nursery
from tests.replicas.timers import Night, Plan, faults


@pytest.mark.postgres
@pytest.mark.fault("F45")
async def test_each_timer_fires_once_and_none_early_while_workers_are_killed(
    nursery: Nursery, postgresql_url: str, tmp_path: Path
) -> None:
    plan = Plan(count=300, replicas=3, kills=2, spread=4, longest=45)
    seen = await Night(plan, postgresql_url).run(nursery, tmp_path, lambda *_: None)
    assert faults(seen) == []
    assert (seen["fired_once"], seen["killed"]) == (300, 2)
