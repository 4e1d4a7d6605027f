"""What was explained once goes by its guide, with an appeal to a supervisor (S0-58, D6)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.inbound import ShowForm, Toast
from policy.pack import Policy
from scheduler import drive
from store.turn import Turn
from tests.journeys.test_commands import SIGNATURE
from tests.journeys.test_refusals import trail
from tests.journeys.world import Someone, Staff, World, changed

TYPOLOGY = "ris-firmas-formato"
FAULT = "nadie puede entrar al RIS, está caído para todos"
AGAIN = ["Ver la guía", "Es otra cosa", "Pedir revisión"]


async def explained(world: World, **more: Any) -> Someone:
    """Marta, to whom the guide was enough the first time."""
    marta = await world.client(**more)
    await marta.says(SIGNATURE)
    await marta.presses("Me sirvió")
    return marta


async def appealed(world: World, **more: Any) -> tuple[Someone, Staff]:
    """She asks for a review with one sentence; Lucía reads it."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await explained(world, **more)
    await marta.says(SIGNATURE)
    await marta.presses("Pedir revisión")
    await marta.says("la guía no explica mi formato de firma")
    return marta, lucia


@pytest.mark.requirement("S0-58", "S0-64", "D6")
async def test_the_second_time_the_guide_comes_and_no_case(world: World) -> None:
    """With the clause, the guide, and two ways on; no word of blame."""
    marta = await explained(world)
    await marta.says(SIGNATURE)
    assert "5.5" in marta.last and marta.labels == AGAIN
    await marta.presses("Ver la guía")
    assert "1. " in marta.last
    assert marta.labels == ["Me sirvió", "Es otra cosa", "Pedir revisión"]
    await marta.presses("Me sirvió")
    assert await world.tickets() == []
    await world.waits(days=300)
    await marta.says(SIGNATURE)
    assert marta.labels == AGAIN


@pytest.mark.requirement("S0-58", "D6")
async def test_it_never_stands_before_another_topic_another_person_or_a_fault(
    world: World,
) -> None:
    marta = await explained(world)
    await marta.says("cómo cambio el remitente de un estudio")
    assert marta.labels != AGAIN
    ana = await world.client("Ana Gil")
    await ana.says(SIGNATURE)
    assert "Me sirvió" in ana.labels
    await marta.commands("salir")
    await marta.says(FAULT)
    assert marta.labels != AGAIN
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


@pytest.mark.requirement("S0-58")
async def test_what_concerns_a_patient_is_never_remembered(world: World) -> None:
    """Data under another patient: each time it is looked at anew."""
    told = "registré mal la cédula de una paciente en el RIS, cómo la corrijo"
    marta = await world.client()
    for _ in range(2):
        await marta.says(told)
        assert marta.labels != AGAIN
        await marta.presses("Me sirvió")
    typology = "ris-datos-paciente"
    assert not await world.desk.read(lambda turn: turn.strikes.has(marta.person or 0, typology))


async def test_something_else_is_believed(world: World) -> None:
    """The case is filed as told, under no topic of the guide."""
    marta = await explained(world)
    await marta.says(SIGNATURE)
    await marta.presses("Es otra cosa")
    await to_the_summary(marta)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    case = await world.ticket(1042)
    assert case.typology is None and "firma" in case.text


@pytest.mark.requirement("S0-58", "D6")
async def test_an_appeal_is_promised_an_answer_within_a_working_day(world: World) -> None:
    """Tuesday 10:12 and nine working hours: Wednesday 10:12; reminded of at half time."""
    marta, lucia = await appealed(world)
    assert "25" in marta.last and "10:12" in marta.last and "lo abrimos como caso" in marta.last
    assert "no explica mi formato" in lucia.last and "firma" in lucia.last
    assert lucia.labels == ["Dejar pasar una vez", "Sostener la guía", "Quitar la memoria"]
    await world.waits(hours=4, minutes=29)
    assert "Sigue sin respuesta" not in lucia.last
    await world.waits(minutes=1)
    assert "Sigue sin respuesta" in lucia.last
    await marta.says(SIGNATURE)
    await marta.presses("Pedir revisión")
    assert "Ya lo tiene supervisión" in marta.last


