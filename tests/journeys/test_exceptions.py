"""*Es una urgencia* while support is paused: a supervisor decides, with a reason told on."""

from pathlib import Path

import pytest

from handlers.inbound import Faults, HomeOpened, ShowForm, Toast
from handlers.letters.letter import plain
from tests.journeys.test_reactivation import pays
from tests.journeys.test_refusals import OVERDUE, heard_of, refused, trail
from tests.journeys.world import Someone, Staff, World

OPEN, KEEP = "Abrir como excepción", "Mantener la pausa"


async def asked(world: World, **more: object) -> tuple[Someone, Staff]:
    """Marta is refused and says that it is urgent; Lucía reads it."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await refused(world, **{"invoices": OVERDUE, **more})
    await marta.presses("Es una urgencia")
    return marta, lucia


@pytest.mark.requirement("S0-06")
async def test_an_emergency_is_opened_with_a_reason_that_everybody_reads(world: World) -> None:
    """From the draft, with its promise; marked on the card, in the trail and in the answer."""
    marta, lucia = await asked(world)
    assert "10:42" in marta.last and "decidan" in marta.last
    assert "Marta Ríos" in lucia.last and "resonador" in lucia.last
    assert lucia.labels == [OPEN, KEEP]
    form = await lucia.presses(OPEN)
    assert isinstance(form, ShowForm)
    assert await lucia.fills(form, reason="  ") == Faults(faults={"reason": "form.fault.empty"})
    await lucia.fills(form, reason="hay un paciente en urgencias esperando la imagen")
    assert "como excepción: hay un paciente en urgencias" in marta.last
    assert "Caso 1042" in marta.last and "p. m." in marta.last
    assert "Excepción" in world.card(1042) and "Lucía" in world.card(1042)
    assert "paciente en urgencias" in world.card(1042)
    (row,) = [row for row in await trail(world) if row.what == "exception"]
    assert (row.ticket, row.actor, row.facts["outcome"]) == (1042, lucia.person, "opened")
    assert row.facts["why"].startswith("hay un paciente")
    await marta.says("hola")
    assert "Seguir" not in marta.labels


@pytest.mark.requirement("S0-06")
async def test_an_emergency_that_is_kept_closed_is_told_with_its_reason(world: World) -> None:
    """What is left to do stands under it, and nothing that was written is lost."""
    marta, lucia = await asked(world)
    form = await lucia.presses(KEEP)
    await lucia.fills(form, reason="el pago se registra hoy mismo")
    assert "hoy mismo. Lo que contó sigue guardado" in marta.last
    assert marta.labels == ["Avisar a mi jefe", "Entendido"]
    assert await world.tickets() == []
    await marta.says("hola")
    assert "resonador" in marta.last and "Seguir" in marta.labels


@pytest.mark.requirement("S0-06")
async def test_of_two_supervisors_the_second_reads_what_the_first_decided(world: World) -> None:
    ada = await world.staff("Ada Luna", "supervisor")
    camila = await world.staff("Camila Duarte")
    marta, lucia = await asked(world)
    late_form = await ada.presses(OPEN)
    await lucia.fills(await lucia.presses(KEEP), reason="se paga hoy.")
    told = Toast(key="toast.review_decided", facts={"who": "Lucía", "outcome": "review.kept"})
    assert await ada.presses(OPEN) == told
    assert await ada.fills(late_form, reason="yo la abriría") == told
    code = ada.button(OPEN).code
    foreign = await camila.presses("", code=code)
    assert isinstance(foreign, Toast) and foreign.key == "staff_refusal.not_allowed"
    assert await world.tickets() == [] and "se paga hoy" in marta.last


@pytest.mark.requirement("S0-06")
async def test_while_nobody_decides_the_client_is_told_and_they_are_reminded_once(
    world: World,
) -> None:
    """The pack's half hour; nobody is promised what a person has not decided."""
    marta, lucia = await asked(world)
    await world.waits(minutes=29)
    assert "decidan" in marta.last
    await world.waits(minutes=1)
    assert "todavía no contesta" in marta.last
    assert "Sigue sin respuesta" in lucia.last and lucia.labels == [OPEN, KEEP]
    heard = len(lucia.heard)
    await world.waits(hours=3)
    assert len(lucia.heard) == heard
    await marta.presses("", code="c:urgent")
    assert "10:12" in marta.last and len(lucia.heard) == heard
    await lucia.fills(await lucia.presses(OPEN), reason="tarde, pero va.")
    assert "Caso 1042" in marta.last


async def test_an_exception_after_access_came_back_is_no_longer_needed(
    world: World, tmp_path: Path
) -> None:
    """The draft was offered already: two cases would be one too many."""
    marta, lucia = await asked(world)
    await pays(world, tmp_path)
    await lucia.presses("Reactivar ya")
    assert "Ya está activo" in marta.last
    form = await lucia.presses(OPEN)
    told = await lucia.fills(form, reason="va")
    assert told == Toast(key="toast.review_moot")
    assert await world.tickets() == []


async def test_an_exception_does_not_disturb_what_is_being_told_meanwhile(world: World) -> None:
    marta, lucia = await asked(world)
    await marta.commands("nuevo")
    asked_now = marta.last
    await lucia.fills(await lucia.presses(OPEN), reason="va.")
    assert "Caso 1042" in marta.last
    await marta.says("y esto otro también falla, la impresora no saca placas")
    assert asked_now and "Caso 1042" not in marta.last
    (case,) = await world.tickets()
    assert "resonador" in case.text and "impresora" not in case.text


async def test_what_waits_for_a_decision_stands_on_the_supervisors_home(world: World) -> None:
    marta, lucia = await asked(world)
    assert "Urgencia · Marta Ríos, Clínica Lago Gris" in await home(world, lucia)
    camila = await world.staff("Camila Duarte")
    assert "Urgencia" not in await home(world, camila)
    await lucia.fills(await lucia.presses(KEEP), reason="se paga hoy")
    assert "Urgencia" not in await home(world, lucia) and "se paga hoy" in marta.last


async def test_without_a_supervisor_in_reach_it_is_asked_in_the_engineers_channel(
    world: World,
) -> None:
    marta = await refused(world, invoices=OVERDUE)
    await marta.presses("Es una urgencia")
    in_room = [d for d in world.slack.sent if d.place.chat == "C1" and not d.place.thread]
    assert "Urgencia" in str(in_room[-1].letter.fallback)


async def test_an_old_button_of_an_emergency_meets_today(world: World) -> None:
    """Nothing was refused: there is nothing to except."""
    marta = await world.client()
    await marta.says("hola")
    await marta.presses("", code="c:urgent")
    assert sum("urgencia" in text for text in heard_of(marta)) == 0


async def home(world: World, who: Staff) -> str:
    """The Home tab of somebody of the desk."""
    opened = HomeOpened(address=who.address, key=f"h{world.next()}", at=world.now)
    await world.hears(opened)
    return " ".join(plain(block) for block in who.heard[-1].blocks)
