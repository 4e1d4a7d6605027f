"""Rules that hold in every conversation, where no other story shows them (U1-U30)."""

import itertools
from datetime import UTC, datetime

import pytest

from handlers.inbound import Done, File, Toast
from handlers.letters.letter import plain
from policy.ticket import State
from store.turn import Turn
from store.values import Destination
from tests.journeys.test_commands import PACS, file
from tests.journeys.test_confirming import solved
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, World

QUESTIONS = {
    "what": "¿En qué le pasa?",
    "detail": "¿Qué ve exactamente?",
    "scope": "¿A quién le pasa?",
    "since": "¿Desde cuándo?",
}
PIECES = {"what": "no abre el visor", "scope": "solo a mí", "since": "desde ayer"}
ALARMS = (
    "se cayó todo el RIS nadie puede trabajar",
    "URGENTE el pacs está caído en todo el hospital",
    "desde el corte de luz no funciona nada del sistema",
    "ningún equipo envía imágenes, estamos todos detenidos",
    "no hay sistema en ninguna sede",
    "worklist caído en todas las sedes",
    "el PACS no recibe nada desde la madrugada, todo detenido",
    "se fue la luz y nada prende",
    "todo el sistema está abajo, urgencias parada",
    "el RIS está caído, no podemos atender pacientes",
    "se cayó el PACS completo",
    "el servidor no responde, nadie puede entrar",
    "colapso total, ningún médico ve imágenes y el ris está caído",
    "después del apagón no levanta el sistema",
    "todos los equipos están sin sistema",
    "nada funciona, ayuda ya",
    "everything is down, nobody can work",
    "the PACS is down at all sites",
    "nothing works since the power cut",
    "el sistema está fuera de servicio en toda la clínica",
)


@pytest.mark.parametrize(
    "known", [c for n in range(4) for c in itertools.combinations(PIECES, n)], ids="+".join
)
async def test_what_is_known_is_never_asked(world: World, known: tuple[str, ...]) -> None:
    """U2, U12: only open questions, counted "1 de n" and recounted as they are filled."""
    marta = await world.client()
    await marta.says(", ".join(PIECES[name] for name in known) or "no me funciona")
    asked: list[str] = []
    while "¿Lo envío?" not in marta.last:
        (name,) = [name for name, words in QUESTIONS.items() if words in marta.last]
        asked.append(name)
        await marta.says("no sé")
    assert len(asked) <= 4 and len(set(asked)) == len(asked)
    assert not set(asked) & set(known)
    assert ("what" in known) <= ("detail" not in asked)


async def test_the_count_shrinks_when_an_answer_fills_two(world: World) -> None:
    """U12: "2 de 4", then "3 de 3" once one word has answered two questions."""
    marta = await world.client()
    await marta.says("no me funciona")
    await marta.presses("No puedo entrar")
    assert "2 de 4" in marta.last
    await marta.says("sale un recuadro gris con números, desde ayer")
    assert "3 de 3" in marta.last


async def test_two_bubbles_in_a_turn_fail_a_story(world: World) -> None:
    """U3: the check that every story passes through can fail."""
    marta = await world.client()
    a = marta.address

    def chatter(turn: Turn) -> None:
        place = Destination(channel=a.channel, account=a.account, chat=a.chat, person=marta.person)
        turn.say(place, "first.accepted")

    await world.desk.run(chatter)
    with pytest.raises(AssertionError, match="2 bubbles in 1 turn"):
        await marta.says("hola")


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
async def test_every_question_has_every_way_out(world: World, depth: int) -> None:
    """U4: ayuda names them; volver, salir and persona work at each step."""
    marta = await world.client()
    await at_question(marta, depth)
    asked = marta.last
    await marta.says("ayuda")
    assert {"Volver", "Salir", "Hablar con alguien"} <= set(marta.labels)
    await marta.presses("Volver")
    assert f"{max(1, depth - 1)} de" in marta.last, asked
    await marta.says("salir")
    assert "Salimos" in marta.last
    await marta.says("nuevo")
    await at_question(marta, depth, begun=True)
    await marta.says("quiero hablar con alguien")
    if "¿De qué se trata?" in marta.last:
        await marta.says("algo de la clave")
    assert "Caso 1042" in marta.last and (await world.ticket(1042)).wants_person


