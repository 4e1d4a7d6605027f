"""The checks of Tabla 4: the client's own before the case, the desk's own after it (D16)."""

from datetime import timedelta

import pytest

from handlers.inbound import Faults, Receipt, ShowForm
from handlers.letters import forms
from handlers.letters.letter import FormView, plain
from handlers.wording.readers import words_for
from store.turn import Turn
from tests.journeys.world import Someone, Staff, World, flat

CLIENT, ADMIN, DESK = "cliente", "administrador del cliente", "mesa"

# Our own reading of Tabla 4: its words, who does it, and a piece of what the chat asks or shows.
CABLE = ("Verificar conexiones físicas del equipo.", CLIENT, "cable de red")
IP = ("Verificar configuración de direccionamiento IP del equipo", CLIENT, "dirección IP")
URL = ("Verificar URL de acceso configurada.", CLIENT, "La dirección que abre")
SERVER = ("Verificar disponibilidad de servidor.", DESK, "servidor")
VPN = ("Verificar conexión VPN del usuario.", CLIENT, "conectada la VPN")
PASSWORD = ("Verificar usuario y contraseña", DESK, "usuario y clave")
STATUS = ("Verificar estado del usuario", DESK, "estado del usuario")
PROFILE = ("Verificar perfil de usuario", DESK, "perfil")
OWN_PASSWORD = ("Verificar usuario y contraseña", ADMIN, "el usuario y su contraseña")
OWN_STATUS = ("Verificar estado del usuario", ADMIN, "el usuario esté activo")
CAPTURE = ("Verificar procedimiento de captura por parte del usuario", CLIENT, "pasos de captura")
DEVICE = ("Verificar conectividad de dispositivo", CLIENT, "el equipo lo reconoce")
FITS = (
    "Verificar compatibilidad del dispositivo con el sistema Operativo y navegador web",
    CLIENT,
    "versión de Windows",
)
FOTOWEB = ("Verificar que se encuentre instalado el FotoWeb", CLIENT, "instalado FotoWeb")
XAMPP = ("Verificar que se esté ejecutando XAMPP", CLIENT, "XAMPP está abierto")
FLASH = ("Verificar disponibilidad de flash player.", DESK, "flash player")
MACROKEY = ("Verificar configuración del MacroKey Manager", CLIENT, "¿MacroKey Manager está")
BAT = ("Verificar configuración del huella.bat", DESK, "huella.bat")
LINK = ("Verificar conectividad ( Véase Acceso)", CLIENT, "abre otras páginas")
STEPS = ("Verificar procedimiento del usuario", CLIENT, "campos obligatorios")
ONCE = ("Verificar procedimiento por parte del usuario", CLIENT, "guardar una sola vez")
ACROBAT = ("Verificar que se encuentre instalado Adobe Acrobat", CLIENT, "instalado Adobe")
BROWSER = ("Verificar configuración de Navegador Web", CLIENT, "ventanas emergentes")
SETTINGS = ("Verificar parámetros de configuración de la plataforma", DESK, "parámetros")

PAGE = "no carga la página"
TABLE = {
    "S1-37": (PAGE, CABLE, IP, URL, SERVER),
    "S1-38": ("un funcionario no puede entrar", PASSWORD, STATUS),
    "S1-39": ("al funcionario no le salen las opciones de menú correctas", PROFILE),
    "S1-41": ("al usuario del portal cliente le salen mal las opciones del menú", PROFILE),
    "S1-42": (
        "no captura la foto", CAPTURE, DEVICE, FITS, FOTOWEB, XAMPP, FLASH, SETTINGS,
    ),
    "S1-43": ("no registra la firma", CAPTURE, DEVICE, FITS, MACROKEY, SETTINGS),
    "S1-44": ("no registra la huella", CAPTURE, DEVICE, FITS, BAT, SETTINGS),
    "S1-45": ("no muestra información en la opción", LINK, SETTINGS),
    "S1-46": ("no guarda la información", LINK, STEPS, SETTINGS),
    "S1-47": ("no imprime el documento", LINK, ACROBAT, BROWSER, SETTINGS),
    "S1-48": ("no descarga el documento", LINK, BROWSER, SETTINGS),
    "S1-49": ("se duplica la información ingresada", ONCE, SETTINGS),
}  # fmt: skip
ROWS = [
    pytest.param(said, checks, id=id, marks=pytest.mark.requirement(id))
    for id, (said, *checks) in TABLE.items()
]
Check = tuple[str, str, str]


