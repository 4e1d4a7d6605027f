"""The gate: plan, products, channel, kind of client; what is told to whom, and the ways out."""

from datetime import date
from typing import Any

import pytest

from policy.pack import Policy
from tests.journeys.test_refusals import FAULT, OVERDUE, heard_of, refused, trail
from tests.journeys.world import World, changed

PORTAL = "el portal de pacientes está lento y no abre el visor de nadie"


@pytest.mark.requirement("S0-08", "S0-56")
async def test_a_product_that_was_not_bought_is_refused_with_its_clause(world: World) -> None:
    """Its clause, a quote, a person; what was told is kept."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await refused(world, products=("RIS",))
    assert "2.1.3" in marta.last and "lo cotizamos antes" in marta.last
    assert marta.labels == ["Pedir cotización", "Hablar con alguien", "Entendido"]
    await marta.presses("Pedir cotización")
    assert "área comercial" in marta.last
    assert "cotización" in lucia.last and "resonador" in lucia.last
    codes = [row.facts["code"] for row in await trail(world) if row.what == "refused"]
    assert codes == ["entitlement.not_covered"]


@pytest.mark.requirement("S0-08")
async def test_a_product_that_was_bought_is_served(world: World) -> None:
    marta = await world.client(products=("PACS", "RIS"))
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_who_sells_is_asked_before_the_supervisors(world: World) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    tomas = await world.staff("Tomás Rey", "sales")
    marta = await refused(world, products=("RIS",))
    await marta.presses("Pedir cotización")
    assert "Marta Ríos" in tomas.last and lucia.heard == []


@pytest.mark.requirement("S0-49")
async def test_the_administrator_is_sent_to_the_commercial_contact(world: World) -> None:
    """Who settles the account asks; the others have them told."""
    tomas = await world.staff("Tomás Rey", "sales")
    boss = await refused(world, contract_to=date(2026, 11, 1), roles=("client_admin",))
    assert boss.labels == ["Asesor comercial", "Hablar con alguien", "Entendido"]
    await boss.presses("Asesor comercial")
    assert "comercial" in tomas.last
    ana = await world.client("Ana Gil")
    await ana.says(FAULT)
    await ana.presses("Enviar")
    assert ana.labels == ["Avisar a mi jefe", "Hablar con alguien", "Entendido"]


@pytest.mark.requirement("S0-38", "D12", "S0-40")
async def test_chat_opens_cases_where_the_plan_has_it(make_world: Any) -> None:
    """BRONCE's intake holds chat; a plan without it is told by which way its cases come."""
    world = make_world()
    marta = await world.client(plan="bronce")
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    world = make_world(change=_by_portal_only)
    ana = await refused(world, plan="bronce")
    assert "portal" in ana.last and "imexhs.com" in ana.last and "sección 3" in ana.last
    assert ana.labels == ["Hablar con alguien", "Entendido"]
    boss = await world.client("Berta Paz", organisation="Hospital del Valle", plan="silver")
    await boss.says(FAULT)
    await boss.presses("Enviar")
    assert "Caso 1042" in boss.last


GATES: dict[str, tuple[dict[str, Any], str, str]] = {
    "S0-48 closing act": ({"closing_act": False}, "no_closing_act", "acta de cierre"),
    "S0-48 first invoice": ({"first_invoice": False}, "no_first_invoice", "primera factura"),
    "S0-49 signature": ({"signed": False}, "not_signed", "firmado"),
    "S0-49 contract": ({"contract_to": date(2026, 11, 23)}, "contract_ended", "23 de noviembre"),
    "S0-49 kind": ({"kind": "paciente"}, "no_contract", "contrato de soporte vigente"),
}


@pytest.mark.requirement("S0-48", "S0-49", "S0-01")
async def test_every_condition_is_told_in_plain_words_with_its_clause(world: World) -> None:
    """One institution for each; the reason is kept under its code."""
    for why, (standing, _, said) in GATES.items():
        marta = await refused(world, organisation=f"Clínica {why}", **standing)
        assert said in marta.last and "sección 4" in marta.last and "Guardé" in marta.last, why
        assert marta.labels == ["Avisar a mi jefe", "Hablar con alguien", "Entendido"], why
    codes = [row.facts["code"] for row in await trail(world) if row.what == "refused"]
    assert codes == [f"entitlement.{code}" for _, code, _ in GATES.values()]


@pytest.mark.requirement("S0-01", "S0-49")
async def test_clients_and_distributors_are_served(world: World) -> None:
    for kind in ("cliente", "socio", "Socio Comercial", "distribuidor", "client"):
        marta = await world.client(kind=kind, organisation=f"Clínica {kind}")
        await marta.says(FAULT)
        await marta.presses("Enviar")
        assert "abierto" in marta.last, kind


@pytest.mark.requirement("S0-06", "D5", "D22")
async def test_support_stops_on_day_sixteen_and_not_a_day_before(world: World) -> None:
    """Issued on the 9th: the 24th is day 15, the 25th is day 16; the figures are for one reader."""
    marta = await world.client(invoices=(("FV-77", date(2026, 11, 9), None),))
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    await world.waits(hours=13, minutes=49)  # a minute past midnight in Bogotá
    await marta.commands("nuevo")
    ana = await refused_too(world, "Ana Gil")
    assert "miércoles 25 de noviembre" in ana
    assert "FV-77" not in ana and "15" not in ana
    boss = await refused_too(world, "Berta Paz", roles=("client_admin",))
    assert "FV-77" in boss and "15 días" in boss and "9 de noviembre" in boss


@pytest.mark.requirement("S0-06")
async def test_the_days_are_those_of_the_desk_wherever_the_client_is(world: World) -> None:
    """Day 16 begins in Bogotá: for somebody in Argentina it is already two in the morning."""
    marta = await world.client(
        country="AR", plan="silver", invoices=(("FV-77", date(2026, 11, 9), None),)
    )
    await world.waits(hours=13, minutes=40)  # 11:52 p. m. of the 24th in Bogotá
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_a_case_that_stands_open_goes_on_while_support_is_paused(world: World) -> None:
    """The gate is asked before a case is opened; what was promised is kept."""
    marta = await world.client(invoices=(("FV-77", date(2026, 11, 9), None),))
    await marta.says(FAULT)
    await marta.presses("Enviar")
    await world.waits(days=2)
    await marta.says("sigue sin pasar imágenes")
    assert "1042" in heard_of(marta)[-1]


@pytest.mark.requirement("S0-06")
async def test_ways_out_are_those_of_the_pack(make_world: Any) -> None:
    """A pack that offers no urgency shows no such button."""
    world = make_world(change=_without_urgency)
    marta = await refused(world, invoices=OVERDUE)
    assert marta.labels == ["Avisar a mi jefe", "Entendido"]


async def refused_too(world: World, name: str, **more: Any) -> str:
    """What a colleague of Marta's reads."""
    who = await world.client(name, **more)
    await who.says(FAULT)
    await who.presses("Es otro caso")
    await who.presses("Enviar")
    return who.last


def _by_portal_only(book: Policy) -> Policy:
    plans = tuple(
        plan.model_copy(
            update={"channels": plan.channels.model_copy(update={"intake": ("portal",)})}
        )
        if plan.key == "bronce"
        else plan
        for plan in book.plans
    )
    return changed(book, plans=plans)


def _without_urgency(book: Policy) -> Policy:
    gates = tuple(
        gate.model_copy(update={"instead": ("pay",)}) if gate.key == "invoice" else gate
        for gate in book.entitlement
    )
    return changed(book, entitlement=gates)
