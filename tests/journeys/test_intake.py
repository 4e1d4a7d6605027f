"""Opening a case: as few questions as possible, a way out of each, and nothing ever lost."""

import pytest

from handlers.letters.letter import plain
from scheduler.channel import Outcome, Result
from tests.journeys.world import Someone, World, flat, shelf_of

ALARMS = (
    "se cayó todo el RIS nadie puede trabajar",
    "URGENTE el pacs está caído en todo el hospital",
    "desde el corte de luz no funciona nada del sistema",
    "ningún equipo envía imágenes, estamos todos detenidos",
    "no hay sistema en ninguna sede",
)


async def test_a_vague_message_costs_four_questions_at_most(world: World) -> None:
    """1.3: what, what exactly, who, since when; each has a way on."""
    marta = await world.client()
    await marta.says("no me funciona")
    assert "1 de 4" in marta.last
    assert len(marta.labels) <= 10
    await marta.presses("No puedo entrar")
    assert "2 de 4" in marta.last
    await marta.says("aparece un recuadro gris con números")
    assert "3 de 4" in marta.last
    await marta.presses("Solo a mí")
    assert "4 de 4" in marta.last
    await marta.presses("Desde hoy")
    assert "¿Lo envío?" in marta.last
    assert "recuadro gris" in marta.last
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_not_knowing_goes_on(world: World) -> None:
    """U4: every question has an "I don't know" that goes on."""
    marta = await world.client()
    await marta.says("no me funciona")
    await marta.presses("Otro / no sé")
    await marta.presses("No sé decirlo")
    for _ in range(2):
        if "¿Lo envío?" in marta.last:
            break
        await marta.says("no sé")
    assert "¿Lo envío?" in marta.last


async def test_words_answer_where_buttons_are_shown(world: World) -> None:
    """U14: "solo a mi" is the button; an answer that fills two slots drops a question."""
    marta = await world.client()
    await marta.says("el visor de imágenes no abre los estudios de tórax")
    asked = marta.last
    await marta.says("solo a mi, desde ayer")
    assert "¿Lo envío?" in marta.last, (asked, marta.last)


async def test_an_answer_is_mended_alone(world: World) -> None:
    """U13: Corregir goes to the one question and back to the summary."""
    marta = await ready(world)
    await marta.presses("Corregir")
    await marta.presses("Corregir a quién")
    await marta.presses("A varias personas")
    assert "¿Lo envío?" in marta.last
    assert "varias" in marta.last


async def test_back_asks_the_question_before(world: World) -> None:
    marta = await world.client()
    await marta.says("no me funciona")
    await marta.presses("No puedo entrar")
    await marta.says("volver")
    assert "1 de 4" in marta.last


async def test_leaving_keeps_a_draft_that_the_next_hello_offers(world: World) -> None:
    """U19: /salir, then hola: what was told is offered back and goes on."""
    marta = await ready(world)
    await marta.says("salir")
    assert "borrador" in marta.last
    await marta.says("hola")
    assert "resonador" in marta.last
    assert marta.labels == ["Seguir", "Descartar"]
    await marta.presses("Seguir")
    assert "¿Lo envío?" in marta.last
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_one_nudge_after_half_an_hour_and_a_draft_after_a_day(world: World) -> None:
    """U20: one nudge a pause; at expiry it is kept, and said so."""
    marta = await ready(world)
    said = len(marta.heard)
    await world.waits(minutes=31)
    assert "¿Seguimos?" in marta.last
    await world.waits(hours=10)
    assert len(marta.heard) == said + 1
    await world.waits(hours=14)
    assert "borrador" in marta.last
    assert len(marta.heard) == said + 2
    await marta.presses("Seguir")
    assert "¿Lo envío?" in marta.last


async def test_a_burst_is_answered_once(world: World) -> None:
    """People write in bursts: a prompt that has not left is replaced, never queued twice."""
    marta = await world.client()
    texts = ("buenas", "en la sala 2 el resonador", "no pasa imágenes al PACS desde las 7")
    await world.hears(*(marta.message(text) for text in texts))
    assert len(marta.heard) == 1


