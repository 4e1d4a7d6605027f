"""How long the desk waits before it speaks again is the pack's: nudges, reminders, closed cases."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from policy.pack import Policy
from store.turn import Turn
from tests.journeys.test_intake import ready
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, World, changed

HOUR = 3600


@pytest.mark.requirement("D10")
async def test_a_question_is_reminded_of_once_after_a_day(world: World) -> None:
    """1.10: while the clock rests the client is asked once more, and then no more."""
    marta, camila = await taken(world)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    heard = len(marta.heard)
    await world.waits(hours=23, minutes=59)
    assert len(marta.heard) == heard
    await world.waits(minutes=2)
    assert "¿qué mensaje sale?" in marta.last and len(marta.heard) == heard + 1
    await world.waits(days=5)
    assert len(marta.heard) == heard + 1


async def test_a_desk_of_less_patience_reminds_sooner(make_world: Callable[..., World]) -> None:
    world = make_world(change=hasty)
    marta, camila = await taken(world)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    heard = len(marta.heard)
    await world.waits(hours=2, minutes=1)
    assert len(marta.heard) == heard + 1


@pytest.mark.requirement("D21")
@pytest.mark.parametrize("policy", ["imexhs", "sgm", "generic", "ogtic", "contractor"])
async def test_a_closed_case_is_thought_of_for_a_fortnight(
    make_world: Callable[..., World], policy: str
) -> None:
    """1.15: its person writes again within so long, and is asked whether it is the same."""
    world = make_world(policy)
    marta, number = await closed(world)
    await world.waits(days=13, hours=23)
    await marta.says("buenas, sigue fallando lo de siempre en la oficina")
    assert marta.labels == ["Sigue lo mismo", "Es algo nuevo"]
    assert str(number) in marta.last


@pytest.mark.requirement("D21")
@pytest.mark.parametrize("policy", ["imexhs", "sgm", "generic", "ogtic", "contractor"])
async def test_after_that_a_word_is_a_new_story(
    make_world: Callable[..., World], policy: str
) -> None:
    world = make_world(policy)
    marta, _ = await closed(world)
    await world.waits(days=14, minutes=1)
    await marta.says("buenas, sigue fallando lo de siempre en la oficina")
    assert "Sigue lo mismo" not in marta.labels


async def test_a_desk_nudges_when_its_pack_says(make_world: Callable[..., World]) -> None:
    world = make_world(desk={"nudge_after": 2 * HOUR})
    marta = await ready(world)
    heard = len(marta.heard)
    await world.waits(hours=1, minutes=59)
    assert len(marta.heard) == heard
    await world.waits(minutes=2)
    assert "¿Seguimos?" in marta.last


async def closed(world: World) -> tuple[Someone, int]:
    """A case that Marta has confirmed, under any pack."""
    plan = world.book.plans[0].key
    marta = await world.client(plan=plan, country=world.book.desk.country)
    camila = await world.staff("Camila Duarte")
    await marta.says("se cayó todo el sistema, nadie puede trabajar")
    await marta.presses("Enviar")
    number = world.book.desk.first_number
    await world.desk.run(lambda turn: unnamed(turn, number))
    await camila.steps("claim", number)
    await camila.steps("solve", number, solution="se reinició el servicio")
    await marta.presses("Sí, resuelto")
    return marta, number


def unnamed(turn: Turn, number: int) -> None:
    """No row of the catalogue: then any words of its person may be about it."""
    ticket = turn.tickets.find(number)
    assert ticket is not None
    turn.tickets.save(replace(ticket, typology=None), quiet=True)


def hasty(book: Policy) -> Policy:
    """The pack with a reminder after two hours."""
    return changed(book, asked=book.asked.model_copy(update={"remind_after": 2 * HOUR}))
