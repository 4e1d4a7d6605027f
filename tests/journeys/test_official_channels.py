"""A desk attends by its official channels, which are those of the plan."""

from typing import Any

import pytest

from policy.pack import Policy
from tests.journeys.test_refusals import trail
from tests.journeys.world import World, changed

FAULT = "sale un error al guardar el formulario, nos pasa a varios desde hoy"


def _without_chat(book: Policy) -> Policy:
    plans = tuple(
        plan.model_copy(
            update={"channels": plan.channels.model_copy(update={"intake": ("mail", "portal")})}
        )
        for plan in book.plans
    )
    return changed(book, plans=plans)


async def told(world: World) -> Any:
    """What somebody reads who tells of a fault in the chat."""
    marta = await world.client(plan="general")
    await marta.says(FAULT)
    await marta.presses("Enviar")
    return marta


@pytest.mark.requirement("S2-13", "S2-03")
async def test_the_chat_opens_cases_where_it_is_one_of_the_official_channels(
    make_world: Any,
) -> None:
    world = make_world("generic")
    await told(world)
    assert len(await world.tickets()) == 1


@pytest.mark.requirement("S2-13", "S2-03")
async def test_where_it_is_none_the_official_ones_are_named_with_the_clause(
    make_world: Any,
) -> None:
    world = make_world("generic", change=_without_chat)
    marta = await told(world)
    assert "política, 7" in marta.last
    assert await world.tickets() == []
    assert "refused" in {row.what for row in await trail(world)}