@pytest.mark.requirement("D16", "S1-50")
@pytest.mark.parametrize(("said", "checks"), ROWS)
async def test_a_row_of_the_table_is_gone_through_in_order(
    sgm_world: World, said: str, checks: list[Check]
) -> None:
    """The client's by buttons, the desk's on the card and in its form, each as the source says."""
    marta = await asked(sgm_world, said)
    own = [check for check in checks if check[1] == CLIENT]
    for n, (_, _, piece) in enumerate(own, start=1):
        assert piece in marta.last and "Cómo verlo" in marta.last
        assert f"{n} de {len(own)}" in marta.last or len(own) == 1
        assert marta.labels == ["Está bien", "Ahí era", "No sé revisarlo"]
        await marta.presses("Está bien")
    await sent(marta)
    card = sgm_world.card(3105)
    assert all(f"{piece} (mesa)" in card for _, who, piece in checks if who == DESK), card
    assert "(cliente)" not in card and ("bien: " in card) == bool(own)
    camila = await sgm_world.staff("Camila Duarte")
    await camila.steps("claim", 3105)
    view = await drawn(sgm_world, await camila.steps("checks", 3105))
    assert [field.hint for field in view.fields] == [f"{label} · {who}" for label, who, _ in checks]


@pytest.mark.requirement("S1-40", "D16")
async def test_checks_of_the_administrator_are_asked_of_nobody_else(sgm_world: World) -> None:
    """Who administers the account is asked at once; anybody else's case says whose turn it is."""
    marta = await sgm_world.client("Marta Ríos", plan="sgm")
    await marta.says("un usuario del portal no puede entrar")
    await marta.presses("Hablar con alguien")
    assert "usuario y clave (administrador del cliente)" in sgm_world.card(3105)
    admin = await sgm_world.client("Olga Paz", plan="sgm", roles=("client_admin",))
    await admin.says("usuario del portal cliente no ingresa aunque está activo y con clave nueva")
    await admin.presses("Registrar el caso")
    for _, _, piece in (OWN_PASSWORD, OWN_STATUS):
        assert piece in admin.last and "de 2" in admin.last
        await admin.presses("Está bien")
    await sent(admin)
    await admin.presses("Es otro caso")
    assert "bien: usuario y clave, estado del usuario" in sgm_world.card(3106)
    camila = await sgm_world.staff("Camila Duarte")
    await camila.steps("claim", 3105)
    view = await drawn(sgm_world, await camila.steps("checks", 3105))
    hints = [f"{label} · {who}" for label, who, _ in (OWN_PASSWORD, OWN_STATUS)]
    assert [field.hint for field in view.fields] == hints


@pytest.mark.requirement("S1-51")
async def test_the_vpn_is_asked_of_who_works_away_from_the_site(sgm_world: World) -> None:
    """Said in passing or chosen; nobody else hears of it, and it counts for "3 de 4"."""
    marta = await asked(sgm_world, PAGE, where="Por fuera")
    pieces = [piece for _, _, piece in (CABLE, IP, URL, VPN)]
    for n, piece in enumerate(pieces, start=1):
        assert piece in marta.last and f"{n} de 4" in marta.last
        await marta.presses("Está bien")
    await sent(marta)
    camila = await sgm_world.staff("Camila Duarte")
    await camila.steps("claim", 3105)
    view = await drawn(sgm_world, await camila.steps("checks", 3105))
    assert view.fields[-1].hint == f"{VPN[0]} · {VPN[1]}"
    olga = await sgm_world.client("Olga Paz", plan="sgm", organisation="Clínica Sur")
    await olga.says("no carga la página, trabajo desde la casa")
    await olga.presses("Sí, o soy yo")
    assert "1 de 4" in olga.last


@pytest.mark.requirement("D16")
async def test_what_the_client_finds_opens_no_case(sgm_world: World) -> None:
    """*Ahí era*, and it works: recorded, closed kindly, with a way on that repeats nothing."""
    marta = await asked(sgm_world, PAGE)
    await marta.presses("Está bien")
    await marta.presses("Ahí era")
    assert "¿Ya funciona?" in marta.last
    await marta.presses("Sí, ya funciona")
    assert "no hizo falta abrir caso" in marta.last and "dirección IP" in marta.last
    assert await sgm_world.tickets() == []
    since, until = sgm_world.now - timedelta(days=1), sgm_world.now + timedelta(days=1)
    rows = await sgm_world.desk.read(lambda turn: turn.audit.between(since, until))
    found = [row.facts for row in rows if row.what == "checked"]
    assert [(f["check"], f["solved"]) for f in found] == [("direccion-ip", True)]
    await sgm_world.waits(days=1)
    await marta.presses("Sigue igual")
    assert URL[2] in marta.last and "3 de 3" in marta.last
    await marta.presses("Está bien")
    await sent(marta)
    assert "bien: cable, dirección IP, URL" in sgm_world.card(3105)
    await marta.presses("Sigue igual")
    assert len(await sgm_world.tickets()) == 1