@pytest.mark.requirement("S0-58", "D6")
async def test_unanswered_at_its_hour_it_is_let_through_once(world: World) -> None:
    marta, lucia = await appealed(world)
    await world.waits(hours=23, minutes=59)
    assert await world.tickets() == []
    await world.waits(minutes=1)
    assert "No alcanzamos" in marta.last and "Caso 1042" in marta.last
    assert "1042" in lucia.last and "revisión de la guía" in world.card(1042)
    (case,) = await world.tickets()
    assert case.typology == TYPOLOGY and "firma" in case.text
    late = await lucia.presses("", code=lucia_code(lucia, "Dejar pasar una vez"))
    assert late == Toast(key="toast.review_lapsed", facts={"number": 1042})
    ana = await world.client("Ana Gil", organisation="Hospital del Valle")
    assert ana.heard == []
    await marta.commands("nuevo")
    await marta.commands("salir")
    assert await struck(world, marta)


@pytest.mark.requirement("S0-58", "D6")
@pytest.mark.parametrize(
    ("label", "said", "remembered"),
    [("Dejar pasar una vez", "dio la razón", True), ("Quitar la memoria", "se vuelve a", False)],
)
async def test_a_supervisor_lets_it_through_once_or_for_good(
    world: World, label: str, said: str, remembered: bool
) -> None:
    marta, lucia = await appealed(world)
    await lucia.presses(label)
    assert said in marta.last and "Caso 1042" in marta.last
    assert await struck(world, marta) is remembered
    (row,) = [row for row in await trail(world) if row.what == "appeal"]
    assert (row.actor, row.ticket) == (lucia.person, 1042)
    await world.waits(days=3)
    assert len(await world.tickets()) == 1


async def test_two_supervisors_who_press_at_once_open_one_case(any_world: World) -> None:
    """On either database the second reads what the first decided."""
    world = any_world
    ada = await world.staff("Ada Luna", "supervisor")
    marta, lucia = await appealed(world)
    presses = [who.press("Dejar pasar una vez") for who in (ada, lucia)]
    receipts = await asyncio.gather(*(world.desk.receive(press) for press in presses))
    await drive.quiet(world.desk)
    await world.unharmed()
    assert len(await world.tickets()) == 1 and "Caso 1042" in marta.last
    assert sum(getattr(one, "key", "") == "toast.review_decided" for one in receipts) == 1


@pytest.mark.requirement("S0-58", "D6")
async def test_the_guide_is_upheld_with_a_reason(world: World) -> None:
    """Who looked at it, what they say, the guide again, and a person all the same."""
    marta, lucia = await appealed(world)
    form = await lucia.presses("Sostener la guía")
    assert isinstance(form, ShowForm)
    await lucia.fills(form, reason="el formato se cambia en el paso 3.")
    assert "Lucía" in marta.last and "paso 3" in marta.last
    assert marta.labels == ["Ver la guía", "Hablar con alguien"]
    assert await world.tickets() == [] and await struck(world, marta)
    await marta.presses("Ver la guía")
    assert "1. " in marta.last
    again = await lucia.presses("", code=lucia_code(lucia, "Quitar la memoria"))
    assert isinstance(again, Toast) and again.facts["outcome"] == "review.upheld"


