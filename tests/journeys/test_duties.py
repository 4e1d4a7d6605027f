"""What a desk owes whoever writes, whichever policy it keeps: a case, its terms, news, an end."""

from collections.abc import Callable

import pytest

from handlers.inbound import ShowForm, Toast
from handlers.letters.receipts import draw
from handlers.wording import Words
from scheduler.channel import Outcome, Result
from tests.journeys.world import Someone, Staff, World

Make = Callable[..., World]
KNOWN = ", solo a mí, desde hoy, en la sede norte"
ODD = "sale un recuadro gris con números"

SCOPE = {  # generic, section 2: what is in scope, as the source lists it, and how urgent it is
    "Incidente crítico que afecta la operación del sistema": ("crítica", "incident"),
    "Fallos o errores del servicio": ("moderada", "incident"),
    "Restauración de copias de seguridad disponibles": ("moderada", "request"),
    "Ajustes técnicos menores según el plan": ("consulta", "request"),
}
ANSWERS = {  # our own reading of impact by urgency, for a fault that the catalogue does not name
    ("Solo a mí", False): "BAJA",
    ("A varias personas", False): "MEDIA",
    ("A todas", False): "MEDIA",
    ("A todas", True): "ALTA",
}


async def finished(client: Someone) -> None:
    """Answer what is still asked with the first button or a shrug, and send it."""
    for _ in range(8):
        if "Enviar" in client.labels:
            await client.presses("Enviar")
            return
        await client.says("no sé")
    raise AssertionError(client.last)


async def of(world: World, name: str = "Ana Gil") -> Someone:
    """A client of the only plan."""
    return await world.client(name, plan=world.book.plans[0].key)


async def at_work(world: World, said: str) -> tuple[Someone, Staff, int]:
    """A case in Camila's hands."""
    ana = await of(world)
    await ana.says(said)
    await finished(ana)
    (ticket,) = await world.tickets()
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", ticket.number)
    return ana, camila, ticket.number


@pytest.mark.requirement("S0-02", "S0-56")
async def test_nothing_is_attended_before_it_is_a_case(world: World) -> None:
    """What was only told reaches nobody of the desk; registered, it has a number and a card."""
    marta = await world.client()
    await marta.says(f"no abre el visor{KNOWN}")
    await world.waits(minutes=20)
    assert await world.tickets() == [] and world.slack.sent == []
    await marta.presses("Enviar")
    assert "Caso 1042" in marta.last and "Marta" in world.card(1042)


@pytest.mark.requirement("S1-06", "S1-07", "S1-08", "S1-57")
async def test_an_incident_has_its_number_and_its_time_at_once(sgm_world: World) -> None:
    """One person and work that goes on: 72 hours, elapsed, by the day. A request is told apart."""
    ana = await of(sgm_world)
    await ana.says(f"no imprime el documento{KNOWN}")
    await finished(ana)
    (ticket,) = await sgm_world.tickets()
    assert ticket.kind == "incident" and ticket.opened_at == sgm_world.now
    assert f"Caso {ticket.number}" in ana.last and "SGM: 72 h; manual, Tabla 5" in ana.last
    assert "viernes 27 de noviembre a las 10:12 a. m." in ana.last
    await ana.says("nuevo")
    await ana.says("quiero que creen unos usuarios")
    await finished(ana)
    request = (await sgm_world.tickets())[-1]
    assert request.kind == "request" and request.typology == "solicitud-crear-usuarios"


@pytest.mark.requirement("S1-01")
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("no tenemos internet", "soporte técnico local o al proveedor de internet"),
        ("un virus cifró los equipos", "el área de sistemas de su institución"),
        ("se dañó el computador", "su soporte técnico"),
    ],
)
async def test_what_is_no_matter_of_the_desk_is_told_whose_it_is(
    sgm_world: World, said: str, words: str
) -> None:
    ana = await of(sgm_world)
    await ana.says(said)
    assert words in ana.last and "alcance" in ana.last
    assert await sgm_world.tickets() == []