@pytest.mark.requirement("S0-73")
@pytest.mark.parametrize("text", ALARMS)
async def test_an_alarm_reaches_its_receipt_in_two_turns(world: World, text: str) -> None:
    """U16: evidence of a general stop skips article, questions and ceremony."""
    marta = await world.client()
    await marta.says(text)
    assert "Enviar" in marta.labels, marta.last
    await marta.presses("Enviar")
    assert "Caso 1042 · abierto" in marta.last
    ticket = await world.ticket(1042)
    assert world.book.priority(ticket.priority).rank == 0


@pytest.mark.fault("F38", "F43")
async def test_a_press_repeated_files_one_case(world: World) -> None:
    """A button pressed twice: the second meets today's state."""
    marta = await ready(world)
    press = marta.press("Enviar")
    await world.hears(press)
    again = marta.press("", code=press.code)
    await world.hears(again)
    assert len(await world.tickets()) == 1


async def test_help_inside_a_form_says_the_ways_out(world: World) -> None:
    marta = await ready(world)
    await marta.says("ayuda")
    assert {"Volver", "Salir", "Hablar con alguien"} <= set(marta.labels)


async def test_a_person_is_asked_for_once_and_never_argued_with(world: World) -> None:
    """U17: at most one question, then a case marked "pidió una persona"."""
    marta = await world.client()
    await marta.says("quiero hablar con una persona")
    await marta.says("necesito revisar la facturación de octubre")
    assert "Caso 1042" in marta.last
    assert (await world.ticket(1042)).wants_person


async def test_five_thousand_letters_are_kept_whole(world: World) -> None:
    """1.27: the summary shows the first 200 and "ver todo"."""
    marta = await world.client()
    story = "el resonador de la sala 2 no pasa imágenes al PACS desde las 7 solo a mí. " + (
        "detalle " * 620
    )
    await marta.says(story)
    while "¿Lo envío?" not in marta.last:
        await marta.says("no sé")
    assert "Ver todo" in marta.labels
    await marta.presses("Ver todo")
    assert len(marta.last) <= 1000
    await marta.presses("Enviar")
    assert (await world.ticket(1042)).text.count("detalle") == 620


async def test_a_password_is_masked_before_it_is_stored(world: World) -> None:
    """1.27: never asked for, pointed out, and covered in the case."""
    marta = await world.client()
    await marta.says("no puedo entrar al RIS, mi clave es Tucan2026! y me rechaza, solo a mí hoy")
    assert "clave" in marta.last
    while "¿Lo envío?" not in marta.last:
        await marta.says("no sé")
    await marta.presses("Enviar")
    ticket = await world.ticket(1042)
    assert "Tucan2026" not in ticket.text + ticket.subject
    assert "Tucan2026" not in world.card(1042) + "".join(world.threads())


async def ready(world: World) -> Someone:
    """Marta in front of her summary."""
    marta = await world.client()
    await marta.says(
        "buenas, en la sala 2 el resonador no está pasando imágenes al PACS desde las 7"
    )
    await marta.presses("Solo a mí")
    assert "¿Lo envío?" in marta.last
    return marta


async def test_a_photo_alone_becomes_a_case_for_somebody_who_cannot_say(world: World) -> None:
    """1.27, U4: no words at all are no reason to fail; the photo is in the thread."""
    marta = await world.client()
    await marta.sends("photo")
    for _ in range(4):
        if "¿Lo envío?" in marta.last:
            break
        await marta.says("no sé")
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last
    assert "«—»" in world.card(1042)
    assert (await world.ticket(1042)).text == ""
    assert len(world.threads()) == 1


async def test_a_receipt_is_owed_whatever_is_said_after_it(world: World) -> None:
    """A platform that is away for a while costs nobody the number of their case."""
    marta = await ready(world)
    world.telegram.answers[marta.address.chat] = Outcome(result=Result.NOT_SENT, code="connect")
    await marta.presses("Enviar")
    await marta.says("guias")
    assert not any("Caso 1042" in flat(plain(letter.text)) for letter in marta.heard)
    del world.telegram.answers[marta.address.chat]
    await world.waits(minutes=2)
    told = [flat(plain(letter.text)) for letter in marta.heard[-2:]]
    assert "Caso 1042" in told[0]
    assert "Caso 1042" not in told[1]


