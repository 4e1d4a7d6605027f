"""A payment is known: when access returns, who is told, and what the clock does about it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.imports import invoices
from handlers.inbound import Toast
from store.turn import Turn
from tests.journeys.test_refusals import FAULT, OVERDUE, heard_of, refused, trail
from tests.journeys.world import World

PAID = "organisation,number,issued_on,paid_on\nClínica Lago Gris,FV-2210,2026-11-06,2026-11-24\n"
BACK = "el viernes 27 de noviembre a las 12"  # Tuesday 3 p. m. and 2 + 9 + 9 + 4 working hours


async def pays(world: World, home: Path, text: str = PAID) -> None:
    """The file of invoices, imported while the desk is open."""
    file = home / "invoices.csv"
    file.write_text(text, encoding="utf-8")
    table = invoices.load(file)
    await world.desk.run(lambda turn: invoices.write(turn, table))
    await world.waits(seconds=1)


async def at_three(world: World) -> None:
    """Tuesday, 3 p. m. in Bogotá."""
    await world.waits(hours=4, minutes=48)


@pytest.mark.requirement("S0-07", "D5")
async def test_a_payment_is_answered_with_the_hour_at_which_access_returns(
    world: World, tmp_path: Path
) -> None:
    """Whoever was refused and the administrators hear it at once; at that hour the draft comes."""
    boss = await world.client("Berta Paz", roles=("client_admin",))
    other = await world.client("Ciro Luna", organisation="Hospital del Valle")
    marta = await refused(world, invoices=OVERDUE)
    await at_three(world)
    await pays(world, tmp_path)
    assert BACK in marta.last and "resonador" in marta.last and "2.1.2" in marta.last
    assert marta.labels == ["Es una urgencia", "Entendido"]
    assert BACK in boss.last and other.heard == []
    await marta.says("hola")
    await marta.presses("Seguir")
    await marta.presses("Enviar")
    assert BACK in marta.last and await world.tickets() == []
    await world.waits(days=2, hours=20, minutes=50)  # Friday, 11:50
    assert BACK in marta.last
    await world.waits(minutes=10)
    assert "Ya está activo" in marta.last
    assert marta.labels == ["Enviar", "Corregir", "Descartar"]
    assert "activo otra vez" in boss.last
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    await world.waits(days=2)
    assert sum("Ya está activo" in text for text in heard_of(marta)) == 1


@pytest.mark.requirement("S0-07")
async def test_no_look_at_the_contract_comes_before_the_hour(world: World, tmp_path: Path) -> None:
    """The timer of a chat that looked every few hours gives way to the exact one."""
    marta = await refused(world, invoices=OVERDUE)
    kinds = await world.desk.read(lambda turn: {timer.kind for timer in turn.timers.list()})
    assert "contract.look" in kinds
    await at_three(world)
    await pays(world, tmp_path)
    timers = await world.desk.read(lambda turn: turn.timers.list())
    found = {timer.kind: timer.due_at for timer in timers}
    assert found["contract.reopen"] == datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    assert "contract.look" not in found and marta.person


@pytest.mark.requirement("S0-07")
async def test_a_supervisor_gives_access_back_sooner(world: World, tmp_path: Path) -> None:
    """*Reactivar ya*: recorded with who did it; a second press says that nothing is pending."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    camila = await world.staff("Camila Duarte")
    marta = await refused(world, invoices=OVERDUE)
    await pays(world, tmp_path)
    assert "Pago registrado" in lucia.last and "Clínica Lago Gris" in lucia.last
    button = lucia.button("Reactivar ya").code
    refused_press = await camila.presses("", code=button)
    assert isinstance(refused_press, Toast) and refused_press.key == "staff_refusal.not_allowed"
    receipt = await lucia.presses("", code=button)
    assert isinstance(receipt, Toast) and receipt.key == "toast.reactivated"
    assert "Ya está activo" in marta.last
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    again = await lucia.presses("", code=button)
    assert isinstance(again, Toast) and again.key == "toast.already_active"
    rows = [row for row in await trail(world) if row.what == "reactivated"]
    assert [(row.actor, row.facts["early"]) for row in rows] == [(lucia.person, True)]
    await world.waits(days=4)
    assert sum("Ya está activo" in text for text in heard_of(marta)) == 1


