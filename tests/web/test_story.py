"""The story on the server: it plays to its end in every pack, it pauses, it can be ended."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import seed, story
from bot.app import App
from bot.stage import Stage
from bot.web import board
from bot.web.player import Player
from bot.web.tongue import Tongue
from handlers.wording import Words
from scheduler.clock import VirtualClock
from tests.web.served import TUESDAY, assembled


@pytest.fixture
async def app(tmp_path: Path, pack: str) -> App:
    """A desk whose clock stands still until the story moves it."""
    made = assembled(tmp_path, policy=pack, clock=VirtualClock(TUESDAY))
    await made.prepare()
    await made.desk.run(seed.seed)
    return made


def player(app: App, moved: Callable[[], None] = lambda: None, pace: float = 0.0) -> Player:
    assert app.hands is not None
    return Player(app.desk, app.hands, moved, pace=pace)


@pytest.mark.parametrize("pack", ["imexhs", "sgm"])
async def test_the_story_plays_to_its_end(app: App) -> None:
    one = player(app)
    one.play()
    telling = await one.finished()
    assert (telling.state, telling.step, telling.total) == ("done", 10, 10)
    await app.stop()


@pytest.mark.parametrize("pack", ["imexhs"])
async def test_a_paused_story_waits_before_its_next_step(app: App) -> None:
    steps: list[int] = []
    reached = asyncio.Event()

    def moved() -> None:
        steps.append(one.telling.step)
        if one.telling.step == 2 and not reached.is_set():
            reached.set()
            one.pause()

    one = player(app, moved)
    one.play()
    await reached.wait()
    one.play()  # a second press while one is told begins no other
    await asyncio.sleep(0)
    assert max(steps) == 2
    assert one.telling.state == "paused"
    one.resume()
    assert (await one.finished()).state == "done"
    await app.stop()


@pytest.mark.parametrize("pack", ["imexhs"])
async def test_a_story_that_is_ended_leaves_the_desk_as_it_was_told(app: App) -> None:
    reached = asyncio.Event()

    def moved() -> None:
        if one.telling.step == 4 and not reached.is_set():
            reached.set()
            one.pause()

    one = player(app, moved)
    one.play()
    await reached.wait()
    await one.stop()
    assert one.telling.state == "stopped"
    numbers = await app.desk.read(lambda turn: [t.number for t in turn.tickets.open()])
    assert numbers == [1042]
    await app.stop()


@pytest.mark.parametrize("pack", ["imexhs", "sgm"])
async def test_iris_has_three_cases_in_words_that_the_pack_knows(app: App) -> None:
    assert app.hands is not None
    stage = Stage(app.desk, app.hands)
    for step in story.of_iris(app.desk.book.name):
        await stage.play(step)
    opened = await app.desk.read(lambda turn: turn.tickets.open())
    assert len({ticket.subject for ticket in opened}) == 3
    assert all(ticket.typology for ticket in opened)
    look = await app.desk.read(lambda turn: board.drawn(turn, Tongue(turn.book, "es", turn.now)))
    assert f"3 casos sin dueño; el más viejo es el {opened[0].number}." in str(look)
    await app.stop()


def test_a_telling_takes_a_reader_forty_seconds() -> None:
    for pack in ("imexhs", "sgm"):
        assert 36 <= story.script(pack).seconds <= 44


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_step_has_its_caption_and_every_person_a_reason(language: str) -> None:
    words = Words(language, domain="console")
    for step in story.script("imexhs").steps:
        assert words.has(f"console.story.{step.name}")
    for one in seed.CLIENTS:
        assert words.has(one.why)
        assert all(words.has(sample) for sample in one.samples)


@pytest.mark.parametrize("pack", ["imexhs", "sgm"])
async def test_seeding_twice_is_seeding_once(app: App) -> None:
    before = await app.desk.read(lambda turn: turn.people.all())
    await app.desk.run(seed.seed)
    assert await app.desk.read(lambda turn: turn.people.all()) == before
    await app.stop()
