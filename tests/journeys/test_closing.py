"""How a case ends though nobody confirmed: silence, agreement, nobody there, a missed visit."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from handlers.inbound import Faults
from policy.pack import Policy
from policy.ticket import Closing, State
from tests.journeys.test_clocks import sgm_case
from tests.journeys.test_confirming import solved
from tests.journeys.test_hours import texts
from tests.journeys.test_talking import taken
from tests.journeys.world import World, changed

Make = Callable[..., World]
THURSDAY = "2026-11-26 09:00"


@pytest.mark.requirement("S1-31", "S1-32", "D8")
async def test_sgm_reminds_after_24_hours_and_closes_after_72(sgm_world: World) -> None:
    """Elapsed hours, both from the solution notice; the text says why and how to go on."""
    ana, camila = await sgm_case(sgm_world)
    await camila.steps("solve", 3105, solution="se reinició el servicio")
    told = sgm_world.now
    heard = len(ana.heard)
    await sgm_world.waits(hours=23, minutes=59)
    assert len(ana.heard) == heard
    await sgm_world.waits(minutes=2)
    assert len(ana.heard) == heard + 1 and "¿quedó bien" in ana.last
    await sgm_world.waits(hours=47, minutes=57)
    assert (await sgm_world.ticket(3105)).state is State.SOLVED
    await sgm_world.waits(minutes=2)
    ticket = await sgm_world.ticket(3105)
    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.SILENCE)
    assert ticket.closed_at == told + timedelta(hours=72)
    assert "72 horas" in ana.last.replace(" h", " horas") and "cierre, paso 3" in ana.last
    assert "Sigue fallando" in ana.labels


@pytest.mark.requirement("S1-33")
async def test_sgm_closes_by_mutual_agreement_too(sgm_world: World) -> None:
    """A "no" restarts the cycle; an agreement ends it, with what was agreed."""
    ana, camila = await sgm_case(sgm_world)
    await camila.steps("solve", 3105, solution="se reinició el servicio")
    await ana.presses("No, sigue fallando")
    assert (await sgm_world.ticket(3105)).state is State.TAKEN
    await camila.steps("agree", 3105, reason="se cambia la versión en enero")
    assert (await sgm_world.ticket(3105)).closing is Closing.AGREED
    assert "de común acuerdo" in ana.last and "en enero" in ana.last


async def test_a_policy_may_know_no_agreement(make_world: Make) -> None:
    world = make_world(change=without_agreement)
    await taken(world)
    assert "agree" not in world.card_codes(1042)


@pytest.mark.requirement("S0-62", "D7")
async def test_the_wait_for_a_word_is_set_by_priority(world: World) -> None:
    """ALTA in this pack: a reminder after 24 hours, the end after 72."""
    marta, _ = await solved(world)
    assert (await world.ticket(1042)).priority == "alta"
    heard = len(marta.heard)
    await world.waits(hours=24, minutes=1)
    assert len(marta.heard) == heard + 1
    await world.waits(hours=47, minutes=50)
    assert (await world.ticket(1042)).state is State.SOLVED
    await world.waits(minutes=10)
    assert (await world.ticket(1042)).closing is Closing.SILENCE


@pytest.mark.requirement("S0-50", "S0-51")
async def test_who_bought_7x24_and_is_not_there_may_find_the_case_closed(world: World) -> None:
    """A day after the question, never earlier; why, which clause, and a new case in one press."""
    marta, camila = await taken(world)
    assert "end" not in world.card_codes(1042)
    await camila.steps("ask", 1042, question="¿puede reiniciar la consola?")
    early = {"reason": "unavailable", "note": "sin respuesta"}
    await world.waits(hours=23)
    refused = await camila.steps("end", 1042, **early)
    assert refused == Faults(faults={"reason": "form.fault.too_early"})
    await world.waits(hours=1, minutes=1)
    offered = await world.options(await camila.steps("end", 1042), "reason")
    assert offered == ["Nadie responde (7x24)"]
    await camila.steps("end", 1042, **early)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.UNAVAILABLE)
    assert "No encontramos a nadie de su equipo" in marta.last and "7x24" in marta.last
    assert "política, sección 4" in marta.last and "otro caso" in marta.last
    assert "no hubo quién respondiera" in world.card(1042)
    heard = len(marta.heard)
    await world.waits(hours=100)
    assert len(marta.heard) == heard
    await marta.presses("Sigue fallando")
    assert (await world.ticket(1043)).linked_to == 1042


@pytest.mark.requirement("S0-50")
async def test_a_plan_with_office_hours_is_not_closed_so(world: World) -> None:
    omar = await world.client("Omar Díaz", plan="bronce", organisation="Centro Poniente")
    await omar.says("no abre el visor en urgencias, solo a mí desde hoy")
    await omar.presses("Enviar")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("ask", 1042, question="¿qué sale?")
    await world.waits(hours=30)
    assert "end" not in world.card_codes(1042)


@pytest.mark.requirement("S0-55", "S0-57")
async def test_a_visit_that_finds_no_equipment_ends_the_case(world: World) -> None:
    """1.25: the hour is agreed on, with some grace after it; a new case is one press away."""
    marta, camila = await taken(world)
    await camila.writes(1042, "hay que verlo allá")
    assert "end" not in world.card_codes(1042)
    await camila.steps("date", 1042, when=THURSDAY, reason="Va Andrés.")
    assert "jueves 26" in marta.last and "9:00 a. m." in marta.last and "5.4" in marta.last
    assert "Visita: jue 26, 9:00 a. m." in world.card(1042)
    at = datetime.fromisoformat((await world.ticket(1042)).details["date_visit"])
    missed = {"reason": "missed_visit", "note": "el resonador estaba en uso"}
    await world.waits(seconds=(at - world.now).total_seconds() + 600)
    assert "llegó la hora" in camila.last
    offered = await world.options(await camila.steps("end", 1042), "reason")
    assert offered == ["Visita: equipo no disponible"]
    assert isinstance(await camila.steps("end", 1042, **missed), Faults)
    await world.waits(minutes=6)
    await camila.steps("end", 1042, **missed)
    assert (await world.ticket(1042)).closing is Closing.MISSED_VISIT
    assert "el equipo no estaba disponible" in marta.last and "política, 5.4" in marta.last
    assert "en uso" not in " ".join(texts(marta))
    await marta.presses("Reprogramar")
    assert (await world.ticket(1043)).linked_to == 1042


def without_agreement(book: Policy) -> Policy:
    """The pack whose cases do not end by agreement."""
    return changed(book, closing=book.closing.model_copy(update={"by_agreement": False}))
