"""What the demo shows after the story: the thing that makes each policy different."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import seed, story_of_policy
from bot.app import App, assemble
from bot.settings import Settings
from bot.stage import Stage
from handlers.wording import Words
from policy import pack
from scheduler.clock import VirtualClock
from tests.journeys.world import TUESDAY


@pytest.fixture(params=pack.names())
async def app(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[App]:
    found = Settings.local(request.param, f"sqlite:///{tmp_path / 'demo.db'}")
    made = assemble(found, clock=VirtualClock(TUESDAY), fast=True)
    await made.prepare()
    await made.desk.run(seed.seed)
    yield made
    await made.stop()


async def test_each_policy_shows_what_is_its_own(app: App) -> None:
    """Every step checks what must stand on the wall: a clause, a time, a question."""
    own = story_of_policy.steps(app.desk.book.name)
    assert own and own[-1].expect
    assert app.hands is not None
    stage = Stage(app.desk, app.hands)
    for step in own:
        await stage.play(step)


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_is_their_own_has_a_caption(language: str) -> None:
    words = Words(language, domain="console")
    for name in pack.names():
        for step in story_of_policy.steps(name):
            assert words.has(f"console.story.{step.name}")
