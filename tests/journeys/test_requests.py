"""Requests by Tabla 2: the row decides committee, quote and time; the client approves first."""

import pytest

from handlers.inbound import Faults, ShowForm, Toast
from policy.ticket import State
from tests.journeys.world import Someone, Staff, World

LOW, MEDIUM, HIGH = "baja", "media", "media-alta"
NONE, QUOTED, DEPENDS = "No lleva cotización", "Lleva cotización", "depende de lo que cubra"

# Our own reading of Tabla 2: words, complexity, committee, quote, time, whether it is estimated.
ROWS = {
    "S1-12": ("actualizar los datos de un usuario", LOW, False, NONE, "24 h", True),
    "S1-13": ("corregir el número de identidad de una persona", LOW, False, NONE, "10 min", False),
    "S1-14": ("generar la base de datos estándar de vacunas", LOW, False, NONE, "24 h", True),
    "S1-15": ("habilitar un informe cerrado", LOW, False, NONE, "10 min", False),
    "S1-16": ("liberar un paciente", LOW, False, NONE, "10 min", False),
    "S1-17": ("agregar ítems a los parámetros de la cita", MEDIUM, True, NONE, "12 h", True),
    "S1-18": ("ajustar el informe RIPS", MEDIUM, False, NONE, "24 h", True),
    "S1-19": ("anular una factura", MEDIUM, False, NONE, "10 min", False),
    "S1-20": ("crear un usuario", LOW, True, DEPENDS, "24 h", True),
    "S1-21": ("ajustar una plantilla", HIGH, True, DEPENDS, "24 h", True),
    "S1-22": ("ajustar un reporte", HIGH, True, DEPENDS, "24 h", True),
    "S1-23": ("crear una plantilla nueva", HIGH, True, QUOTED, "72 h", True),
    "S1-24": ("crear un reporte nuevo", HIGH, True, QUOTED, "72 h", True),
    "S1-25": ("generar una base de datos personalizada", HIGH, True, DEPENDS, "72 h", True),
}
COMMITTEE = "Comité de control de cambios"
CASES = [pytest.param(row, id=id, marks=pytest.mark.requirement(id)) for id, row in ROWS.items()]


@pytest.mark.requirement("D15", "S1-26")
@pytest.mark.parametrize("row", CASES)
async def test_a_row_says_its_terms(
    sgm_world: World, row: tuple[str, str, bool, str, str, bool]
) -> None:
    """The receipt: time, quote, estimate, the committee where there is one; and so the card."""
    words, complexity, committee, quote, time, estimated = row
    marta = await requested(sgm_world, f"necesito {words}")
    told, card = marta.last, sgm_world.card(3105)
    assert f"SGM: {time}" in told and quote in told
    assert ("el plazo es estimado" in told) == estimated == ("tiempo estimado" in card)
    assert ("comité de control de cambios" in told) == committee == (COMMITTEE in card)
    assert f"Solicitud de complejidad {complexity} · comité: {'sí' if committee else 'no'}" in card
    assert ("ANTECEDENTES LABORALES" in card) == (words == ROWS["S1-14"][0])


@pytest.mark.requirement("S1-10", "D15")
async def test_a_request_outside_the_table_goes_to_the_committee(sgm_world: World) -> None:
    """It records complexity and quote, and its answer is told; before that nothing is solved."""
    marta = await client(sgm_world)
    await marta.says("no me funciona")
    await marta.presses("Necesito un cambio")
    await marta.says("que el sistema felicite a los pacientes en su cumpleaños")
    await marta.presses("Enviar")
    assert "comité de control de cambios" in marta.last
    ticket = await sgm_world.ticket(3105)
    assert (ticket.kind, ticket.typology) == ("request", None)
    camila = await boss(sgm_world)
    form = ShowForm(form="resolve", meta={"ticket": 3105, "holder": camila.person})
    assert await camila.fills(form, solution="hecho") == Toast(
        key="staff_refusal.undecided", facts={"number": 3105}
    )
    said = {"outcome": "approved", "reason": "entra en la versión de enero"}
    missing = await camila.steps("evaluate", 3105, **said)
    assert missing == Faults(
        faults=dict.fromkeys(("complejidad", "cotizacion"), "form.fault.empty")
    )
    await camila.steps("evaluate", 3105, complejidad="mayor", cotizacion="no lleva", **said)
    assert "· Aplica" in marta.last and "entra en la versión de enero" in marta.last
    await camila.steps("solve", 3105, solution="quedó en la versión nueva")
    assert (await sgm_world.ticket(3105)).state is State.SOLVED