@pytest.mark.requirement("S0-58")
async def test_a_sentence_that_sounds_like_a_fault_opens_the_case_at_once(world: World) -> None:
    """It is read before anybody else sees it."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await explained(world)
    await marta.says(SIGNATURE)
    await marta.presses("Pedir revisión")
    await marta.says("a nadie le deja cargar la firma, a todos les sale error")
    assert "suena a una falla" in marta.last and "Caso 1042" in marta.last
    assert [letter for letter in lucia.heard if "revisión" in str(letter.fallback)] == []
    case = await world.ticket(1042)
    assert "a nadie" in case.text and "firma" in case.text and case.typology != TYPOLOGY


@pytest.mark.parametrize(
    "why",
    ["el botón no me aparece, y soy administradora", "ya hice los pasos y sigue saliendo el error"],
)
async def test_whoever_did_what_the_guide_says_is_not_kept_waiting(world: World, why: str) -> None:
    """1.5: the sentence is evidence, matched again before a person sees it."""
    marta = await explained(world)
    await marta.says(SIGNATURE)
    await marta.presses("Pedir revisión")
    await marta.says(why)
    assert "Caso 1042" in marta.last and why in (await world.ticket(1042)).text
    waiting = await world.desk.read(lambda turn: turn.reviews.waiting())
    assert waiting == [] and await struck(world, marta)


async def test_a_patient_at_risk_is_never_kept_for_a_review(world: World) -> None:
    """Told in place of the reason, or with the topic that goes by its guide: a case at once."""
    marta = await explained(world)
    await marta.says(SIGNATURE)
    await marta.presses("Pedir revisión")
    await marta.says("firmé por error el informe de otra paciente")
    case = await world.ticket(1042)
    assert "otra paciente" in case.text and "1042" in marta.last
    assert await world.desk.read(lambda turn: turn.reviews.waiting()) == []
    ana = await world.client("Ana Gil")
    await ana.says(SIGNATURE)
    await ana.presses("Me sirvió")
    await ana.says(f"{SIGNATURE}? firmé por error el informe de otra paciente")
    assert len(await world.tickets()) == 2


async def test_let_through_once_is_once(world: World) -> None:
    """The next time it goes by the guide again, and may be reviewed again."""
    marta, lucia = await appealed(world)
    await lucia.presses("Dejar pasar una vez")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("solve", 1042, solution="se cargó en PNG")
    await marta.presses("Sí, resuelto")
    await world.waits(days=30)
    await marta.says(SIGNATURE)
    assert marta.labels == AGAIN and await world.tickets() == []
    await marta.presses("Pedir revisión")
    await marta.says("la guía no explica mi formato de firma")
    assert "Enviado a supervisión" in marta.last


async def test_the_pack_says_how_long_a_review_may_take(make_world: Any) -> None:
    """Two hours in place of a working day: its own hour is told, kept and reminded of."""
    world = make_world(desk={"appeal_within": 7200})
    marta, lucia = await appealed(world)
    assert "12:12" in marta.last and "martes 24" in marta.last
    await world.waits(hours=1, minutes=1)
    assert "Sigue sin respuesta" in lucia.last and await world.tickets() == []
    await world.waits(hours=1)
    assert "Caso 1042" in marta.last


async def test_a_client_in_the_workroom_is_held_to_it_too(world: World) -> None:
    """The page of /ticket is one more face of the same conversation."""
    marta = await explained(world)

    def bind(turn: Turn) -> None:
        turn.people.bind(marta.person or 0, "slack", "local", "UMARTA", "DMARTA")

    await world.desk.run(bind)
    page = Someone(world, world.newcomer("Marta Ríos", "UMARTA").address, marta.person)
    form = await page.commands("ticket", trigger="t1")
    await page.fills(form, detail=SIGNATURE)
    assert await world.tickets() == []
    told = [letter for letter in world.slack.sent if letter.place.chat == "DMARTA"]
    assert [one.label for one in told[-1].letter.choices] == AGAIN


@pytest.mark.requirement("S0-58")
async def test_an_engineer_marks_a_case_as_a_matter_of_use(world: World) -> None:
    """On resolving; the client gets fair warning, and the next one goes by the guide."""
    marta = await world.client()
    await marta.says(SIGNATURE)
    await marta.presses("No era eso")
    await to_the_summary(marta)
    await marta.presses("Enviar")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("solve", 1042, solution="se cargó en PNG", misuse=TYPOLOGY)
    assert "/guias" in marta.last and "5.5" in marta.last
    await marta.presses("Sí, resuelto")
    assert await struck(world, marta)
    await marta.says(SIGNATURE)
    await marta.presses("Es algo nuevo")
    await to_the_summary(marta)
    await marta.presses("Enviar")
    assert marta.labels == AGAIN and await world.tickets() == []
    await world.waits(days=30)
    await marta.says(SIGNATURE)
    assert marta.labels == AGAIN


async def test_without_the_mark_nothing_is_remembered(world: World) -> None:
    marta = await world.client()
    await marta.says(SIGNATURE)
    await marta.presses("No era eso")
    await to_the_summary(marta)
    await marta.presses("Enviar")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("solve", 1042, solution="se cargó en PNG")
    assert "/guias" not in marta.last and not await struck(world, marta)


async def test_who_asks_for_a_person_has_it_reviewed(world: World) -> None:
    """U17: not argued with, and no second question; a supervisor reads it."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    marta = await explained(world)
    await marta.says(SIGNATURE)
    await marta.says("quiero hablar con una persona")
    assert "Enviado a supervisión" in marta.last and "firma" in lucia.last
    assert await world.tickets() == []


