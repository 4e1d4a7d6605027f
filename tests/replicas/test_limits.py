"""G9: what three workers send together stays inside each platform's limits."""

from pathlib import Path

import pytest

from tests.replicas.fleet import Nursery
from tests.replicas.rush import Plan, Rush, faults

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine


@pytest.mark.postgres
@pytest.mark.fault("F30")
async def test_the_sum_of_three_workers_keeps_to_what_the_platforms_document(
    nursery: Nursery, postgresql_url: str, tmp_path: Path
) -> None:
    """More is written than may be sent; half-way the bot as a whole is told to wait."""
    seen = await Rush(Plan(seconds=6, replicas=3), postgresql_url).run(
        nursery, tmp_path, lambda *_: None
    )
    assert faults(seen) == []
    assert seen["telegram_sent"] > 20
    assert {"chat.postMessage", "chat.update", "reactions.add", "views.publish"} <= {
        *seen["slack_calls"]
    }
    assert 3 <= seen["refused_while_the_bot_was_flooded"] < 20