@pytest.mark.requirement("S1-10")
async def test_the_committee_may_say_no(sgm_world: World) -> None:
    marta = await requested(sgm_world, "necesito ajustar una plantilla")
    camila = await boss(sgm_world)
    said = {"complejidad": "mayor", "cotizacion": "sí", "reason": "no está en el producto"}
    await camila.steps("evaluate", 3105, **said, outcome="rejected")
    assert "· No aplica" in marta.last and "no está en el producto" in marta.last
    assert "Enviar de nuevo" in marta.labels


@pytest.mark.requirement("S1-11", "S1-27", "S1-28")
async def test_nothing_is_carried_out_before_the_client_approves(sgm_world: World) -> None:
    """The proposal, its yes or no by button, another one after a no, and only then the work."""
    marta = await requested(sgm_world, "necesito ajustar el informe RIPS")
    camila = await boss(sgm_world)
    bare = await camila.steps("notice", 3105, paper="proposal", finding="")
    assert bare == Faults(faults={"finding": "form.fault.empty"})
    await camila.steps("notice", 3105, paper="proposal", finding="agregar la columna de CUPS")
    assert "Propuesta de solución" in marta.last and "columna de CUPS" in marta.last
    assert marta.labels == ["Apruebo", "No apruebo", "Hablar con alguien"]
    form = ShowForm(form="resolve", meta={"ticket": 3105, "holder": camila.person})
    refused = await camila.fills(form, solution="hecho")
    assert refused == Toast(key="staff_refusal.unapproved", facts={"number": 3105})
    old = marta.button("Apruebo").code
    await marta.presses("No apruebo")
    assert "no se hace nada sin su aprobación" in marta.last
    await marta.says("también falta la columna de diagnóstico")
    assert any("columna de diagnóstico" in line for line in sgm_world.threads())
    assert await camila.fills(form, solution="hecho") == refused
    await marta.presses("", code=old)
    assert (await sgm_world.ticket(3105)).details["proposal-proposal"] == "refused"
    await camila.steps("notice", 3105, paper="proposal", finding="las dos columnas")
    assert "espera la aprobación del cliente" in sgm_world.card(3105)
    await marta.presses("Apruebo")
    assert "quedó su aprobación" in marta.last
    assert any("Marta aprobó" in line for line in sgm_world.threads())
    await camila.steps("solve", 3105, solution="listas las dos columnas")
    assert (await sgm_world.ticket(3105)).state is State.SOLVED
    rows = await sgm_world.desk.read(lambda turn: turn.audit.of(3105))
    told = [row.what for row in rows if row.what.startswith("proposal_")]
    assert told == ["proposal_refused", "proposal_approved"]


async def client(world: World) -> Someone:
    return await world.client(plan="sgm")


async def requested(world: World, said: str) -> Someone:
    marta = await client(world)
    await marta.says(said)
    assert "¿Lo envío?" in marta.last
    await marta.presses("Enviar")
    return marta


async def boss(world: World) -> Staff:
    """Somebody who works cases and may decide, with the case in hand."""
    camila = await world.staff("Camila Duarte", "engineer", "supervisor")
    await camila.steps("claim", 3105)
    return camila