async def test_still_failing_in_words_goes_on_too(sgm_world: World) -> None:
    marta = await asked(sgm_world, PAGE)
    await marta.says("ahí era")
    await marta.says("sí")
    assert "no hizo falta" in marta.last
    old = marta.button("Sigue igual").code
    await marta.says("todavía no")
    assert "Seguimos entonces" in marta.last and IP[2] in marta.last
    await marta.presses("", code=old)
    assert IP[2] in marta.last


async def test_a_no_long_after_is_about_something_else(sgm_world: World) -> None:
    marta = await asked(sgm_world, PAGE)
    await marta.presses("Ahí era")
    await marta.presses("Sí, ya funciona")
    await sgm_world.waits(days=2)
    await marta.says("no")
    assert "Seguimos" not in marta.last


@pytest.mark.requirement("D16")
async def test_without_somebody_of_it_there_is_no_list(sgm_world: World) -> None:
    """*No hay nadie*: straight on to the case, and the card says what is left."""
    marta = await sgm_world.client(plan="sgm")
    await marta.says(PAGE)
    assert "¿Hay alguien de sistemas con usted?" in marta.last
    assert marta.labels == ["Sí, o soy yo", "No hay nadie", "Están todos caídos"]
    await marta.presses("No hay nadie")
    await sent(marta)
    assert "falta: cable (cliente), dirección IP (cliente), URL (cliente)" in sgm_world.card(3105)


@pytest.mark.parametrize(
    "said",
    [
        "se cayó todo, a nadie le carga la página",
        "no carga la página a todos",
        "desde el corte de luz no carga la página, nada funciona",
    ],
)
async def test_a_general_stop_is_never_kept_waiting(sgm_world: World, said: str) -> None:
    """U16: words of a stop ask for no check at all."""
    marta = await sgm_world.client(plan="sgm")
    await marta.says(said)
    assert "sistemas" not in marta.last
    await sent(marta)
    assert await sgm_world.tickets()


async def test_everyone_down_is_a_general_stop(sgm_world: World) -> None:
    """*Están todos caídos* and "todo está caído" end the list: one press to a Crítica."""
    marta = await sgm_world.client("Marta Ríos", plan="sgm")
    await marta.says(PAGE)
    await marta.presses("Están todos caídos")
    assert "¿Lo envío?" in marta.last
    await marta.presses("Enviar")
    assert (await sgm_world.ticket(3105)).priority == "critica"
    olga = await sgm_world.client("Olga Paz", plan="sgm", organisation="Clínica Sur")
    await olga.says(PAGE)
    await olga.presses("Sí, o soy yo")
    await olga.presses("En la sede")
    await olga.says("todo está caído")
    assert "¿Lo envío?" in olga.last
    await olga.presses("Enviar")
    assert (await sgm_world.ticket(3106)).priority == "critica"


async def test_words_answer_a_check_too(sgm_world: World) -> None:
    """U14: "ya lo revisé", "no sé", a plain no; other words are kept, and never loop."""
    marta = await asked(sgm_world, "no captura la foto")
    await marta.says("ya lo revisé")
    assert "2 de 5" in marta.last
    await marta.says("no sé")
    assert "3 de 5" in marta.last
    await marta.says("tiene windows 98 y un navegador viejo")
    assert "Lo anoto" in marta.last and "3 de 5" in marta.last
    await marta.says("ya le dije que es viejo el equipo")
    assert "4 de 5" in marta.last
    await marta.says("no")
    assert "¿Ya funciona?" in marta.last
    await marta.says("todavía no")
    assert "5 de 5" in marta.last
    await marta.presses("Está bien")
    await sent(marta)
    ticket = await sgm_world.ticket(3105)
    assert "windows 98" in ticket.text and "viejo el equipo" in ticket.text
    card = sgm_world.card(3105)
    assert "sin poder ver: dispositivo conectado, compatibilidad" in card


