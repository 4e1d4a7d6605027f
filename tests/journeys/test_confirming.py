"""The client's word on a solution: yes, no, not yet, thanks, or nothing that could be heard."""

import pytest

from policy.ticket import Closing, State
from scheduler.channel import Outcome, Result
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, Staff, World


async def solved(world: World) -> tuple[Someone, Staff]:
    """Marta's case, solved and asked about."""
    marta, camila = await taken(world)
    await camila.steps("solve", 1042, solution="se liberó la cola")
    return marta, camila


async def test_a_yes_closes_and_asks_how_it_went_once(world: World) -> None:
    marta, _ = await solved(world)
    await marta.presses("Sí, resuelto")
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.CONFIRMED)
    assert marta.labels == ["Calificar"]
    await marta.presses("Calificar")
    await marta.presses("Excelente")
    assert (await world.ticket(1042)).rating == 5
    heard = len(marta.heard)
    await world.waits(hours=100)
    assert len(marta.heard) == heard


async def test_a_plain_yes_in_words_is_the_button(world: World) -> None:
    marta, _ = await solved(world)
    await marta.says("si ya quedó, gracias")
    assert (await world.ticket(1042)).state is State.CLOSED


@pytest.mark.requirement("D21")
async def test_a_no_restarts_the_cycle_with_a_promise_of_the_same_length(world: World) -> None:
    """D21, S1-33: the new hour is told; the second no goes to level 2 as well."""
    marta, camila = await solved(world)
    first = (await world.ticket(1042)).promise
    await world.waits(hours=2)
    await marta.presses("No, sigue fallando")
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.round, ticket.answered_at) == (State.TAKEN, 2, None)
    assert ticket.promise.seconds == first.seconds
    assert ticket.promise.started_at == world.now
    assert "Camila" in marta.last
    assert "5:12 p. m." in marta.last
    await camila.steps("solve", 1042, solution="ahora sí")
    await marta.presses("No, sigue fallando")
    assert "nivel 2" in marta.last
    assert (await world.ticket(1042)).level == 2


async def test_not_tried_yet_starts_the_silence_again_once(world: World) -> None:
    """An answer: 24 h and 72 h count from it; said twice it moves nothing more."""
    marta, _ = await solved(world)
    await world.waits(hours=20)
    await marta.presses("Aún no lo pruebo")
    await world.waits(hours=60)
    assert (await world.ticket(1042)).state is State.SOLVED
    await marta.says("todavía no lo pruebo")
    await world.waits(hours=13)
    assert (await world.ticket(1042)).state is State.CLOSED


async def test_a_thanks_stops_the_clock_and_asks_once_but_is_no_yes(world: World) -> None:
    marta, _ = await solved(world)
    await marta.says("gracias!")
    assert marta.labels == ["Sí, resuelto", "No, sigue fallando"]
    heard = len(marta.heard)
    await world.waits(hours=200)
    assert len(marta.heard) == heard
    assert (await world.ticket(1042)).state is State.SOLVED
    await marta.says("muchas gracias")
    assert len(marta.heard) == heard


async def test_a_thumb_is_a_thanks(world: World) -> None:
    marta, _ = await solved(world)
    await marta.says("👍")
    await world.waits(hours=100)
    assert (await world.ticket(1042)).state is State.SOLVED


async def test_other_words_are_relayed_and_asked_again(world: World) -> None:
    marta, _ = await solved(world)
    await marta.says("mañana en la mañana reviso con el turno de la tarde el equipo")
    assert "Sí, resuelto" in marta.labels
    assert "turno de la tarde" in world.threads()[-1]


@pytest.mark.requirement("D20")
async def test_a_notice_that_did_not_arrive_closes_nothing(world: World) -> None:
    """D20: the engineer is told; silence presumes that the question was heard."""
    marta, camila = await taken(world)
    blocked = Outcome(result=Result.PERMANENT, code="Forbidden: bot was blocked by the user")
    world.telegram.answers[marta.address.chat] = blocked
    await camila.steps("solve", 1042, solution="listo")
    await world.waits(hours=100)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.undelivered) == (State.SOLVED, True)
    assert "1042" in camila.last


@pytest.mark.requirement("D20")
async def test_a_reminder_that_did_not_arrive_closes_nothing(world: World) -> None:
    marta, camila = await solved(world)
    blocked = Outcome(result=Result.PERMANENT, code="Forbidden: bot was blocked by the user")
    world.telegram.answers[marta.address.chat] = blocked
    await world.waits(hours=100)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.undelivered) == (State.SOLVED, True)
    assert "1042" in camila.last


@pytest.mark.requirement("D21")
async def test_after_closing_the_same_thing_opens_a_linked_case_with_one_press(
    world: World,
) -> None:
    """1.15, D21."""
    marta, _ = await solved(world)
    await marta.presses("Sí, resuelto")
    await world.waits(hours=48)
    await marta.says("otra vez no pasan las imágenes")
    assert marta.labels == ["Sigue lo mismo", "Es algo nuevo"]
    await marta.presses("Sigue lo mismo")
    assert "unido al 1042" in marta.last
    assert (await world.ticket(1043)).linked_to == 1042


async def test_a_thanks_after_closing_opens_nothing(world: World) -> None:
    marta, _ = await solved(world)
    await marta.presses("Sí, resuelto")
    await marta.says("gracias")
    assert await world.tickets() == []


@pytest.mark.fault("F39")
async def test_an_old_button_meets_todays_state(world: World) -> None:
    """U11: pressed after closing, it says how things stand and changes nothing."""
    marta, _ = await solved(world)
    yes = marta.button("Sí, resuelto").code
    no = marta.button("No, sigue fallando").code
    await marta.presses("", code=yes)
    await marta.presses("", code=no)
    assert (await world.ticket(1042)).state is State.CLOSED
    assert "cerrado" in marta.last.lower()


async def test_a_low_mark_reaches_the_supervisor(world: World) -> None:
    """1.16."""
    marta, _ = await solved(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    await marta.presses("Sí, resuelto")
    await marta.presses("Calificar")
    await marta.presses("Muy mal")
    await marta.presses("Tardó mucho")
    assert "1042" in lucia.last
    assert "Lucía" in marta.last
