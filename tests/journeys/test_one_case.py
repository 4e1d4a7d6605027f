"""The main story: one question, one press, a race, a talk, a solution, silence, a report."""

import asyncio
from datetime import UTC, datetime

import pytest

from handlers.inbound import Toast
from policy.ticket import Closing, State
from tests.journeys.world import Someone, World

FAULT = "buenas, en la sala 2 el resonador no está pasando imágenes al PACS desde las 7"


async def test_a_good_first_message_costs_one_question_and_one_press(world: World) -> None:
    """U1: the missing fact is asked, the rest is understood; then number, priority and hour."""
    marta = await world.client()
    await marta.says(FAULT)
    assert "Hola, Marta" in marta.last
    assert "sala 2" in marta.last
    assert "¿A quién" in marta.last
    assert len(marta.heard) == 1

    await marta.presses("Solo a mí")
    assert "¿Lo envío?" in marta.last
    assert marta.labels[0] == "Enviar"

    await marta.presses("Enviar")
    assert "Caso 1042 · abierto" in marta.last
    assert "3:12 p. m." in marta.last
    assert "martes 24" in marta.last
    assert len(marta.heard) == 3

    ticket = await world.ticket(1042)
    assert ticket.priority == "high" or ticket.priority == "alta"
    assert ticket.promise.due == datetime(2026, 11, 24, 20, 12, tzinfo=UTC)
    assert "Sin dueño" in world.card(1042)


@pytest.mark.fault("F38")
async def test_two_engineers_press_at_once_and_one_has_it(world: World) -> None:
    """G8: the loser is told who has it; the client reads one name."""
    await open_case(world)
    camila = await world.staff("Camila Duarte")
    andres = await world.staff("Andrés Vega")
    code = world.card_button(1042, "claim").code

    first, second = await asyncio.gather(
        world.desk.receive(camila.press("", code=code)),
        world.desk.receive(andres.press("", code=code)),
    )
    await world.hears(andres.press("", code=code))
    ticket = await world.ticket(1042)
    assert ticket.state is State.TAKEN
    assert ticket.holder in (camila.person, andres.person)
    losers = [r for r in (first, second) if isinstance(r, Toast)]
    assert [r.key for r in losers] == ["toast.taken_by"]


@pytest.mark.requirement("D19", "S0-67")
async def test_words_pass_both_ways_and_the_first_answer_stops_the_clock(world: World) -> None:
    """D19: claiming does not stop the response clock; the first sent answer does."""
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    assert "Camila" in marta.last
    assert (await world.ticket(1042)).answered_at is None

    await world.waits(minutes=21)
    await camila.writes(1042, "Voy a liberar la cola; tarda unos 10 minutos.")
    assert "liberar la cola" in marta.last
    assert (await world.ticket(1042)).answered_at == world.now
    assert "✅" in world.marks()

    await marta.says("sale cola llena en la consola")
    assert "cola llena" in world.threads()[-1]


async def test_silence_after_a_solution_is_reminded_and_then_closes(world: World) -> None:
    """S1-31, S1-32: 24 h and 72 h from the sent notice; both sides are told."""
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("solve", 1042, solution="se liberó la cola de envío")
    assert "solucionado" in marta.last
    assert "cola de envío" in marta.last
    assert marta.labels == ["Sí, resuelto", "No, sigue fallando", "Aún no lo pruebo"]
    assert "miércoles 25" in marta.last
    assert "viernes 27" in marta.last

    said = len(marta.heard)
    await world.waits(hours=23, minutes=59)
    assert len(marta.heard) == said
    await world.waits(minutes=2)
    assert "¿quedó bien" in marta.last
    assert "viernes 27" in marta.last
    await world.waits(hours=48)
    assert "cerrado" in marta.last
    assert "72" in marta.last
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.SILENCE)
    assert len(marta.heard) == said + 2
    assert "silencio" in world.threads()[-1].lower()


async def test_a_supervisor_reads_the_week(world: World) -> None:
    """A report goes to the asker's direct message; anybody else is refused politely."""
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    lucia = await world.staff("Lucía Mora", "supervisor")
    await camila.steps("claim", 1042)
    await camila.steps("solve", 1042, solution="listo")
    await marta.presses("Sí, resuelto")
    await lucia.commands("report", "resumen semana")
    assert "Abiertos" in lucia.last or "abiertos" in lucia.last
    refused = await camila.commands("report", "resumen semana")
    assert isinstance(refused, Toast)
    assert refused.key.startswith("staff_refusal.")


async def open_case(world: World) -> Someone:
    """Marta's case, filed."""
    marta = await world.client()
    await marta.says(FAULT)
    await marta.presses("Solo a mí")
    await marta.presses("Enviar")
    return marta
