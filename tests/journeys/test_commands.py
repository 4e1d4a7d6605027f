"""Commands with and without their slash, in both languages; guides, notices and small talk."""

import pytest

from handlers.inbound import Address
from policy.ticket import State
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, World

PACS = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7, solo a mí"
RIS = "los informes del RIS no se dejan firmar, a varios, desde ayer"
VIEWER = "no abre el visor en urgencias, solo a mí desde hoy"
SIGNATURE = "cómo cargo mi firma"

# What is said, what it answers in Spanish, what it answers in English.
COMMANDS = {
    "start": ("¿Qué le pasa?", "What is happening?"),
    "nuevo": ("¿En qué le pasa?", "What is it about?"),
    "mis_tickets": ("No tiene casos abiertos", "no open cases"),
    "casos": ("No tiene casos abiertos", "no open cases"),
    "estado": ("¿Cuál caso?", "Which case?"),
    "caso": ("¿Cuál caso?", "Which case?"),
    "salir": ("Hasta luego", "Goodbye"),
    "cancelar": ("Hasta luego", "Goodbye"),
    "persona": ("¿De qué se trata?", "What is it about?"),
    "guias": ("¿Cuál abro?", "Which one shall I open?"),
    "privacidad": ("Guardo su nombre", "I keep your name"),
    "ayuda": ("También entiendo", "I also understand"),
    "idioma": ("¿En qué idioma", "Which language"),
}
WORDS = {
    "nuevo": ("nuevo", "new"),
    "casos": ("mis casos", "my cases"),
    "salir": ("salir", "exit"),
    "persona": ("persona", "person"),
    "guias": ("guías", "guides"),
    "privacidad": ("privacidad", "privacy"),
    "ayuda": ("ayuda", "help"),
    "idioma": ("idioma", "language"),
}


@pytest.mark.parametrize("language", ["es", "en"])
async def test_each_word_does_what_its_command_does(world: World, language: str) -> None:
    """U15: the same answer and the same buttons, with the slash and without."""
    marta = await world.client(language=language)
    await marta.says("👍")
    for name, words in WORDS.items():
        await marta.commands(name)
        slash = (marta.last, marta.labels)
        await marta.commands("salir")
        await marta.says(words[language == "en"])
        assert (marta.last, marta.labels) == slash, name
        await marta.commands("salir")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_every_command_answers_in_the_persons_language(world: World, language: str) -> None:
    marta = await world.client(language=language)
    await marta.says("👍")
    for name, answers in COMMANDS.items():
        await marta.commands(name)
        assert answers[language == "en"] in marta.last, name
        await marta.commands("salir")


async def test_an_unknown_command_shows_the_ways(world: World) -> None:
    marta = await world.client()
    await marta.commands("bailar")
    assert "No conozco esa orden" in marta.last and marta.labels


async def test_no_case_one_case_three_cases(world: World) -> None:
    """/casos: none with a way on, one shown at once, several as a list."""
    marta = await world.client()
    await marta.commands("casos")
    assert marta.labels == ["Abrir un caso"]
    await file(marta, PACS)
    await marta.says("mis casos")
    assert "Caso 1042" in marta.last and "3:12 p. m." in marta.last
    assert "Empeoró" in marta.labels
    await file(marta, RIS)
    await file(marta, VIEWER)
    await marta.commands("mis_tickets")
    assert [label[:4] for label in marta.labels] == ["1044", "1043", "1042"]
    assert all(len(label) <= 24 for label in marta.labels)
    await marta.presses(marta.labels[1])
    assert "Caso 1043" in marta.last


@pytest.mark.parametrize(
    "text", ["caso 1042", "1042", "estado 1042", "el 1042", "¿cómo va el caso 1042?", "CASO 1042?"]
)
async def test_a_case_is_asked_for_by_its_number(world: World, text: str) -> None:
    marta = await world.client()
    await file(marta, PACS)
    await file(marta, VIEWER)
    await marta.says(text)
    assert marta.last.startswith("Caso 1042")
    await marta.commands("caso", "1043")
    assert marta.last.startswith("Caso 1043")


async def test_a_number_in_the_text_sends_it_to_that_case(world: World) -> None:
    """1.9: no picker where the number says which."""
    marta = await world.client()
    await file(marta, PACS)
    await file(marta, VIEWER)
    await world.waits(minutes=20)
    await marta.says("sobre el 1042: el serial del equipo es A77B")
    assert "caso 1042" in marta.last and "A77B" in world.threads()[-1]


async def test_the_photo_that_came_with_a_held_message_goes_along(world: World) -> None:
    """U19: the picker loses nothing."""
    marta = await world.client()
    await file(marta, PACS)
    await file(marta, VIEWER)
    await world.waits(minutes=20)
    await marta.sends("photo", text="esto es lo que sale")
    await marta.presses(next(label for label in marta.labels if label.startswith("1043")))
    files = await world.desk.read(lambda turn: turn.files.of_ticket(1043))
    assert [file.kind for file in files] == ["photo"]
    sent = [d.letter for d in world.slack.sent if d.letter.files]
    assert [f.kind for f in sent[-1].files] == ["photo"]


