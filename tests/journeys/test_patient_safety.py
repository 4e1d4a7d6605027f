"""A patient at risk comes before policy: the guide, a warning, and a person at once (item 3)."""

from datetime import date

import pytest

from policy.pack import Policy
from tests.journeys.test_refusals import trail
from tests.journeys.world import World, changed

OTHER = "envié las imágenes a otra paciente por error, cómo las paso"
SIDE = "en el informe la rodilla salió como izquierda y es la derecha"
TOLD_BY_NAMES = "mandé las placas de Yolanda a la ficha de Yokasta, seleccioné la que no era"
UNKNOWN = "se firmó solo el informe de un paciente, nadie lo tocó"
MEANWHILE = "no lea, no entregue ni firme ese estudio"
FLAG = "Seguridad del paciente"


async def test_the_guide_comes_with_a_warning_and_a_case(world: World) -> None:
    """Never left to the guide alone: the case is there before she has answered anything."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await world.client()
    await marta.says(OTHER)
    assert MEANWHILE in marta.last and "1. " in marta.last and "caso 1042" in marta.last
    assert marta.labels == ["Me sirvió", "No era eso", "Hablar con alguien"]
    assert FLAG in world.card(1042).split("\n")[1]
    assert FLAG in lucia.last and "caso 1042" in lucia.last
    case = await world.ticket(1042)
    assert case.typology == "pacs-envio-otra-paciente" and OTHER in case.text
    assert "patient_safety" in [row.what for row in await trail(world)]


@pytest.mark.requirement("S0-84")
async def test_what_an_entry_means_by_itself_needs_no_such_words(world: World) -> None:
    """The pack's entry says what it puts at risk: two names tell of two patients."""
    marta = await world.client()
    await marta.says(TOLD_BY_NAMES)
    assert MEANWHILE in marta.last and "caso 1042" in marta.last
    assert FLAG in world.card(1042).split("\n")[1]


async def test_a_guide_that_helped_leaves_the_case_open(world: World) -> None:
    marta = await world.client()
    await marta.says(OTHER)
    await marta.presses("Me sirvió")
    assert "sigue abierto" in marta.last
    assert (await world.ticket(1042)).is_open
    assert "la guía le sirvió" in world.threads()[-1]
    struck = await world.desk.read(
        lambda turn: turn.strikes.has(marta.person or 0, "pacs-envio-otra-paciente")
    )
    assert not struck


async def test_a_guide_that_was_not_it_opens_no_second_case(world: World) -> None:
    marta = await world.client()
    await marta.says(OTHER)
    await marta.presses("No era eso")
    assert "1042" in marta.last
    await marta.says("el estudio ya tiene informe firmado")
    assert [case.number for case in await world.tickets()] == [1042]
    assert "informe firmado" in world.threads()[-1]


async def test_a_person_is_marked_on_the_same_case(world: World) -> None:
    marta = await world.client()
    await marta.says(OTHER)
    await marta.presses("Hablar con alguien")
    assert [case.wants_person for case in await world.tickets()] == [True]
    assert "Pidió hablar con una persona" in world.card(1042)


async def test_words_that_no_guide_answers_open_a_flagged_case_at_once(world: World) -> None:
    marta = await world.client()
    await marta.says(UNKNOWN)
    assert MEANWHILE in marta.last and "Caso 1042 · abierto" in marta.last
    assert FLAG in world.card(1042)


async def test_it_is_heard_in_the_middle_of_a_conversation(world: World) -> None:
    """With what was told before; and *No me funciona* is not asked about any further."""
    marta = await world.client()
    await marta.says("no puedo abrir los estudios en el visor")
    assert "Caso" not in marta.last
    await marta.says(SIDE)
    assert "Caso 1042 · abierto" in marta.last or "caso 1042" in marta.last
    case = await world.ticket(1042)
    assert "visor" in case.text and "izquierda" in case.text
    assert FLAG in world.card(1042)


async def test_a_running_case_is_flagged_by_what_is_added(world: World) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await world.client()
    await marta.says("no abre el visor para nadie, todo está caído")
    await marta.presses("Enviar")
    assert FLAG not in world.card(1042)
    await marta.says(SIDE)
    assert MEANWHILE in marta.last
    assert FLAG in world.card(1042) and FLAG in lucia.last
    assert [case.number for case in await world.tickets()] == [1042]


async def test_no_contract_stands_before_it(world: World) -> None:
    """An institution whose support is suspended: this case is open all the same."""
    marta = await world.client(invoices=(("FV-1", date(2026, 9, 1), None),))
    await marta.says("no puedo imprimir el informe en el RIS")
    await marta.says(SIDE)
    assert "1042" in marta.last and FLAG in world.card(1042)


async def test_an_appeal_that_shows_it_waits_for_nobody(world: World) -> None:
    marta = await world.client()
    for _ in range(2):
        await marta.says("cómo cargo mi firma")
        if "Me sirvió" in marta.labels:
            await marta.presses("Me sirvió")
    await marta.presses("Pedir revisión")
    await marta.says("es que firmé por error un informe de otro paciente")
    assert FLAG in world.card(1042)


async def test_a_desk_that_does_not_look_for_it_goes_on_as_ever(make_world: object) -> None:
    assert callable(make_world)
    world = make_world("imexhs", change=_off)
    marta = await world.client()
    await marta.says(OTHER)
    assert MEANWHILE not in marta.last and await world.tickets() == []


async def test_the_packs_say_who_looks_for_it(sgm_world: World) -> None:
    """The radiology pack does, the others do not."""
    marta = await sgm_world.client(plan=sgm_world.book.plans[0].key)
    await marta.says(UNKNOWN)
    assert MEANWHILE not in marta.last


async def test_english_is_read_and_answered_in_english(world: World) -> None:
    ann = await world.client("Ann Poe", language="en")
    await ann.says("the report says left but it is the right knee")
    assert "do not read, deliver or sign" in ann.last and "1042" in ann.last


def _off(book: Policy) -> Policy:
    return changed(book, desk=book.desk.model_copy(update={"patient_safety": False}))