async def test_a_list_survives_what_interrupts_it(sgm_world: World) -> None:
    """Back, a photo, a greeting, leaving, and the next day: never a check asked twice."""
    marta = await asked(sgm_world, PAGE)
    await marta.presses("Está bien")
    assert "2 de 3" in marta.last
    await marta.says("volver")
    assert "1 de 3" in marta.last
    await marta.presses("Está bien")
    await marta.sends("photo")
    assert "2 de 3" in marta.last
    old = marta.button("Está bien").code.replace("direccion-ip", "conexiones-fisicas")
    await marta.presses("", code=old)
    assert "2 de 3" in marta.last
    await marta.says("salir")
    await sgm_world.waits(days=1)
    await marta.says("hola")
    await marta.presses("Seguir")
    assert "2 de 3" in marta.last and IP[2] in marta.last
    await marta.presses("Está bien")
    await marta.presses("Está bien")
    await sent(marta)
    kept = await sgm_world.desk.read(lambda turn: turn.files.of_ticket(3105))
    assert [file.kind for file in kept] == ["photo"]
    assert "bien: cable, dirección IP, URL" in sgm_world.card(3105)


async def test_the_list_speaks_english(sgm_world: World) -> None:
    mary = await sgm_world.client("Mary Ríos", plan="sgm", language="en")
    await mary.says("the page does not load")
    await mary.presses("Yes, or I am IT")
    await mary.presses("At the site")
    assert "1 of 3" in mary.last and "How to look" in mary.last
    await mary.presses("That was it")
    await mary.presses("Yes, it works now")
    assert "no case was needed" in mary.last


async def test_a_guide_of_one_desk_asks_nothing_on_another(world: World) -> None:
    """A pack without checks has no list."""
    marta = await world.client()
    await marta.says("no abre el visor de imágenes")
    assert "sistemas" not in marta.last


@pytest.mark.requirement("S1-50")
async def test_the_desks_checks_count_after_the_clients(sgm_world: World) -> None:
    """A result of the desk comes back while one of the client's is missing; all is on record."""
    marta = await sgm_world.client(plan="sgm")
    await marta.says(PAGE)
    await marta.presses("No hay nadie")
    await sent(marta)
    camila = await taken(sgm_world)
    early = await camila.steps("checks", 3105, servidor="ok")
    assert early == Faults(faults={"servidor": "form.fault.client_first"})
    own = {"conexiones-fisicas": "ok", "direccion-ip": "unknown", "url-acceso": "bad"}
    await camila.steps("checks", 3105, **own)
    await camila.steps("checks", 3105, servidor="ok")
    card = sgm_world.card(3105)
    assert "bien: cable, servidor" in card and "falló: URL" in card and "falta:" not in card
    rows = await sgm_world.desk.read(lambda turn: turn.audit.of(3105))
    told = [row.facts["results"] for row in rows if row.what == "checked"]
    assert told[-1] == {"servidor": "ok"} and set(told[0]) == set(own)
    assert any("Camila revisó" in line for line in sgm_world.threads())


async def test_a_case_without_checks_offers_no_form(world: World) -> None:
    marta = await world.client()
    await marta.says("se cayó el PACS, no pasan imágenes, todo detenido")
    await marta.presses("Enviar")
    letter = world.cards(1042)[-1]
    assert letter.card and not [c for c in letter.card.menu if c.code.startswith("t:checks:")]
    assert "Lista" not in "".join(flat(plain(line)) for line in letter.card.lines)


async def asked(world: World, said: str, *, where: str = "En la sede") -> Someone:
    """A client whose IT is there, in front of the first check, if there is one."""
    marta = await world.client(plan="sgm")
    await marta.says(said)
    if "Sí, o soy yo" in marta.labels:
        await marta.presses("Sí, o soy yo")
    if where in marta.labels:
        await marta.presses(where)
    return marta


async def sent(who: Someone) -> None:
    """The rest of the questions, and *Enviar*."""
    while "¿Lo envío?" not in who.last:
        await who.presses("Solo a mí" if "Solo a mí" in who.labels else who.labels[0])
    await who.presses("Enviar")


async def taken(world: World, number: int = 3105) -> Staff:
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", number)
    return camila


async def drawn(world: World, shown: Receipt) -> FormView:
    """The form as an engineer sees it."""
    assert isinstance(shown, ShowForm)

    def draw(turn: Turn) -> FormView:
        return forms.draw(shown, turn, words_for(turn, None))

    return await world.desk.read(draw)