async def test_what_was_understood_is_mended_line_by_line(world: World) -> None:
    """At most four lines, each with its one press; what is mended is not asked again."""
    marta = await world.client()
    await marta.says(
        "el resonador de la sala 2 no pasa imágenes al PACS desde esta mañana, estudio 88123, "
        "sale «cola llena», solo a mí"
    )
    assert [line for line in marta.last.split("\n") if line.startswith("•")] == [
        "• No pasan imágenes: «cola llena»",
        "• Resonador, sala 2, estudio 88123",
        "• Desde esta mañana",
        "• Una persona o equipo",
    ]
    mends = ["Corregir qué pasa", "Corregir dónde", "Corregir cuándo", "Corregir a quién"]
    assert marta.labels == ["Enviar", *mends, "Agregar foto"]
    await marta.presses("Corregir dónde")
    assert "¿Dónde pasa?" in marta.last
    await marta.says("sala 3, orden 5512")
    assert "Sala 3, orden 5512" in marta.last and "sala 2, estudio" not in marta.last
    await marta.presses("Corregir")
    await marta.presses("Corregir cuándo")
    await marta.says("ayer en la tarde")
    assert "lunes 23 de noviembre en la tarde" in marta.last
    await marta.presses("Enviar")
    case = await world.ticket(1042)
    assert case.details["error"] == "cola llena" and case.details["spot"] == "sala 3, orden 5512"
    assert "Sala 3, orden 5512" in world.card(1042)


async def test_a_topic_that_was_misread_is_chosen_in_everyday_words(world: World) -> None:
    marta = await ready(world)
    await marta.presses("Corregir")
    await marta.presses("Corregir qué pasa")
    await marta.presses("Está lento")
    assert "Está lento" in marta.last or "lento" in marta.last.lower()
    await marta.presses("Enviar")
    assert (await world.ticket(1042)).typology == "ris-lentitud"


async def test_a_product_that_is_named_is_shown_where_nothing_else_is_known(world: World) -> None:
    marta = await world.client()
    await marta.says("tengo algo raro con metabase que no sé explicar bien")
    assert "Metabase" in marta.last


async def test_a_draft_that_is_resumed_goes_back_as_before(world: World) -> None:
    """The way back is kept with the answers."""
    marta = await world.client()
    await marta.says("nuevo")
    await marta.presses("No puedo entrar")
    await marta.says("aparece una ventana verde que nunca había visto")
    await marta.says("salir")
    await marta.says("hola")
    await marta.presses("Seguir")
    assert "3 de 4" in marta.last
    await marta.says("volver")
    assert "2 de 4" in marta.last
    await marta.says("volver")
    assert "1 de 4" in marta.last


def doubtful() -> str:
    """Words that fit several entries of the catalogue, whatever the matcher has learnt since."""
    said = (
        *("no aparecen estudios", "los informes no salen", "no llegan los resultados"),
        *("problema con las órdenes", "los estudios no pasan al portal ni al ris"),
        *("la integración está rara", "no salen los datos", "se perdieron los resultados"),
        *("no cargan los estudios en ninguna parte", "los resultados no aparecen"),
    )
    read = shelf_of("imexhs")[2].read
    whole = (f"{one}, a varios, desde ayer" for one in said)
    return next(one for one in whole if read(one).between and not read(one).stopped)


async def test_doubt_is_asked_in_everyday_words(world: World) -> None:
    """At most three and *Ninguna*; what was not sure is not shown as known."""
    marta = await world.client()
    await marta.says(doubtful())
    assert "¿Cuál se parece más" in marta.last
    assert 3 <= len(marta.labels) <= 4 and marta.labels[-1] == "Ninguna"
    chosen = marta.labels[0]
    await marta.presses(chosen)
    assert "¿Lo envío?" in marta.last and chosen.rstrip("…") in marta.last
    await marta.presses("Enviar")
    assert (await world.ticket(1042)).typology is not None


async def test_none_of_them_is_asked_in_the_usual_groups(world: World) -> None:
    marta = await world.client()
    await marta.says(doubtful())
    await marta.says("ninguna")
    assert "No veo imágenes" in marta.labels
    await marta.presses("Otro / no sé")
    assert "¿Lo envío?" in marta.last
    await marta.presses("Enviar")
    assert (await world.ticket(1042)).typology is None


async def test_a_general_stop_is_of_the_product_that_is_named(world: World) -> None:
    """Not of the product whose stops are written about most."""
    marta = await world.client()
    await marta.says("metabase está caído para todos")
    assert "• Metabase" in marta.last
    await marta.presses("Enviar")
    case = await world.ticket(1042)
    assert case.category == "metabase" and case.priority == "alta"