async def test_something_new_from_the_picker_starts_with_what_was_said(world: World) -> None:
    """U2: what was written is understood, not asked for again."""
    marta = await world.client()
    await file(marta, PACS)
    await file(marta, RIS)
    await world.waits(minutes=20)
    await marta.says(VIEWER)
    await marta.presses("Es algo nuevo")
    assert "¿Lo envío?" in marta.last and "visor" in marta.last.lower()


async def test_a_case_no_longer_needed_is_closed_with_a_second_press(world: World) -> None:
    """U24: the second press repeats the object; the engineer reads it."""
    marta, _ = await taken(world)
    await marta.says("ya no lo necesito")
    assert "1042" in marta.last and "No pasan imágenes" in marta.last
    assert (await world.ticket(1042)).state is State.TAKEN
    await marta.presses("Dejarlo abierto")
    assert "sigue abierto" in marta.last
    await marta.says("ya no lo necesito")
    await marta.presses("Sí, cerrarlo")
    assert (await world.ticket(1042)).closing == "withdrawn"
    assert "ya no lo necesita" in world.threads()[-1]
    heard = len(marta.heard)
    await world.waits(days=4)
    assert len(marta.heard) == heard


@pytest.mark.requirement("D1")
async def test_worse_only_ever_raises(world: World) -> None:
    """D1: a wider reach may raise the priority, a smaller one never lowers it."""
    marta = await world.client()
    await file(marta, VIEWER)
    first = await world.ticket(1042)
    await marta.says("empeoró")
    assert marta.labels == ["A varias personas", "A todas", "Todo detenido"]
    await marta.presses("Todo detenido")
    raised = await world.ticket(1042)
    assert rank(world, raised.priority) < rank(world, first.priority)
    assert "alta" in marta.last and raised.because == "raised"
    await marta.says("empeoró")
    await marta.presses("A varias personas")
    assert (await world.ticket(1042)).priority == raised.priority
    assert "ya era" in marta.last or "anoté" in marta.last


async def test_the_guides_are_listed_and_one_is_opened(world: World) -> None:
    marta = await world.client()
    await marta.commands("guias")
    assert 1 < len(marta.labels) <= 10 and all(len(label) <= 24 for label in marta.labels)
    await marta.presses(marta.labels[0])
    assert "1. " in marta.last and len(marta.last) <= 700
    assert marta.labels == ["Me sirvió", "No era eso", "Hablar con alguien"]


async def test_the_guides_are_found_by_words(world: World) -> None:
    """With and without a slash; one that nobody has written is said, with a way on."""
    marta = await world.client()
    await marta.commands("guias", "firma")
    assert any("firma" in label.lower() for label in marta.labels) and len(marta.labels) < 10
    await marta.says("guías de firma")
    assert any("firma" in label.lower() for label in marta.labels)
    await marta.presses(marta.labels[0])
    assert "1. " in marta.last
    await marta.says("guias astronautas")
    assert "«astronautas»" in marta.last
    await marta.presses("Ver guías")
    assert len(marta.labels) == 10


async def in_slack(marta: Someone) -> Someone:
    """The same client, where a slash command can be answered with a form."""
    world, person = marta.world, marta.person or 0
    address = Address(
        channel="slack", account="local", user="UMARTA", chat="UMARTA", name="Marta Ríos"
    )
    await world.desk.run(
        lambda turn: turn.people.bind(person, "slack", "local", "UMARTA", "UMARTA")
    )
    return Someone(world, address, marta.person)


async def test_a_client_in_slack_finds_the_guides_too(world: World) -> None:
    inside = await in_slack(await world.client())
    await inside.commands("radica", "guias firma", text="guias firma", trigger="t1")
    assert any("firma" in label.lower() for label in inside.labels)


async def test_a_client_in_slack_asks_for_a_case_by_its_number(world: World) -> None:
    """Her own is shown; one that is not hers is refused with a way on, as everywhere."""
    marta = await world.client()
    await file(marta, PACS)
    inside = await in_slack(marta)
    await inside.commands("radica", "estado 1042", text="estado 1042", trigger="t1")
    assert "Caso 1042" in inside.last
    await inside.commands("estado", "9999", trigger="t2")
    assert "No encuentro el caso 9999" in inside.last
    assert inside.labels == ["Ver mis casos", "Hablar con alguien"]