@pytest.mark.requirement("S1-03", "S1-09", "S1-34")
async def test_each_role_does_its_part(sgm_world: World) -> None:
    """Who takes it solves it or hands it on; the figures are the supervisors'; clients approve."""
    ana, camila, number = await at_work(sgm_world, f"no guarda la información{KNOWN}")
    lucia = await sgm_world.staff("Lucía Mora", "supervisor")
    refused = await camila.commands("reporte", "resumen")
    assert refused == Toast(key="staff_refusal.no_report")
    await lucia.commands("reporte", "resumen")
    assert lucia.heard
    await camila.steps("escalate", number, level="2", need="revisar la base", tell="yes")
    assert (
        "Agente Mesa de Servicio Nivel 2" in ana.last
        and (await sgm_world.ticket(number)).level == 2
    )
    await camila.steps("solve", number, solution="quedó la conexión")
    assert {"Sí, resuelto", "No, sigue fallando"} <= set(ana.labels)
    await ana.presses("Sí, resuelto")
    assert await sgm_world.tickets() == []


@pytest.mark.requirement("S1-04", "S1-30")
async def test_the_solution_is_tried_by_who_asked_for_it(sgm_world: World) -> None:
    """A yes approves, a no is said with what goes on; nobody else's word ends the case."""
    ana, camila, number = await at_work(sgm_world, f"no guarda la información{KNOWN}")
    await camila.steps("solve", number, solution="quedó la conexión")
    assert "quedó la conexión" in ana.last
    await ana.presses("No, sigue fallando")
    assert "¿Qué sigue pasando?" in ana.last
    assert (await sgm_world.ticket(number)).round == 2


@pytest.mark.requirement("S0-71", "S0-72", "S0-74", "S0-75", "S0-73")
@pytest.mark.parametrize(("scope", "stopped"), ANSWERS)
async def test_reach_and_urgency_decide_where_the_catalogue_says_nothing(
    world: World, scope: str, stopped: bool
) -> None:
    """One person is low, several or everybody medium; all of them with work stopped is high."""
    marta = await world.client()
    await marta.says("no me funciona")
    await marta.presses("Otro / no sé")
    await marta.says(f"{ODD}{', todo está detenido' if stopped else ''}")
    for label in (scope, "Desde hoy"):
        if label in marta.labels:
            await marta.presses(label)
    await finished(marta)
    assert ANSWERS[scope, stopped] in world.card(1042), world.card(1042)


@pytest.mark.requirement("S2-01", "S2-02", "S2-04")
@pytest.mark.parametrize("said", SCOPE)
async def test_what_is_in_scope_gets_a_case_and_no_hour(make_world: Make, said: str) -> None:
    """Generic: incidents, faults, restores and small changes; none has a figure (D18)."""
    world = make_world("generic")
    ana = await of(world)
    await ana.says(f"{said}{KNOWN}")
    await finished(ana)
    (ticket,) = await world.tickets()
    priority, _ = SCOPE[said]
    known = world.book.typology(ticket.typology or "")
    assert known.label == said and ticket.promise.due is None
    assert f"prioridad {priority}" in ana.last or priority.upper() in world.card(ticket.number)
    assert "a. m." not in ana.last and "p. m." not in ana.last


@pytest.mark.requirement("S2-12")
async def test_a_secret_is_never_asked_for_and_never_kept(make_world: Make) -> None:
    world = make_world("generic")
    ana = await of(world)
    await ana.says("falla el servicio, mi clave es Tucan2026! y me rechaza, solo a mí hoy")
    assert "clave" in ana.last
    await finished(ana)
    (ticket,) = await world.tickets()
    assert "Tucan2026" not in ticket.text + ticket.subject + world.card(ticket.number)


@pytest.mark.requirement("S2-14", "S2-15", "S2-16")
async def test_a_case_is_taken_told_about_and_written_down(make_world: Make) -> None:
    """Generic: a person has it or the next level; the client reads what is missing; all is kept."""
    world = make_world("generic")
    ana, camila, number = await at_work(world, f"falla el servicio{KNOWN}")
    await camila.steps("ask", number, question="¿qué mensaje sale?")
    assert "¿qué mensaje sale?" in ana.last
    await ana.says("error 500")
    await camila.steps("escalate", number, level="2", need="mirar el servidor", tell="yes")
    assert world.book.level(2).name.es in ana.last
    await camila.steps("solve", number, solution="se reinició el servicio")
    heard = len(ana.heard)
    await world.waits(hours=23)
    assert len(ana.heard) == heard
    await world.waits(hours=1, minutes=1)
    assert len(ana.heard) == heard + 1
    await world.waits(hours=48)
    assert await world.tickets() == []
    trail = await world.desk.read(lambda turn: turn.audit.of(number))
    written = [row.what for row in trail]
    assert {"opened", "claimed", "asked", "escalated", "solved"} <= set(written), written


