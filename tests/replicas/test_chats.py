"""G6, G9: letters of many chats through three dispatchers and a platform that refuses by chance."""

from pathlib import Path

import pytest

from tests.replicas.chats import Crowd, Plan, faults
from tests.replicas.fleet import Nursery

pytestmark = pytest.mark.timeout(180)  # processes on a busy machine

SMALL = Plan(chats=16, messages=4, dispatchers=3, silences=0.03, silence=0, longest=45)


@pytest.mark.postgres
@pytest.mark.fault("F28")
@pytest.mark.fault("F30")
async def test_each_chat_in_order_and_none_in_anothers_way(
    nursery: Nursery, postgresql_url: str, tmp_path: Path
) -> None:
    seen = await Crowd(SMALL, postgresql_url).run(nursery, tmp_path, lambda *_: None)
    assert faults(seen) == []
    assert seen["refused_on_purpose"] > 0
    # 64 letters at 20 a second, four of them in each chat a second apart: nobody waits for others.
    assert seen["clean_chats_done_after"] < 10
