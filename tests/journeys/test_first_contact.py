"""Who is who, and what they are told before anything is kept: 1.1, U26, U29."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.inbound import Joined, ShowForm
from handlers.letters.letter import plain
from store.turn import Turn
from store.values import Person
from tests.journeys.world import Someone, Staff, World

FAULT = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7, solo a mí"
Make = Callable[..., World]


@pytest.fixture
def asking(make_world: Make) -> World:
    """A desk that asks before it keeps anything."""
    return make_world(desk={"consent": "ask"})


@pytest.fixture
def trial(make_world: Make) -> World:
    """A desk that lets in whoever writes."""
    return make_world(enrolment="open")


async def test_who_answers_and_what_is_kept_is_told_once(world: World) -> None:
    """1.1a, U29: the presentation stands on top of the first answer; proof of it is stored."""
    marta = await world.client()
    await marta.says(FAULT)
    assert "asistente automático" in marta.last and "/privacidad" in marta.last
    assert "datos de pacientes" in marta.last and "¿Lo envío?" in marta.last
    told = await world.desk.read(lambda turn: turn.consents.latest(marta.person or 0))
    assert told is not None and (told.answer, told.channel) == ("seen", "telegram")
    assert (told.version, told.at) == (world.book.desk.consent_version, world.now)

    await marta.presses("Enviar")
    await marta.says("nuevo")
    again = [text for text in texts(marta)[1:] if "asistente automático" in text]
    assert again == []


async def test_a_first_word_that_needs_no_answer_still_gets_the_hello(world: World) -> None:
    """Nobody is recorded as told who was told nothing."""
    marta = await world.client()
    await marta.says("👍")
    assert "asistente automático" in marta.last and "/privacidad" in marta.last
    await marta.says("👍")
    assert len(marta.heard) == 1


async def test_who_writes_twice_before_the_answer_is_told_all_the_same(world: World) -> None:
    """1.1a, U26: the notice that counts as read goes with whatever takes the first answer's place,
    and hello is said once."""
    marta = await world.client()
    await world.hears(
        marta.message("hola"), marta.message("hola"), marta.message("¿eres un robot?")
    )
    assert len(marta.heard) == 1
    assert "asistente automático" in marta.last and "/privacidad" in marta.last
    assert marta.last.count("Hola, Marta") == 1
    await marta.says("hola")
    assert "/privacidad" not in marta.last


@pytest.mark.parametrize("more", ["otra cosa", "gracias", "sí"])
async def test_a_warning_about_a_password_outlives_the_next_message(
    world: World, more: str
) -> None:
    """It is given once, so nothing that is said meanwhile takes it away."""
    marta = await world.client()
    await marta.says("hola")
    await world.hears(marta.message("mi clave es Abc12345x"), marta.message(more))
    heard = " ".join(texts(marta))
    assert heard.count("Parece una clave") == 1, heard


async def test_a_desk_that_asks_keeps_nothing_before_the_yes(asking: World) -> None:
    """U26, Ley 1581: previous, express, informed; only the words wait."""
    marta = await asking.client()
    await marta.sends("photo", text=FAULT)
    assert marta.labels == ["Acepto y sigo", "Ver la política", "No acepto"]
    assert "asistente automático" in marta.last and "pacientes" in marta.last
    assert len(marta.last) <= 350

    kept = await asking.desk.read(lambda turn: turn.consents.latest(marta.person or 0))
    files = await asking.desk.read(lambda turn: turn.files.all(list(range(1, 9))))
    assert (kept, files, await asking.tickets()) == (None, [], [])
    await marta.commands("nuevo")
    assert marta.labels[0] == "Acepto y sigo"


async def test_what_was_written_before_the_yes_goes_on_after_it(asking: World) -> None:
    """1.1b: she never types it twice, and what it said is not asked for."""
    marta = await asking.client()
    await marta.says(FAULT)
    await marta.presses("Ver la política")
    assert "Versión" in marta.last and marta.labels == ["Acepto y sigo", "No acepto"]
    await marta.presses("Acepto y sigo")
    assert "¿Lo envío?" in marta.last and "Resonador" in marta.last
    told = await asking.desk.read(lambda turn: turn.consents.latest(marta.person or 0))
    assert told is not None and told.answer == "yes"
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last


async def test_a_no_forgets_the_words_and_says_where_else_to_go(asking: World) -> None:
    marta = await asking.client()
    await marta.says(FAULT)
    await marta.presses("No acepto")
    assert "no guardamos nada" in marta.last and "correo" in marta.last
    here = await asking.desk.read(lambda turn: turn.conversations.of_person(marta.person or 0))
    assert "resonador" not in str(here)
    await marta.says("hola")
    await marta.presses("Acepto y sigo")
    assert "¿Qué le pasa?" in marta.last


async def test_a_button_cannot_go_round_the_question(asking: World) -> None:
    """A forged press before the yes opens nothing and asks."""
    marta = await asking.client()
    await marta.says("hola")
    for code in ("c:new", "c:send", "c:person", "c:guides", "c:my_data"):
        await marta.presses("", code=code)
        assert marta.labels[0] == "Acepto y sigo", code
    assert await asking.tickets() == []


async def invited(world: World) -> tuple[str, Someone]:
    """A code for Marta, and somebody the desk does not know yet."""
    marta = await world.client("Marta Ríos")
    expires = world.now + timedelta(days=7)

    def code(turn: Turn) -> str:
        turn.people.unbind("telegram", marta.address.account, marta.address.user)
        return turn.people.invite(marta.person or 0, expires)

    return await world.desk.run(code), world.stranger("M.")


async def test_an_invitation_names_its_person_and_asks_first(world: World) -> None:
    """1.1b: a link, not typing; name and initial, and the code is good once."""
    code, phone = await invited(world)
    await phone.says(FAULT)
    assert phone.labels == ["Tengo un código", "Pedir acceso"]
    await phone.commands("start", code)
    assert "Marta R., Clínica Lago Gris" in phone.last
    assert phone.labels == ["Sí, soy yo", "No soy yo"]
    assert await known(world, phone) is None

    await phone.presses("Sí, soy yo")
    person = await known(world, phone)
    assert person is not None and person.name == "Marta Ríos"
    assert "asistente automático" in phone.last and "¿Lo envío?" in phone.last

    other = world.stranger("Otra")
    await other.commands("start", code)
    assert "no está vigente" in other.last


async def test_not_me_binds_nobody_and_the_code_stays_good(world: World) -> None:
    code, wrong = await invited(world)
    await wrong.commands("start", code)
    await wrong.presses("No soy yo")
    assert "no guardé nada" in wrong.last
    assert wrong.labels == ["Tengo un código", "Pedir acceso"]
    await wrong.presses("", code="c:its_me")
    assert await known(world, wrong) is None

    right = world.stranger("Marta")
    await right.says(code.lower())
    await right.presses("Sí, soy yo")
    assert await known(world, right) is not None
    assert "¿Qué le pasa?" in right.last


async def test_wrong_codes_are_counted_and_then_barred_for_an_hour(world: World) -> None:
    """No guessing: five tries, and the way through a person stays open."""
    code, phone = await invited(world)
    for left in (4, 3, 2, 1):
        await phone.commands("start", "QQQQQQQQ")
        assert f"{left}." in phone.last and "no está vigente" in phone.last
    await phone.says("ZZZZZZZZ")
    assert "11:12 a. m." in phone.last and phone.labels == ["Pedir acceso"]
    await phone.says(code)
    assert "11:12 a. m." in phone.last
    await world.waits(minutes=61)
    await phone.says(code)
    assert phone.labels == ["Sí, soy yo", "No soy yo"]


async def test_a_stranger_reads_the_same_whoever_they_name(world: World) -> None:
    """1.1c: no probing for institutions."""
    await world.client()
    first, second = world.stranger("A"), world.stranger("B")
    await first.says("soy de Clínica Lago Gris y no pasan imágenes")
    await second.says("soy de Hospital Inventado y no pasan imágenes")
    assert (first.last, first.labels) == (second.last, second.labels)
    await first.presses("Pedir acceso")
    await first.says("Clínica Lago Gris, marta@lagogris.example")
    await second.presses("Pedir acceso")
    await second.says("Hospital Inventado, x@inventado.example")
    assert first.last == second.last and "6:00 p. m." in first.last


async def asked(world: World) -> tuple[Staff, Someone]:
    """A stranger who asked to be let in, and the supervisor who reads it."""
    await world.client("Marta Ríos")
    lucia = await world.staff("Lucía Mora", "supervisor")
    phone = world.stranger("M. R.")
    await phone.says(FAULT)
    await phone.presses("Pedir acceso")
    await phone.says("Clínica Lago Gris, marta@lagogris.example")
    return lucia, phone


async def test_a_request_for_access_is_linked_by_a_supervisor(world: World) -> None:
    """The supervisor says who it is; what was written before goes on by itself."""
    lucia, phone = await asked(world)
    assert "marta@lagogris.example" in lucia.last
    shown = await lucia.presses("Vincular a…")
    assert isinstance(shown, ShowForm)
    faults = await lucia.fills(shown, person="Nadie Así")
    assert getattr(faults, "faults", {}) == {"person": "form.fault.no_such_person"}
    await lucia.fills(shown, person="marta rios")
    person = await known(world, phone)
    assert person is not None and person.name == "Marta Ríos"
    assert "¿Lo envío?" in phone.last and "Resonador" in phone.last
    late = await lucia.presses("No dar acceso")
    assert getattr(late, "key", "") == "toast.old_button"


async def test_a_request_for_access_is_declined_with_a_way_on(world: World) -> None:
    lucia, phone = await asked(world)
    await lucia.presses("No dar acceso")
    assert "código" in phone.last and phone.labels == ["Tengo un código"]
    assert await known(world, phone) is None


async def test_only_supervisors_let_people_in(world: World) -> None:
    lucia, phone = await asked(world)
    camila = await world.staff("Camila Duarte")
    for label in ("Vincular a…", "No dar acceso"):
        refused = await camila.presses("", code=lucia.button(label).code)
        assert getattr(refused, "key", "") == "staff_refusal.not_allowed"
    assert await known(world, phone) is None


async def test_a_trial_lets_in_whoever_writes(trial: World) -> None:
    """RADICA_ENROLMENT=open: a trial organisation whose plan allows chat."""
    phone = trial.stranger("Nadia Soto")
    await phone.says(FAULT)
    assert "Hola, Nadia" in phone.last and "espacio de prueba" in phone.last
    await phone.presses("Enviar")
    assert "Caso 1042" in phone.last
    person = await known(trial, phone)
    assert person is not None and person.organisation is not None
    home = await trial.desk.read(lambda turn: turn.people.organisation(person.organisation))
    assert home.trial and "chat" in trial.book.plan(home.plan).channels.follow_up


async def test_whoever_acts_in_the_channel_of_a_trial_is_staff(trial: World) -> None:
    phone = trial.stranger("Nadia Soto")
    await phone.says(FAULT)
    await phone.presses("Enviar")
    ana = trial.newcomer("Ana Paz", "UANA")
    await ana.steps("claim", 1042)
    assert "Ana" in phone.last
    engineer = await known(trial, ana)
    assert engineer is not None and engineer.roles == {"engineer"}
    lucia = trial.newcomer("Lucía Mora", "ULUCIA")
    await lucia.commands("report", "resumen")
    assert "Resumen" in lucia.last


async def test_a_stranger_in_the_channel_of_a_closed_desk_does_nothing(world: World) -> None:
    marta = await world.client()
    await marta.says(FAULT)
    await marta.presses("Enviar")
    eve = world.newcomer("Eve", "UEVE")
    refused = await eve.steps("claim", 1042)
    assert getattr(refused, "key", "") == "staff_refusal.not_allowed"
    assert (await world.ticket(1042)).holder is None


@pytest.mark.parametrize("text", ["¿es un robot?", "eres un bot?"])
async def test_asked_whether_it_is_a_robot_it_says_so(world: World, text: str) -> None:
    """U29: at any moment, also inside a question, which stays open."""
    marta = await world.client()
    await marta.says(text)
    assert "automático" in marta.last and "Hablar con alguien" in marta.labels
    await marta.says("no me funciona")
    await marta.says("¿es un robot?")
    assert "Sí, soy un asistente automático" in marta.last and "1 de 4" in marta.last


async def test_privacy_shows_what_is_kept_and_takes_the_request_to_erase(world: World) -> None:
    """Ley 1581: know, correct, erase; the last step is pressed twice (U24)."""
    marta = await world.client()
    lucia = await world.staff("Lucía Mora", "supervisor")
    await marta.says("privacidad")
    assert world.book.desk.consent_version in marta.last
    await marta.presses("Ver mis datos")
    assert "Marta Ríos" in marta.last and "Clínica Lago Gris" in marta.last
    await marta.presses("Borrar mis datos")
    assert marta.labels == ["Sí, borrarlos", "Está bien así"] and lucia.heard == []
    await marta.presses("Sí, borrarlos")
    assert "no tiene que hacer nada" in marta.last.lower()
    assert "Marta Ríos" in lucia.last


async def test_erasing_waits_for_open_cases(world: World) -> None:
    marta = await world.client()
    lucia = await world.staff("Lucía Mora", "supervisor")
    await marta.says(FAULT)
    await marta.presses("Enviar")
    await marta.commands("privacidad")
    await marta.presses("Borrar mis datos")
    assert "caso abierto" in marta.last
    await marta.presses("", code="c:erase_yes")
    assert "caso abierto" in marta.last and lucia.heard == []


async def test_the_language_is_changed_by_a_press(world: World) -> None:
    marta = await world.client()
    await marta.says("idioma")
    await marta.presses("English")
    assert "English" in marta.last
    await marta.says("hello")
    assert "Tell me in one sentence" in marta.last
    await marta.commands("idioma")
    await marta.presses("Español")
    await marta.says("hola")
    assert "¿Qué le pasa?" in marta.last


async def test_a_whole_case_in_english(world: World) -> None:
    """The same story in the reader's language; the desk's own people read Spanish."""
    john = await world.client("John Smith", language="en")
    camila = await world.staff("Camila Duarte")
    await john.says("hi, the MRI in room 2 is not sending images to the PACS since 7, only me")
    assert "automatic" in john.last
    await john.presses("Send")
    assert "Case 1042" in john.last and "3:12" in john.last
    await camila.steps("claim", 1042)
    assert "Camila" in john.last and "engineer" in john.last
    await camila.steps("solve", 1042, solution="the queue was released")
    assert "Wednesday" in john.last
    await john.says("yes")
    assert (await world.ticket(1042)).closing == "confirmed"
    spanish = ("Caso ", "Hola", "usted", "Enviar", "Gracias")
    assert [text for text in texts(john) if any(word in text for word in spanish)] == []


async def test_in_a_group_it_says_once_where_it_works(world: World) -> None:
    """No case is ever shown in a group, not to its own people either."""
    marta = await world.client()
    await marta.says(FAULT)
    await marta.presses("Enviar")
    heard = len(marta.heard)
    group = in_group(world, marta)
    await group.says("¿cómo va el caso 1042?")
    await group.commands("caso", "1042")
    await in_group(world, world.stranger("X")).commands("casos")
    assert len(group.heard) == 1 and "en privado" in group.last
    assert "1042" not in group.last and group.heard[0].choices == ()
    refused = await group.presses("", code="t:see:1042:new:-")
    assert getattr(refused, "key", "") == "group.toast"
    assert (len(group.heard), len(marta.heard)) == (1, heard)


async def test_added_to_a_group_it_introduces_itself_and_then_is_quiet(world: World) -> None:
    marta = await world.client()
    group = in_group(world, marta)
    await world.hears(Joined(address=group.address, key="j1", at=world.now, added=True))
    assert "en privado" in group.last
    await group.says("hola a todos")
    assert len(group.heard) == 1


def in_group(world: World, who: Someone) -> Someone:
    """The same person in a group that the bot is in."""
    return Someone(world, replace(who.address, chat="-100777", private=False), who.person)


def texts(who: Someone) -> list[str]:
    """Everything a person was told, with labels."""
    return [
        " | ".join([plain(letter.text), *(c.label for c in letter.choices)]) for letter in who.heard
    ]


async def known(world: World, who: Someone) -> Person | None:
    """The person whose phone this is, if any."""
    a = who.address
    return await world.desk.read(lambda turn: turn.people.find(a.channel, a.account, a.user))


async def test_a_desk_without_a_notice_still_says_who_answers_once(make_world: Make) -> None:
    """U29: where the owner keeps the consent elsewhere, the presentation is not left out."""
    world = make_world(desk={"consent": "off"})
    marta = await world.client()
    await marta.says("hola")
    assert "asistente automático" in marta.last and "/privacidad" not in marta.last
    await marta.says("hola")
    assert "asistente automático" not in marta.last


async def test_a_form_opened_from_a_command_asks_for_consent_first(asking: World) -> None:
    """U26: no way into a case goes around the question."""
    marta = await asking.client()
    account, person = "local", marta.person or 0
    await asking.desk.run(
        lambda turn: turn.people.bind(person, "slack", account, "UMARTA", "DMARTA")
    )
    address = replace(marta.address, channel="slack", user="UMARTA", chat="CANY", private=False)
    receipt = await Someone(asking, address, person).commands("ticket", "no abre", trigger="t1")
    assert not isinstance(receipt, ShowForm)
    told = [d.letter for d in asking.slack.sent if d.place.chat == "DMARTA"]
    assert [c.label for c in told[-1].choices][0] == "Acepto y sigo"
    assert await asking.tickets() == []
