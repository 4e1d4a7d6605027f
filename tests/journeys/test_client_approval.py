"""A quote is approved or declined by the client, in the chat, by whoever may say yes to money."""

import pytest

from policy.ticket import State
from store.values import AuditRow
from tests.journeys.test_every_channel import Client, on
from tests.journeys.test_requests import boss, requested
from tests.journeys.world import Someone, Staff, World

QUOTE = "request-quote"
SUM = "Cotización 318: 4 horas, 320.000 COP"


@pytest.mark.requirement("S1-27", "S1-28")
@pytest.mark.parametrize("channel", ["telegram", "slack"])
async def test_a_quote_is_approved_with_a_second_press(sgm_world: World, channel: str) -> None:
    """1.24: the sum is repeated before it counts; then it is kept with name and hour."""
    world = sgm_world
    sales = await world.staff("Irene Paz", "sales")
    marta, camila = await quoted(world, channel)
    assert "Cotización de la solicitud" in marta.last and SUM in marta.last
    assert "Se cobra: lo que diga la cotización aprobada." in marta.last
    assert "Cotización de la solicitud" in sales.last
    assert marta.labels == ["Apruebo", "No apruebo", "Hablar con alguien"]
    assert (await world.ticket(3105)).state is State.WAITING
    await world.waits(hours=2)
    await marta.presses("Apruebo")
    assert SUM in marta.last and "a nombre de Clínica Lago Gris" in marta.last
    assert marta.labels == ["Sí, lo apruebo", "Volver"]
    assert (await world.ticket(3105)).wall is not None
    await marta.presses("Volver")
    assert SUM in marta.last and "Apruebo" in marta.labels
    await marta.presses("Apruebo")
    await marta.presses("Sí, lo apruebo")
    ticket = await world.ticket(3105)
    assert (ticket.state, ticket.wall) == (State.TAKEN, None)
    assert "el caso sigue" in marta.last
    (kept,) = await rows(world, "approval")
    assert (kept.facts["who"], kept.facts["how"]) == ("Marta Ríos", "chat")
    assert (kept.actor, kept.at) == (marta.person, world.now)
    assert "Marta aprobó" in camila.last and "Marta aprobó" in sales.last
    assert any("aprobó por el chat" in line for line in world.threads())


@pytest.mark.requirement("S1-27", "S1-28")
@pytest.mark.parametrize("channel", ["telegram", "slack"])
async def test_a_quote_that_is_declined_holds_the_work_back(sgm_world: World, channel: str) -> None:
    """Nothing is done or charged; the client may change their mind, or close the case."""
    world = sgm_world
    marta, camila = await quoted(world, channel)
    await marta.presses("No apruebo")
    assert "no se hace ni se cobra nada" in marta.last
    assert marta.labels == ["Apruebo", "Ya no lo necesito"]
    assert "Marta no aprobó" in camila.last
    assert len(await rows(world, "declined")) == 1
    ticket = await world.ticket(3105)
    assert (ticket.state, ticket.wall is not None) == (State.WAITING, True)
    heard = len(marta.heard)
    await world.waits(hours=30)
    assert len(marta.heard) == heard, "nobody reminds of a question that was answered"
    await marta.presses("Apruebo")
    await marta.presses("Sí, lo apruebo")
    assert (await world.ticket(3105)).state is State.TAKEN


@pytest.mark.requirement("S1-27")
async def test_money_is_approved_by_whoever_administers_the_account(sgm_world: World) -> None:
    """U24, U25: the others see no sum, and may have it recalled to them."""
    world = sgm_world
    berta = await world.client("Berta Nieto", roles=("client_admin",), plan="sgm")
    marta, camila = await quoted(world, "telegram")
    assert "quien administra la cuenta" in marta.last and SUM not in marta.last
    assert marta.labels == ["Recordárselo", "Hablar con alguien"]
    assert SUM in berta.last and "Apruebo" in berta.labels
    forged = berta.button("Apruebo").code.replace("deal_ask", "deal_yes")
    await marta.presses("", code=forged)
    assert "lo aprueba quien administra" in marta.last
    assert (await world.ticket(3105)).wall is not None
    told = len(berta.heard)
    await marta.presses("Recordárselo")
    assert len(berta.heard) == told + 1
    await berta.presses("Apruebo")
    await berta.presses("Sí, lo apruebo")
    assert "quedó su aprobación" in berta.last
    assert "el caso sigue" in marta.last
    assert (await rows(world, "approval"))[0].facts["who"] == "Berta Nieto"
    assert "Berta aprobó" in camila.last


async def test_a_quote_that_was_not_seen_again_is_found_and_recalled(sgm_world: World) -> None:
    """The state of the case has its buttons, and so has the reminder after a day."""
    marta, _ = await quoted(sgm_world, "telegram")
    await marta.commands("caso", "3105")
    assert marta.labels == ["Apruebo", "No apruebo", "Hablar con alguien"]
    await sgm_world.waits(hours=24, minutes=1)
    assert "sigue esperando" in marta.last and "Apruebo" in marta.labels


@pytest.mark.requirement("S1-28")
async def test_a_quote_that_nobody_has_sent_yet_cannot_be_approved(sgm_world: World) -> None:
    """The catalogue's row may demand one from the start; a forged button meets how it stands."""
    marta = await requested(sgm_world, "necesito crear un reporte nuevo")
    assert (await sgm_world.ticket(3105)).wall is not None
    await marta.commands("caso", "3105")
    assert "Apruebo" not in marta.labels
    await marta.presses("", code=f"t:deal_yes_{QUOTE}:3105:new:-")
    assert (await sgm_world.ticket(3105)).wall is not None
    assert await rows(sgm_world, "approval") == []


async def test_an_old_approve_meets_what_was_recorded_since(sgm_world: World) -> None:
    world = sgm_world
    marta, camila = await quoted(world, "telegram")
    await camila.steps("record", 3105, what=f"{QUOTE}|quote", who="Dra. Ortiz", reference="318")
    await marta.presses("Apruebo")
    assert "3105" in marta.last and "Sí, lo apruebo" not in marta.labels
    assert len(await rows(world, "approval")) == 1


@pytest.mark.requirement("S0-61")
async def test_a_change_goes_live_with_the_word_of_the_persons_own_chat(world: World) -> None:
    """The go-ahead is the client's, and no money: whoever asked may give it."""
    await world.client("Berta Nieto", roles=("client_admin",))
    marta = await world.client()
    await opened(world, marta, 1042)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("approval", 1042, paper="go-live")
    assert "Apruebo" in marta.labels
    await marta.presses("Apruebo")
    await marta.presses("Sí, lo apruebo")
    assert (await world.ticket(1042)).state is State.TAKEN


async def quoted(world: World, channel: str) -> tuple[Client, Staff]:
    """Marta's request under a quote of Camila's."""
    marta = await on(world, channel, plan="sgm")
    await opened(world, marta, 3105)
    camila = await boss(world)
    await camila.steps("approval", 3105, paper=QUOTE, finding=SUM)
    return marta, camila


async def opened(world: World, marta: Someone, number: int) -> None:
    """A case of hers, whatever the desk asks on the way."""
    await marta.says("se cayó todo el sistema, nadie puede trabajar")
    await marta.presses("Enviar")
    assert (await world.ticket(number)).requester == marta.person


async def rows(world: World, what: str) -> list[AuditRow]:
    """The audit rows of that name on the only case."""
    (ticket,) = await world.tickets()
    trail = await world.desk.read(lambda turn: turn.audit.of(ticket.number))
    return [row for row in trail if row.what == what]