async def test_a_pressed_button_becomes_the_answer_given(world: World) -> None:
    """U11: what was chosen is drawn over the buttons, for each kind of button."""
    marta = await world.client()
    await marta.says("no me funciona")
    labels = ["No puedo entrar", "Solo a mí", "Desde hoy", "Enviar"]
    chosen = [await marta.presses(labels[0])]
    await marta.says("sale un recuadro gris con números")
    for label in labels[1:]:
        chosen.append(await marta.presses(label))
    assert chosen == [Done(chosen=label) for label in labels]


@pytest.mark.fault("F43")
async def test_an_old_answer_meets_todays_question(world: World) -> None:
    """U11: the button of a question answered long ago asks today's again."""
    marta = await world.client()
    await marta.says("no me funciona")
    old = marta.button("No veo imágenes").code
    await marta.presses("No puedo entrar")
    assert await marta.presses("", code=old) == Toast(key="toast.old_button")
    assert "2 de 4" in marta.last
    await marta.says("sale un recuadro gris con números")
    await marta.presses("Solo a mí")
    await marta.presses("Desde hoy")
    assert "No puedo entrar" in marta.last


@pytest.mark.parametrize("text", ALARMS)
async def test_an_alarm_costs_two_turns(world: World, text: str) -> None:
    """U16: no article, no question, no photo between a general stop and its number."""
    marta = await world.client()
    await marta.says(text)
    await marta.presses("Enviar")
    assert "Caso 1042 · abierto" in marta.last
    assert world.book.priority((await world.ticket(1042)).priority).rank == 0


async def test_thirty_days_of_silence_in_a_form(world: World) -> None:
    """U20: one nudge, one word at expiry, then nothing; the draft is there at the next hello."""
    marta = await world.client()
    await marta.says("no me funciona")
    await marta.presses("No puedo entrar")
    await marta.says("sale un recuadro gris con números")
    heard = len(marta.heard)
    await world.waits(days=30)
    assert len(marta.heard) == heard + 2
    await marta.says("hola")
    assert "recuadro gris" in marta.last


async def test_thirty_days_of_silence_after_a_solution(world: World) -> None:
    """U20: one reminder, one closing; no survey after silence (1.13)."""
    marta, _ = await solved(world)
    heard = len(marta.heard)
    await world.waits(days=30)
    assert len(marta.heard) == heard + 2 and "Calificar" not in marta.labels


async def test_thirty_days_of_silence_after_a_question(world: World) -> None:
    """U20, S0-50: one reminder; then it is the engineer's decision, nothing closes by itself."""
    marta, camila = await taken(world)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    heard = len(marta.heard)
    await world.waits(days=30)
    assert len(marta.heard) == heard + 1
    assert (await world.ticket(1042)).state is State.WAITING


async def test_who_waits_for_us_is_never_reminded_of_anything(world: World) -> None:
    """U20: an answered case under work sends its client nothing by itself."""
    marta, camila = await taken(world)
    await camila.writes(1042, "ya lo reviso")
    heard = len(marta.heard)
    await world.waits(days=30)
    assert len(marta.heard) == heard


NIGHT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # Tuesday, 10 p. m. in Bogota


async def test_at_night_reminders_make_no_sound(world: World) -> None:
    """U21: reminder and closing at 10 p. m. go out on time, silently."""
    marta, camila = await taken(world)
    await camila.writes(1042, "ya lo reviso")
    world.clock.set(NIGHT)
    await camila.steps("solve", 1042, solution="se liberó la cola")
    assert not marta.heard[-1].silent
    await world.waits(hours=24)
    assert "¿quedó bien" in marta.last and marta.heard[-1].silent
    await world.waits(hours=48)
    assert "cerrado" in marta.last and marta.heard[-1].silent


async def test_by_day_a_reminder_is_heard(world: World) -> None:
    marta, _ = await solved(world)
    await world.waits(hours=24)
    assert "¿quedó bien" in marta.last and not marta.heard[-1].silent


async def test_at_night_a_nudge_makes_no_sound(world: World) -> None:
    world.clock.set(NIGHT)
    marta = await world.client()
    await marta.says("no me funciona")
    assert not marta.heard[-1].silent
    await world.waits(minutes=31)
    assert "¿Seguimos?" in marta.last and marta.heard[-1].silent


