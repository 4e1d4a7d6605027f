"""A solved case that its own engineer takes back, and numbers that nobody should read."""

from handlers.inbound import Said
from handlers.intake import handle
from policy.ticket import State
from tests.journeys.test_confirming import solved
from tests.journeys.world import World


async def test_the_engineer_reopens_and_the_client_reads_the_new_hour(world: World) -> None:
    marta, camila = await solved(world)
    await camila.steps("reopen", 1042)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.answered_at) == (State.TAKEN, None)
    assert "Camila" in marta.last
    assert "3:12 p. m." in marta.last
    heard = len(marta.heard)
    await world.waits(hours=4)
    assert len(marta.heard) == heard


async def test_work_without_a_promised_hour_comes_back_in_words_too(sgm_world: World) -> None:
    """S1-58: planned work has no hour to name; nobody is left without an answer for that."""
    world = sgm_world
    ana = await world.client("Ana Gil", plan="sgm")
    camila = await world.staff("Camila Duarte")
    await ana.says("necesito migrar el programa a otro equipo la otra semana")
    await ana.presses("Enviar")
    (ticket,) = await world.tickets()
    await camila.steps("claim", ticket.number)
    await camila.steps("priority", ticket.number, priority="planeado", reason="es planeado")
    for level in ("Camila", "nivel 2"):
        await camila.steps("solve", ticket.number, solution="quedó migrado")
        await ana.presses("No, sigue fallando")
        assert "¿Qué sigue pasando?" in ana.last and level in ana.last
    await ana.presses("Igual que antes")
    assert ana.last == "Anotado. No tiene que hacer nada más."


async def test_a_document_number_is_covered_wherever_staff_reads(world: World) -> None:
    """1.27: pointed out once, and covered on the card and in the thread."""
    marta = await world.client()
    await marta.says("no aparece el estudio de la paciente con cédula 1020304050, solo a mí hoy")
    told = marta.heard[0]
    while "¿Lo envío?" not in marta.last:
        await marta.says("no sé")
    await marta.presses("Enviar")
    assert "documento" in "".join(span.text for span in told.text)
    everything = world.card(1042) + "".join(world.threads())
    assert "1020304050" not in everything


async def test_words_that_no_reader_understood_are_masked_all_the_same(world: World) -> None:
    """What could not be read is kept, and what is secret in it is not."""
    marta = await world.client()
    said = Said(
        address=marta.address,
        key="raw",
        at=world.now,
        ref="raw",
        text="no entro al RIS, mi clave es Tucan2026! y no sirve",
    )
    await world.desk.run(lambda turn: handle(turn, said))
    kept = await world.desk.read(lambda turn: turn.conversations.of_person(marta.person or 0))
    assert "Tucan2026" not in str([(c.answers, c.memory, c.draft) for c in kept])
    assert "no entro al RIS" in str([c.answers for c in kept])
