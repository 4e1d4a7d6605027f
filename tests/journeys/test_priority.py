"""Which case goes first, why, and what its client hears of dates and places in the queue."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from policy.pack import Policy
from policy.ticket import State
from tests.journeys.test_clocks import sgm_case, through
from tests.journeys.test_hours import filed
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, Staff, World, changed

Make = Callable[..., World]


@pytest.mark.requirement("S0-70", "D1")
async def test_the_client_reads_why_and_the_card_says_it_in_one_line(world: World) -> None:
    """One clause each; a priority is never picked by its name, only "it got worse"."""
    omar = await filed(world)
    assert "prioridad media, por el tipo de falla" in omar.last
    assert "MEDIA por catálogo" in world.card(1042)
    await omar.says("empeoró")
    assert {"Todo detenido", "A todas"} <= set(omar.labels)
    await omar.presses("Todo detenido")
    assert "sube a prioridad alta" in omar.last
    assert "ALTA subió por lo que contó el cliente" in world.card(1042)


@pytest.mark.requirement("S0-70", "S0-75", "D1")
async def test_an_engineers_override_is_recorded_with_its_reason(world: World) -> None:
    marta, camila = await taken(world)
    await camila.steps("priority", 1042, priority="baja", reason="solo es un equipo de pruebas")
    assert "BAJA la cambió un ingeniero" in world.card(1042)
    assert "equipo de pruebas" in world.threads()[-1] and "ahora es prioridad baja." in marta.last
    trail = await world.desk.read(lambda turn: turn.audit.of(1042))
    (row,) = [row for row in trail if row.what == "priority"]
    assert row.facts["reason"] == "solo es un equipo de pruebas" and row.actor == camila.person


@pytest.mark.requirement("S1-52", "S1-53")
async def test_little_effort_goes_first_whatever_its_priority(sgm_world: World) -> None:
    """Marked by an engineer: on the card, on top of the lists, told to the client."""
    ana, camila = await sgm_case(sgm_world)
    await ana.says("nuevo")
    await ana.says("no imprime el informe, solo a mí, desde ayer")
    await ana.presses("Enviar")
    low = await sgm_world.ticket(3106)
    assert low.priority != (await sgm_world.ticket(3105)).priority
    lucia = await sgm_world.staff("Lucía Mora", "supervisor")
    assert await order_of(lucia) == [3105, 3106]
    await camila.steps("quick", 3106)
    assert await order_of(lucia) == [3106, 3105]
    assert "Esfuerzo bajo" in sgm_world.card(3106) and "Tabla 5" in sgm_world.card(3106)
    assert "pasa antes que los demás" in ana.last
    assert "quick" not in sgm_world.card_codes(3106)
    assert (await sgm_world.ticket(3106)).priority == low.priority


@pytest.mark.requirement("S1-52")
async def test_answers_that_were_not_given_are_taken_as_the_policy_says(
    sgm_world: World,
) -> None:
    """Nobody knows how far it reaches: neither the most urgent nor the least."""
    ana = await sgm_world.client("Ana Gil", plan="sgm")
    await ana.says("pasa algo raro con el programa")
    for _ in range(8):
        if "Enviar" in ana.labels:
            break
        await ana.says("no sé")
    await ana.presses("Enviar")
    assert "(prioridad media, por su alcance y urgencia)" in ana.last


@pytest.mark.requirement("S1-26")
async def test_an_estimated_time_grows_with_notice_and_stands_in_the_report(
    sgm_world: World,
) -> None:
    """Before it runs out, to a later hour, with a reason; a time without an asterisk does not."""
    ana, camila = await asked_for(sgm_world, "necesito que actualicen los datos de un usuario")
    before = (await sgm_world.ticket(3105)).promise
    assert before.source == "request" and before.due == sgm_world.now + timedelta(hours=24)
    await camila.steps("date", 3105, kind="extension", when="viernes 10 am", reason="")
    assert (await sgm_world.ticket(3105)).promise == before
    await camila.steps("date", 3105, kind="extension", when="viernes 10 am", reason="Son muchos.")
    promise = (await sgm_world.ticket(3105)).promise
    assert promise.due == datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    assert "viernes 27" in ana.last and "Son muchos." in ana.last and "Tabla 2" in ana.last
    assert "Plazo estimado ampliado" in sgm_world.card(3105)
    lucia = await sgm_world.staff("Lucía Mora", "supervisor")
    await lucia.commands("report", "sla hoy")
    assert "se ampliaron con aviso: 1 (casos 3105)" in lucia.last


@pytest.mark.requirement("S1-13")
async def test_a_time_that_is_no_estimate_does_not_grow(sgm_world: World) -> None:
    """Ten minutes, printed without an asterisk."""
    await asked_for(sgm_world, "hay que corregir el número de identidad de un paciente")
    assert (await sgm_world.ticket(3105)).promise.seconds == 600
    assert "date" not in sgm_world.card_codes(3105)


@pytest.mark.requirement("S1-58")
async def test_planned_work_gets_a_date_that_both_agreed_on(sgm_world: World) -> None:
    """No figure at first; then an hour, with its alarms, in place of one."""
    ana, camila = await sgm_case(sgm_world)
    await camila.steps("priority", 3105, priority="planeado", reason="es una migración")
    assert (await sgm_world.ticket(3105)).promise.due is None
    assert "sin plazo de respuesta" in sgm_world.card(3105)
    await camila.steps("date", 3105, when="2026-11-30 08:00", reason="")
    promise = (await sgm_world.ticket(3105)).promise
    assert (promise.source, promise.due) == ("agreed", datetime(2026, 11, 30, 13, 0, tzinfo=UTC))
    assert "quedamos para el lunes 30 de noviembre" in ana.last and "Tabla 5" in ana.last
    await sgm_world.waits(days=7)
    assert "no alcanzamos" in " ".join(str(letter.fallback) for letter in ana.heard)


@pytest.mark.requirement("S1-55", "S1-58")
async def test_planned_work_that_becomes_urgent_is_owed_from_then_on(sgm_world: World) -> None:
    """Nothing was late before: the two hours count from the change."""
    _, camila = await sgm_case(sgm_world)
    await camila.steps("priority", 3105, priority="planeado", reason="es una migración")
    await sgm_world.waits(days=3)
    await camila.steps("priority", 3105, priority="alta", reason="ya nadie puede facturar")
    due = (await sgm_world.ticket(3105)).promise.due
    assert due == sgm_world.now + timedelta(hours=2)
    assert "VENCIDO" not in sgm_world.card(3105)


@pytest.mark.requirement("S3-09")
async def test_an_estimated_date_of_solution_is_told_and_watched_over(make_world: Make) -> None:
    """OGTIC: labelled an estimate; when it comes, whoever has the case hears of it."""
    world = make_world("ogtic")
    ana = await ogtic_client(world)
    number = (await world.tickets())[0].number
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", number)
    await camila.steps("date", number, when="mañana", reason="")
    await camila.steps("date", number, when="1/1/2020 10:00", reason="")
    assert "fecha" not in ana.last
    await camila.steps("date", number, when="viernes 15:00", reason="Falta una prueba.")
    assert "calculamos tenerlo listo" in ana.last and "viernes 27" in ana.last
    assert "3:00 p. m." in ana.last and "Es una estimación" in ana.last
    assert "Fecha estimada: vie 27, 3:00 p. m." in world.card(number)
    await ana.says(f"caso {number}")
    assert "Fecha estimada: el viernes 27" in ana.last
    await world.waits(days=4)
    assert "llegó la hora" in camila.last


@pytest.mark.requirement("S2-05", "S2-06", "S2-07", "S2-08", "D18")
async def test_without_figures_the_order_of_attention_is_told(make_world: Make) -> None:
    """Critical first, questions by arrival; how many are before; no hour is promised."""
    world = make_world("generic")
    first = await asking(world, "Ana Gil")
    assert "en orden de llegada" in first.last and "el siguiente de la fila" in first.last
    second = await asking(world, "Berta Paz")
    assert "Antes hay 1 en la fila" in second.last and "le responde" not in second.last
    await second.says("¿alguna novedad?")
    assert "Antes hay 1 en la fila" in second.last
    alarmed = await world.client("Ciro Luna", plan=world.book.plans[0].key)
    await alarmed.says("el sitio está caído, nadie puede trabajar")
    await alarmed.presses("Enviar")
    assert "antes que los demás" in alarmed.last and "el siguiente de la fila" in alarmed.last
    tickets = await world.tickets()
    assert all(ticket.promise.due is None for ticket in tickets)
    lucia = await world.staff("Lucía Mora", "supervisor")
    numbers = [ticket.number for ticket in tickets]
    assert await order_of(lucia) == [numbers[2], numbers[0], numbers[1]]


@pytest.mark.requirement("S2-06")
async def test_an_owners_figure_is_told_as_an_estimate(make_world: Make) -> None:
    """It promises nothing: no deadline runs, no alarm rings."""
    world = make_world("generic", change=with_estimate)
    ana = await asking(world, "Ana Gil")
    assert "Podría ser" in ana.last and "es una estimación, no un compromiso" in ana.last
    (ticket,) = await world.tickets()
    assert ticket.promise.due is None
    await world.waits(days=5)
    assert (await world.ticket(ticket.number)).state is State.NEW
    assert "VENCIDO" not in world.card(ticket.number)


def with_estimate(book: Policy) -> Policy:
    """The pack of an owner who tells how long a question may take."""
    assert book.attention is not None
    turns = tuple(
        turn.model_copy(update={"estimate": 7200}) if not turn.first else turn
        for turn in book.attention.turns
    )
    return changed(book, attention=book.attention.model_copy(update={"turns": turns}))


async def order_of(supervisor: Someone) -> list[int]:
    """The case numbers of the pending report, from the top."""
    await supervisor.commands("report", "pendientes hoy")
    words = supervisor.last.replace("·", " ").split()
    found = [int(word) for word in words if word.isdecimal() and len(word) >= 4]
    return list(dict.fromkeys(number for number in found if number != 2026))


async def asking(world: World, name: str) -> Someone:
    """Somebody with a question of use, filed."""
    person = await world.client(name, plan=world.book.plans[0].key)
    await person.says("tengo una pregunta")
    await through(person)
    if "Es otro caso" in person.labels:
        await person.presses("Es otro caso")
    return person


async def ogtic_client(world: World) -> Someone:
    """Somebody with a question for OGTIC, filed."""
    person = await world.client("Ana Gil", plan=world.book.plans[0].key, country="DO")
    await person.says("¿cómo puedo descargar el reporte de usuarios?")
    await through(person)
    return person


async def asked_for(world: World, text: str) -> tuple[Someone, Staff]:
    """A request of Tabla 2, taken."""
    ana = await world.client("Ana Gil", plan="sgm")
    await ana.says(text)
    await through(ana)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 3105)
    return ana, camila
