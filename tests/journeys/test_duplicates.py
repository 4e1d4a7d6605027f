"""A colleague's open case of the same typology: joined, or another one (1.8, issue 5 item 7)."""

from datetime import timedelta
from typing import Any

from policy.pack import Policy
from tests.journeys.world import Someone, World, changed

SLOW = "el RIS está muy lento en la recepción desde las 9, le pasa a varios"
TOO = "acá el ris también anda lentísimo desde las 9, a varias personas"
ASKED = ["Sí, sumarme", "Es otro caso", "No sé"]


async def opened(world: World, **more: Any) -> Someone:
    """Marta's case 1042."""
    marta = await world.client(**more)
    await marta.says(SLOW)
    await marta.presses("Enviar")
    return marta


async def test_a_colleague_is_asked_and_sees_number_subject_and_state(world: World) -> None:
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says(TOO)
    assert ana.labels == ASKED
    assert "caso 1042" in ana.last and "El RIS está lento" in ana.last and "abierto" in ana.last
    assert "Marta" not in ana.last and "recepción" not in ana.last


async def test_who_joins_hears_how_the_case_goes(world: World) -> None:
    """Taken, solved and closed; her words are in the thread, and the card counts her."""
    camila = await world.staff("Camila Paz")
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says(TOO)
    await ana.presses("Sí, sumarme")
    assert "1042" in ana.last and [case.number for case in await world.tickets()] == [1042]
    assert "Ana Gil se suma" in world.threads()[-1] and "lentísimo" in world.threads()[-1]
    assert "También afecta a 1 más" in world.card(1042)
    await camila.steps("claim", 1042)
    assert "Caso 1042" in ana.last and "en manos" in ana.last or "revis" in ana.last
    await camila.steps("solve", 1042, solution="se reinició el servicio de la recepción.")
    assert "solucion" in ana.last and "reinició" not in ana.last
    await world.waits(hours=73)
    assert "cerrado" in ana.last


async def test_what_is_added_goes_to_the_case_that_was_joined(world: World) -> None:
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says(TOO)
    await ana.says("sí")
    heard = len(ana.heard)
    await ana.says("y tampoco abre la agenda")
    assert "tampoco abre la agenda" in world.threads()[-1] and "Ana Gil" in world.threads()[-1]
    assert len(ana.heard) == heard and len(await world.tickets()) == 1
    luz = await world.client("Luz Mar")
    await luz.says(TOO)
    await luz.presses("Sí, sumarme")
    assert "También afecta a 2 más" in world.card(1042)


async def test_another_case_is_opened_with_what_was_told(world: World) -> None:
    """And she is asked no second time when it is sent."""
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says(TOO)
    await ana.presses("Es otro caso")
    assert "Enviar" in ana.labels
    await ana.presses("Enviar")
    assert "Caso 1043" in ana.last and TOO in (await world.ticket(1043)).text


async def test_in_doubt_the_engineer_is_told_of_the_twin(world: World) -> None:
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says(TOO)
    await ana.presses("No sé")
    await ana.presses("Enviar")
    assert "Posible duplicado del caso 1042" in world.card(1043)


async def test_a_topic_that_is_found_late_is_asked_about_before_it_is_sent(world: World) -> None:
    """The first words named no topic; the everyday answer does."""
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says("no me funciona")
    await ana.presses("Está lento")
    await ana.says("cada cosa que abro se demora")
    await ana.presses("A varias personas")
    await ana.presses("Desde hoy")
    await ana.presses("Enviar")
    assert ana.labels == ASKED
    await ana.presses("Es otro caso")
    assert "Caso 1043" in ana.last


async def test_nobody_is_asked_about_other_institutions_topics_or_old_cases(world: World) -> None:
    await opened(world)
    luz = await world.client("Luz Mar", organisation="Hospital Verde")
    await luz.says(TOO)
    assert luz.labels != ASKED
    ana = await world.client("Ana Gil")
    await ana.says("no puedo dictar por voz desde las 9, a varias personas")
    assert ana.labels != ASKED
    await world.waits(hours=24, minutes=1)
    eva = await world.client("Eva Sol")
    await eva.says(TOO)
    assert eva.labels != ASKED


async def test_a_general_stop_is_asked_nothing(world: World) -> None:
    """U16: urgency outranks ceremony."""
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says("el RIS está caído, nadie puede trabajar")
    assert ana.labels != ASKED


async def test_a_case_solved_meanwhile_is_joined_no_more(world: World) -> None:
    camila = await world.staff("Camila Paz")
    await opened(world)
    ana = await world.client("Ana Gil")
    await ana.says(TOO)
    await camila.steps("claim", 1042)
    await camila.steps("solve", 1042, solution="se reinició el servicio.")
    await ana.presses("Sí, sumarme")
    assert "ya no está en curso" in ana.last and "Enviar" in ana.labels


async def test_the_window_is_the_packs(make_world: Any) -> None:
    def window(seconds: int) -> Any:
        def change(book: Policy) -> Policy:
            return changed(book, desk=book.desk.model_copy(update={"duplicate_window": seconds}))

        return change

    for seconds, asked in ((0, False), (3600, False), (7200, True)):
        world = make_world("imexhs", change=window(seconds))
        await opened(world)
        await world.waits(hours=1, minutes=30)
        ana = await world.client("Ana Gil")
        await ana.says(TOO)
        assert (ana.labels == ASKED) is asked, timedelta(seconds=seconds)