async def test_words_inside_a_conversation_are_refused_with_the_same_ways(world: World) -> None:
    """Told as an answer to a question it is the same topic: the draft is kept."""
    marta = await explained(world)
    await marta.commands("nuevo")
    await marta.says(SIGNATURE)
    await to_the_summary(marta)
    await marta.presses("Enviar")
    assert "5.5" in marta.last and marta.labels == AGAIN
    assert await world.tickets() == []
    await marta.presses("Pedir revisión")
    await marta.says("volver")
    await marta.says("hola")
    assert "firma" in marta.last and "Seguir" in marta.labels


async def test_an_old_request_for_a_review_does_not_interrupt_a_case(world: World) -> None:
    marta = await explained(world)
    await marta.says(SIGNATURE)
    review = marta.button("Pedir revisión").code
    await marta.presses("Es otra cosa")
    asked = marta.last
    await marta.presses("", code=review)
    assert marta.last.splitlines()[-1] == asked.splitlines()[-1]
    await to_the_summary(marta)
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_a_policy_that_remembers_nothing_offers_the_guide_each_time(make_world: Any) -> None:
    """SGM states no such rule; nor does a pack that turns it off."""
    world = make_world(change=_forgetful)
    marta = await world.client()
    for _ in range(2):
        await marta.says(SIGNATURE)
        assert "Me sirvió" in marta.labels
        await marta.presses("Me sirvió")
        assert "las próximas veces" not in marta.last
    assert not await struck(world, marta)


async def test_a_review_of_somebody_whose_support_was_paused_meanwhile_opens_nothing(
    world: World,
) -> None:
    marta, lucia = await appealed(world)

    def suspend(turn: Turn) -> None:
        home = turn.people.get(marta.person or 0).organisation or 0
        turn.people.add_invoice(home, "FV-1", datetime(2026, 11, 1, tzinfo=UTC).date())

    await world.desk.run(suspend)
    await lucia.presses("Dejar pasar una vez")
    assert "en pausa" in marta.last and await world.tickets() == []


def _forgetful(book: Policy) -> Policy:
    return changed(book, misuse=None)


async def struck(world: World, who: Someone) -> bool:
    """Whether the topic goes by its guide for this person."""
    return await world.desk.read(lambda turn: turn.strikes.has(who.person or 0, TYPOLOGY))


def lucia_code(lucia: Staff, label: str) -> str:
    """The button of an earlier message."""
    return lucia.button(label).code


async def to_the_summary(who: Someone) -> None:
    """Answer whatever is asked, until *Enviar* stands there."""
    for _ in range(5):
        if "Enviar" in who.labels:
            return
        known = ("Solo a mí", "Desde hoy", "No sé", "No sé decirlo")
        label = next((one for one in known if one in who.labels), who.labels[-1])
        await who.presses(label)


@pytest.mark.requirement("S0-58")
async def test_the_guide_that_helped_is_found_again_without_searching(world: World) -> None:
    """`/guias` begins with it and goes on to every other guide, ten rows at a time."""
    marta = await explained(world)
    await marta.commands("guias")
    assert marta.labels[0].startswith("Cargar bien la firma")
    assert (marta.labels[-1], len(marta.labels)) == ("Más…", 10)
    await marta.presses("Más…")
    assert "Cargar bien la firma" not in " ".join(marta.labels)
    assert 1 < len(marta.labels) <= 10