@pytest.mark.requirement("S3-01", "S3-02", "S3-03")
async def test_a_closed_desk_names_its_other_ways(make_world: Make) -> None:
    """OGTIC at night: the chat files the case; the direct line and the mail are named."""
    world = make_world("ogtic")
    await world.waits(hours=10)
    ana = await world.client(plan=world.book.plans[0].key, country="DO")
    await ana.says(f"no carga la plataforma{KNOWN}")
    await finished(ana)
    assert "Caso 501" in ana.last
    assert "Línea directa (+1 809 555 0100)" in ana.last
    assert "Correo de soporte (soporte@example.org)" in ana.last


WAYS = {  # section 3 of imexhs and of generic: what must be known of each way, by hand
    "S0-44": ("imexhs", "Llamadas de la mesa", "solo hace llamadas; no recibe, y su número puede"),
    "S0-45": ("imexhs", "Correo del caso", "solo de @imexhs.com"),
    "S0-46": ("imexhs", "Chat", "lo anuncian los canales oficiales de Marketing"),
    "S0-47": ("imexhs", "Portal del cliente", "https://imexhs.com/"),
    "S2-13": ("generic", "Plataforma o mesa de soporte", ""),
}


@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=pytest.mark.requirement(key)) for key in WAYS]
)
async def test_what_must_be_known_of_a_way_is_told(make_world: Make, key: str) -> None:
    policy, name, known = WAYS[key]
    marta = await of(make_world(policy), "Marta Ríos")
    await marta.says("política")
    read = [marta.last]
    while "Seguir leyendo" in marta.labels:
        await marta.presses("Seguir leyendo")
        read.append(marta.last)
    (line,) = [one for page in read for one in page.splitlines() if one.startswith(f"• {name}")]
    assert known in line and line.endswith(("(sección 3)", "(3)"))


@pytest.mark.requirement("S1-02")
async def test_a_question_of_use_is_a_matter_of_the_desk(sgm_world: World) -> None:
    """To inform and to train are functions of the desk: whoever asks how, has a case."""
    ana = await of(sgm_world)
    await ana.says("no me funciona")
    await ana.presses("Cómo se hace")
    await finished(ana)
    (ticket,) = await sgm_world.tickets()
    known = sgm_world.book.typology(ticket.typology or "")
    assert (known.label, sgm_world.book.category(known.category).label) == (
        "Consulta de uso",
        "(uso)",
    )


LADDER = [  # Tabla 3, by hand
    "Analista Mesa de Servicio",
    "Agente Mesa de Servicio Nivel 2",
    "Ingeniero Desarrollo",
    "Gerente Tecnología",
    "Proveedor de Servicios",
]


@pytest.mark.requirement("S1-34", "S1-35", "S1-36")
async def test_the_next_level_and_the_fifth_are_offered_from_each(sgm_world: World) -> None:
    ana, camila, number = await at_work(sgm_world, f"no guarda la información{KNOWN}")
    for level in (2, 3, 4, 5):
        shown = await camila.presses("", code=sgm_world.card_button(number, "escalate").code)
        assert isinstance(shown, ShowForm)
        view = (
            await sgm_world.desk.read(lambda turn, form=shown: draw(form, turn, Words("es")))
        ).form
        assert view is not None
        offered = [one.label for one in view.fields[0].options]
        upwards = [one for one in offered if int(one[0]) >= level]
        assert upwards == [f"{n} · {LADDER[n - 1]}" for n in sorted({level, 5})]
        await camila.steps("escalate", number, level=str(level), need="seguir", tell="yes")
        assert LADDER[level - 1] in ana.last and f"nivel {level}" in ana.last


@pytest.mark.requirement("S1-32", "D20")
async def test_silence_approves_only_what_was_heard(sgm_world: World) -> None:
    """A notice that the client never got closes nothing, however long it is quiet."""
    ana, camila, number = await at_work(sgm_world, f"no guarda la información{KNOWN}")
    blocked = Outcome(result=Result.PERMANENT, code="Forbidden: bot was blocked by the user")
    sgm_world.telegram.answers[ana.address.chat] = blocked
    await camila.steps("solve", number, solution="quedó la conexión")
    await sgm_world.waits(days=9)
    assert (await sgm_world.ticket(number)).closed_at is None