async def test_the_night_is_the_clients_own(world: World) -> None:
    """10 p. m. in Bogota is 9 p. m. in Mexico, and midnight in Buenos Aires."""
    quiet: dict[str, bool] = {}
    at = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)  # 21:30 in Bogota, 20:30 in Mexico
    for number, country in ((1042, "CO"), (1043, "MX")):
        who = await world.client(f"{country} Uno", country=country, organisation=country)
        await file(who, PACS)
        quiet[country] = await reminded_silently(world, who, number, at)
    assert quiet == {"CO": True, "MX": False}


async def test_answers_and_bad_news_do_not_wait_for_the_morning(world: World) -> None:
    """U21: a missed promise and an engineer's word sound at any hour."""
    world.clock.set(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    marta, camila = await taken(world)
    await world.waits(hours=5)
    assert "no alcanzamos" in marta.last and not marta.heard[-1].silent
    await camila.writes(1042, "perdón, ya lo tengo")
    assert "ya lo tengo" in marta.last and not marta.heard[-1].silent


KINDS = {
    "voice": "nota de voz",
    "photo": "Recibí la foto",
    "document": "Recibí el archivo",
    "video": "Recibí el archivo",
    "audio": "Recibí",
    "location": "nombre de la sede",
    "contact": "su nombre",
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_text_and_begins_a_case(world: World, kind: str) -> None:
    """U28: each has its row of 1.27; what can go with a case does, and nothing is opened by it."""
    marta = await world.client()
    await marta.says("👍")
    await marta.sends(kind)
    assert KINDS[kind] in marta.last and len(marta.last) <= 200
    assert await world.tickets() == []
    await marta.says(PACS)
    await marta.presses("Enviar")
    kept = await world.desk.read(lambda turn: turn.files.of_ticket(1042))
    assert [f.kind for f in kept] == [kind]


@pytest.mark.parametrize("kind", [*KINDS, "sticker"])
async def test_what_is_not_text_in_an_open_case_goes_to_the_thread(world: World, kind: str) -> None:
    """U28: relayed without a lecture; a sticker says nothing."""
    marta, _ = await taken(world)
    await marta.says("hay otra cosa")
    heard = len(marta.heard)
    await marta.sends(kind)
    sent = [d.letter for d in world.slack.sent if d.letter.files]
    assert [f.kind for letter in sent for f in letter.files] == [kind]
    assert len(marta.heard) == heard


async def test_a_file_that_is_too_big_is_said_with_its_limit(world: World) -> None:
    marta = await world.client()
    big = File(kind="video", ref="v1", name="sala.mp4", size=34 * 2**20)
    await marta.says("", files=(big,))
    assert "34 MB" in marta.last and "20" in marta.last and marta.labels


async def test_a_deleted_message_is_told_in_the_thread(world: World) -> None:
    marta, _ = await taken(world)
    await marta.says("sale cola llena", ref="d1")
    await marta.says("", deletes="d1", ref="d1")
    assert "borró un mensaje" in world.threads()[-1]


async def at_question(who: Someone, depth: int, *, begun: bool = False) -> None:
    """In front of the n-th question of four."""
    if not begun:
        await who.says("no me funciona")
    answers = ("No puedo entrar", "sale un recuadro gris con números", "Solo a mí")
    for step in answers[: depth - 1]:
        if step in who.labels:
            await who.presses(step)
        else:
            await who.says(step)
    assert f"{depth} de 4" in who.last, plain(who.heard[-1].text)


async def reminded_silently(world: World, who: Someone, number: int, at: datetime) -> bool:
    """Whether a question asked a day before `at` is reminded without a sound."""
    camila = await world.staff(f"Camila{number} Duarte")
    await camila.steps("claim", number)
    await camila.steps("ask", number, question="¿qué mensaje sale?")
    about = str(number)

    def later(turn: Turn) -> None:
        (timer,) = [t for t in turn.timers.of(about) if t.kind == "asked.remind"]
        turn.timers.set(timer.kind, about, at, facts=timer.facts)

    await world.desk.run(later)
    heard = len(who.heard)
    await world.waits(seconds=max(0.0, (at - world.now).total_seconds()))
    assert len(who.heard) == heard + 1, who.last
    return who.heard[-1].silent