async def test_an_article_that_solves_opens_no_case_and_gives_fair_warning(world: World) -> None:
    """1.4, S0-58: steps, how to tell it worked; then the clause, and the next one is the guide."""
    marta = await world.client()
    await marta.says(SIGNATURE)
    assert "1. " in marta.last and len(marta.last) <= 1000
    for word in ("mal uso", "error suyo", "desconocimiento"):
        assert word not in marta.last.lower()
    await marta.presses("Me sirvió")
    assert "No hizo falta abrir caso" in marta.last
    assert "política" in marta.last and "/guias" in marta.last
    assert await world.tickets() == []
    typology = "ris-firmas-formato"
    assert await world.desk.read(lambda turn: turn.strikes.has(marta.person or 0, typology))


async def test_not_it_never_loops(world: World) -> None:
    """U18: three times no; an article is offered once, and the story is kept."""
    marta = await world.client()
    await marta.says(SIGNATURE)
    not_it = marta.button("No era eso").code
    await marta.presses("", code=not_it)
    assert "seguimos" in marta.last.lower()
    for _ in range(3):
        await marta.presses("", code=not_it)
        assert "1. " not in marta.last
    while "¿Lo envío?" not in marta.last:
        await marta.says("no sé")
        assert "1. " not in marta.last
    assert "firma" in marta.last.lower()
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_a_person_from_an_article_gets_a_marked_case_with_the_story(world: World) -> None:
    """U17: never argued with; what was said goes along."""
    marta = await world.client()
    await marta.says(SIGNATURE)
    await marta.presses("Hablar con alguien")
    assert "Caso 1042" in marta.last
    ticket = await world.ticket(1042)
    assert ticket.wants_person and "firma" in ticket.text
    assert "Pidió hablar con una persona" in world.card(1042)


@pytest.mark.parametrize(
    "text", ["se dañó el cableado de la red, revisen el switch", "necesito que recuperen un backup"]
)
async def test_what_is_not_covered_is_said_with_its_clause_and_a_way(
    world: World, text: str
) -> None:
    """S0-26, S0-23: no case by itself, and a person looks at it on a press."""
    marta = await world.client()
    await marta.says(text)
    assert "política" in marta.last and "Que lo revisen" in marta.labels
    assert await world.tickets() == []
    await marta.presses("Que lo revisen")
    assert "Caso 1042" in marta.last
    assert text.rsplit(maxsplit=1)[-1] in (await world.ticket(1042)).text


@pytest.mark.parametrize(
    "text", ["hola", "buenas tardes", "gracias", "muchas gracias!", "ok", "listo", "sí", "no"]
)
async def test_small_talk_opens_nothing(world: World, text: str) -> None:
    marta = await world.client()
    await marta.says(text)
    await world.waits(days=2)
    assert await world.tickets() == [] and len(marta.heard) <= 1


NOTHINGS = (
    "👍", "👌", "🙏", "😀", "😡", "❤️", "👍🏽", "👍👍👍", "🎉", "🤖",
    "…", "...", "?", "!!!", "-", "   ", "", "¿?", "🇨🇴", "👨‍👩‍👧",
)  # fmt: skip


async def test_what_is_no_word_opens_nothing_and_is_not_answered_twice(world: World) -> None:
    """1.27: with nothing pending silence; with a question pending it is asked again."""
    marta = await world.client()
    for text in NOTHINGS:
        await marta.says(text)
    await marta.sends("sticker")
    assert len(marta.heard) == 1 and await world.tickets() == []
    await marta.says("no me funciona")
    asked = len(marta.heard)
    for text in NOTHINGS:
        await marta.says(text)
        assert "1 de 4" in marta.last, text
    await marta.sends("sticker")
    assert len(marta.heard) == asked + len(NOTHINGS) + 1
    assert await world.tickets() == []


async def test_help_says_what_can_be_written(world: World) -> None:
    marta = await world.client()
    await marta.says("¿qué puedes hacer?")
    assert "mis casos" in marta.last and len(marta.last) <= 1000
    assert {"Abrir un caso", "Ver mis casos", "Hablar con alguien"} <= set(marta.labels)


async def test_a_stale_button_of_a_conversation_meets_today(world: World) -> None:
    """U11: Enviar, Corregir qué pasa, Agregar foto pressed after filing file nothing."""
    marta = await world.client()
    await marta.says(PACS)
    old = [marta.button(label).code for label in ("Corregir qué pasa", "Agregar foto", "Enviar")]
    await marta.presses("Enviar")
    for code in old:
        await marta.presses("", code=code)
        assert "ninguna pregunta pendiente" in marta.last
    assert len(await world.tickets()) == 1


async def file(who: Someone, text: str) -> None:
    """Another case of this person's."""
    await who.says("nuevo")
    await who.says(text)
    for _ in range(5):
        if "¿Lo envío?" in who.last:
            break
        await who.says("no sé")
    await who.presses("Enviar")


def rank(world: World, priority: str) -> int:
    """0 is the most urgent."""
    return world.book.priority(priority).rank