async def test_a_supervisor_gives_access_back_by_name(world: World, tmp_path: Path) -> None:
    """/radica reactivar, where the message with the button is far up."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await refused(world, invoices=OVERDUE)
    unpaid = await lucia.commands("radica", "reactivar clinica lago gris")
    assert isinstance(unpaid, Toast) and unpaid.key == "toast.not_paid"
    await pays(world, tmp_path)
    nobody = await lucia.commands("radica", "reactivar Clínica Lago Azul")
    assert isinstance(nobody, Toast) and nobody.key == "toast.no_organisation"
    done = await lucia.commands("radica", "reactivar clinica lago gris")
    assert isinstance(done, Toast) and done.key == "toast.reactivated"
    assert "Ya está activo" in marta.last


@pytest.mark.requirement("S0-06", "S0-07")
async def test_while_another_invoice_is_due_nothing_is_promised(
    world: World, tmp_path: Path
) -> None:
    two = (*OVERDUE, ("FV-2200", date(2026, 11, 1), None))
    marta = await refused(world, invoices=two)
    before = len(marta.heard)
    await pays(world, tmp_path)
    assert len(marta.heard) == before
    await pays(world, tmp_path, PAID + "Clínica Lago Gris,FV-2200,2026-11-01,2026-11-24\n")
    assert "vuelve a más tardar" in marta.last


@pytest.mark.requirement("S0-07")
async def test_a_payment_of_last_week_counts_from_its_day(world: World, tmp_path: Path) -> None:
    """The desk learns of it late: 24 working hours from Monday night are over on Thursday 2 p. m.,
    and who paid before day 16 waits for nothing at all."""
    marta = await refused(world, invoices=OVERDUE)
    await pays(world, tmp_path, PAID.replace("2026-11-24", "2026-11-23"))
    assert "el jueves 26 de noviembre a las 2:00" in marta.last
    await pays(world, tmp_path, PAID.replace("2026-11-24", "2026-11-20"))
    await marta.says("hola")
    await marta.presses("Seguir")
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_whoever_is_talking_at_the_hour_is_offered_the_draft_afterwards(
    world: World, tmp_path: Path
) -> None:
    """The desk does not speak in between; the draft is neither lost nor pressed on anybody."""
    marta = await refused(world, invoices=OVERDUE)
    await pays(world, tmp_path)
    await world.waits(days=2, hours=5, minutes=40)  # Thursday, 3:52 p. m.
    await marta.commands("nuevo")
    await world.waits(minutes=25)
    assert sum("Ya está activo" in text for text in heard_of(marta)) == 0
    await marta.says("salir")
    await world.waits(hours=5)
    assert "Ya está activo" in marta.last and "resonador" in marta.last


@pytest.mark.requirement("S0-06")
async def test_a_payment_of_nobody_suspended_tells_nobody_anything(
    world: World, tmp_path: Path
) -> None:
    """An invoice paid within its fifteen days suspends nothing and brings nothing back."""
    marta = await world.client(invoices=(("FV-2210", date(2026, 11, 12), None),))
    await pays(world, tmp_path, PAID.replace("2026-11-06", "2026-11-12"))
    assert marta.heard == []
    await marta.says(FAULT)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


@pytest.mark.requirement("S0-06", "D22")
async def test_the_administrator_reads_by_when_a_payment_of_today_brings_support_back(
    world: World,
) -> None:
    """Registered until midnight, the 24 working hours begin on Wednesday: Friday 2 p. m."""
    boss = await refused(world, invoices=OVERDUE, roles=("client_admin",))
    assert "el viernes 27 de noviembre a las 2:00" in boss.last
    assert boss.labels == ["Enviar comprobante", "Hablar con pagos", "Es una urgencia"]


async def test_a_wrong_payment_that_is_taken_back_suspends_again(
    world: World, tmp_path: Path
) -> None:
    marta = await refused(world, invoices=OVERDUE)
    await pays(world, tmp_path)
    await pays(world, tmp_path, PAID.replace(",2026-11-24", ","))
    await world.waits(days=4)
    assert sum("Ya está activo" in text for text in heard_of(marta)) == 0
    await marta.says("hola")
    await marta.presses("Seguir")
    await marta.presses("Enviar")
    assert "en pausa" in marta.last
    left = await world.desk.read(_reopenings)
    assert left == 0


def _reopenings(turn: Turn) -> int:
    return sum(timer.kind == "contract.reopen" for timer in turn.timers.list())
