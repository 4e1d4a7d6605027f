"""The response clock: when it starts, rests and stops, and what is told when it runs out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from policy.pack import Policy
from policy.ticket import Pause, State
from tests.journeys.test_hours import PACS, bronze, texts
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, Staff, World, changed

Make = Callable[..., World]
WANTED = ("Enviar", "Tengo una pregunta", "Cómo se hace", "Solo a mí")
EVE = datetime(2026, 12, 7, 21, 30, tzinfo=UTC)  # Monday 16:30 in Bogotá; Tuesday is a holiday


@pytest.mark.requirement("S0-67", "D10")
async def test_the_clock_starts_when_the_conversation_ends(world: World) -> None:
    """Half an hour of questions is nobody's delay."""
    marta = await world.client()
    await marta.says("no me funciona")
    await world.waits(minutes=25)
    await marta.says("no se ven las imágenes en el visor, solo a mí, desde ayer")
    await marta.presses("Enviar")
    promise = (await world.ticket(1042)).promise
    assert promise.started_at == world.now
    assert promise.due == world.now + timedelta(seconds=promise.seconds or 0)


@pytest.mark.requirement("S0-67", "D19")
async def test_only_a_message_that_reached_the_client_stops_the_clock(world: World) -> None:
    """Taking it does not, asking only pauses; the first answer does, and the card says when."""
    marta, camila = await taken(world)
    assert (await world.ticket(1042)).answered_at is None
    assert "1.ª respuesta: pendiente" in world.card(1042)
    await world.waits(minutes=10)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    assert (await world.ticket(1042)).answered_at is None
    await world.waits(minutes=10)
    await marta.says("dice cola llena")
    await camila.writes(1042, "gracias, libero la cola")
    assert (await world.ticket(1042)).answered_at == world.now
    assert "✅ 1.ª respuesta" in world.card(1042) and "10 min de 5 h" in world.card(1042)


async def paused(world: World) -> tuple[Someone, Staff]:
    """An hour into Marta's case, power fails on her side."""
    marta, camila = await taken(world)
    await world.waits(hours=1)
    await camila.steps("pause", 1042, cause="power", note="la UPS está en alarma")
    return marta, camila


@pytest.mark.requirement("S0-69", "D10")
async def test_the_clock_rests_for_a_cause_of_the_client(world: World) -> None:
    """In the ledger with who and why; the client reads the cause and its clause, and ends it."""
    marta, camila = await paused(world)
    ticket = await world.ticket(1042)
    pause = Pause(since=world.now, until=None, cause="client_cause", why="power", by=camila.person)
    assert (ticket.state, ticket.pauses) == (State.WAITING, (pause,))
    assert "la energía de su institución" in marta.last and "7.3" in marta.last
    assert "por la energía" in world.card(1042) and "1 h de 5 h" in world.card(1042)
    assert "UPS" in world.threads()[-1] and "UPS" not in marta.last
    await world.waits(hours=20)
    assert "no alcanzamos" not in " ".join(texts(marta)) and "VENCIDO" not in world.card(1042)
    await marta.presses("Ya está resuelto")
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.pauses[-1].until) == (State.TAKEN, world.now)
    assert ticket.promise.due == world.now + timedelta(hours=4)
    assert "el plazo sigue" in marta.last and "ya está resuelto" in world.threads()[-1]


@pytest.mark.requirement("S0-69")
async def test_an_engineer_chooses_among_the_causes_of_the_policy(world: World) -> None:
    """Power, network, their own servers; and the case goes on as the client says which."""
    _, camila = await taken(world)
    offered = await world.options(await camila.steps("pause", 1042), "cause")
    assert offered == [
        "la energía de su institución",
        "la red o el internet de su institución",
        "la infraestructura de su institución",
    ]


@pytest.mark.requirement("S0-69")
async def test_the_engineer_ends_the_pause_too(world: World) -> None:
    """And a pause that nobody ends is asked about once, after a day."""
    marta, camila = await paused(world)
    heard = len(marta.heard)
    await world.waits(hours=25)
    assert len(marta.heard) == heard + 1 and "¿ya volvió la energía" in marta.last
    await camila.steps("remind", 1042)
    assert "¿ya volvió la energía" in marta.last
    await marta.says("caso 1042")
    assert "hasta que vuelva la energía" in marta.last and "Ya está resuelto" in marta.labels
    await camila.steps("go_on", 1042)
    assert "el plazo sigue. Camila le responde" in marta.last
    assert (await world.ticket(1042)).promise.due == world.now + timedelta(hours=4)


async def test_a_pause_needs_its_cause_and_what_was_seen(world: World) -> None:
    marta, camila = await taken(world)
    heard = len(marta.heard)
    await camila.steps("pause", 1042, cause="power", note=" ")
    await camila.steps("pause", 1042, cause="weather", note="llueve")
    assert len(marta.heard) == heard and (await world.ticket(1042)).pauses == ()
    await camila.writes(1042, "ya lo veo")
    assert "pause" not in world.card_codes(1042)


async def hybrid(world: World) -> tuple[Someone, Staff]:
    """A BRONCE client with the add-on, on the eve of a holiday that BRONCE works through."""
    world.clock.set(EVE)
    more = {"plan": "bronce", "organisation": "Centro de Imagen Poniente"}
    marta = await world.client(hybrid=True, **more)
    await marta.says("se cayó el PACS completo, nadie puede trabajar")
    await marta.presses("Enviar")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    return marta, camila


@pytest.mark.requirement("S0-42", "D4")
async def test_of_two_deadlines_the_earlier_holds_whatever_happens(world: World) -> None:
    """The plan's at first, since the add-on keeps the holiday; after a pause, the add-on's."""
    marta, camila = await hybrid(world)
    ticket = await world.ticket(1042)
    assert (ticket.priority, ticket.promise.source) == ("alta", "plan")
    assert ticket.promise.due == datetime(2026, 12, 8, 20, 30, tzinfo=UTC)
    await world.waits(minutes=10)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    await world.waits(hours=41, minutes=20)  # Wednesday, ten o'clock
    await marta.says("dice sin espacio")
    promise = (await world.ticket(1042)).promise
    assert (promise.source, promise.due) == ("hybrid", world.now + timedelta(minutes=50))
    await camila.steps("priority", 1042, priority="media", reason="ya entran estudios")
    promise = (await world.ticket(1042)).promise
    assert (promise.source, promise.due) == ("hybrid", world.now + timedelta(minutes=110))


@pytest.mark.requirement("S0-42", "D4")
async def test_a_no_renews_both_promises(world: World) -> None:
    """On a plain Wednesday the add-on's hour comes first."""
    marta, camila = await hybrid(world)
    await camila.steps("solve", 1042, solution="se liberó espacio")
    await world.waits(hours=41, minutes=30)
    await marta.presses("No, sigue fallando")
    promise = (await world.ticket(1042)).promise
    assert (promise.source, promise.due) == ("hybrid", world.now + timedelta(hours=1))


@pytest.mark.requirement("S0-76")
async def test_a_time_that_counts_in_bogota_says_so_to_who_lives_elsewhere(world: World) -> None:
    """The hour is told on the reader's clock; the hours that count are Bogotá's."""
    more = {"plan": "gold", "country": "MX", "organisation": "Centro Norte", "hybrid": True}
    marta = await world.client(**more)
    await marta.says("se cayó el PACS completo, nadie puede trabajar")
    await marta.presses("Enviar")
    assert "10:12 a. m. (hora de Ciudad de México)" in marta.last
    assert "1 h en hora de Bogotá" in marta.last


TIMES = {  # by policy, plan and priority, as the sources print them: hours promised
    ("imexhs", "bronce", "CO"): {"alta": 9, "media": 12, "baja": 18},
    ("imexhs", "silver", "CO"): {"alta": 5, "media": 9, "baja": 12},
    ("imexhs", "gold", "CO"): {"alta": 2, "media": 6, "baja": 9},
    ("sgm", "sgm", "CO"): {"critica": 0.5, "alta": 2, "media": 24, "baja": 72},
}
NAMES = {"bronce": "Bronce", "silver": "Silver", "gold": "Gold", "sgm": "SGM"}
SAID = {"critica": "crítica", "alta": "alta", "media": "media", "baja": "baja"}
IDS = {"bronce": "S0-36", "silver": "S0-39", "gold": "S0-41"}
SGM_IDS = ("S1-54", "S1-55", "S1-56", "S1-57")


@pytest.mark.parametrize(
    ("policy", "plan", "country", "times"),
    [
        pytest.param(
            *where,
            times,
            id=where[1],
            marks=pytest.mark.requirement(*([IDS[where[1]]] if where[1] in IDS else SGM_IDS)),
        )
        for where, times in TIMES.items()
    ],
)
async def test_a_case_is_promised_what_its_plan_and_priority_say(
    make_world: Make, policy: str, plan: str, country: str, times: dict[str, float]
) -> None:
    """Filed on a Tuesday at 10:12; BRONCE counts from eight to six, the others day and night."""
    world = make_world(policy)
    ana = await world.client("Ana Gil", plan=plan, country=country, organisation="Centro Sur")
    await ana.says("el sistema está caído, nadie puede trabajar")
    await ana.presses("Enviar")
    (opened,) = await world.tickets()
    assert f"({NAMES[plan]}: " in ana.last and f"(prioridad {SAID[opened.priority]}, " in ana.last
    camila = await world.staff("Camila Duarte")
    for key, hours in reversed(times.items()):
        if key != (await world.ticket(opened.number)).priority:
            await camila.steps("priority", opened.number, priority=key, reason="así es")
            assert f"ahora es prioridad {SAID[key]}." in ana.last
        due = (await world.ticket(opened.number)).promise.due
        nights = 14 * int((hours + 2.2) // 10) if plan == "bronce" else 0
        assert due == world.now + timedelta(hours=hours + nights)


@pytest.mark.requirement("S3-04", "S3-06", "S3-07", "S3-08", "D9")
async def test_ogtic_counts_dominican_working_hours(make_world: Make) -> None:
    """Friday, 3 p. m. there: an hour, then, since Monday is a holiday, Tuesday from eight."""
    world = make_world("ogtic")
    world.clock.set(datetime(2027, 1, 22, 19, 0, tzinfo=UTC))
    ana = await world.client("Ana Gil", plan="ogtic", country="DO")
    await ana.says("¿cómo puedo descargar el reporte de usuarios?")
    await through(ana)
    (opened,) = await world.tickets()
    camila = await world.staff("Camila Duarte")
    expected = {"consulta": "2027-02-02T19:00Z", "mayor": "2027-01-26T19:00Z"}
    for key, due in {**expected, "critico": "2027-01-26T15:00Z"}.items():
        if key != (await world.ticket(opened.number)).priority:
            await camila.steps("priority", opened.number, priority=key, reason="así es")
        assert (await world.ticket(opened.number)).promise.due == datetime.fromisoformat(due)


HOURS = {  # BRONCE, local time: attention from, to; response from, to; how far from UTC in November
    "CO": (8, 18, 8, 18, -5),
    "MX": (7, 17, 7, 16, -6),
    "AR": (9, 20, 10, 19, -3),
    "EC": (8, 18, 8, 17, -5),
    "PE": (8, 18, 8, 17, -5),
    "HN": (7, 17, 7, 16, -6),
    "CR": (7, 17, 7, 16, -6),
}


@pytest.mark.requirement("S0-33", "S0-34", "S0-35", "S0-37", "D2")
@pytest.mark.parametrize("country", HOURS)
async def test_bronze_is_open_and_counts_by_the_hours_of_each_country(
    make_world: Make, country: str
) -> None:
    """Before it opens, in its last minute, and once it has closed; the clock by its own row."""
    opens, closes, starts, ends, zone = HOURS[country]
    midnight = datetime(2026, 11, 25, tzinfo=UTC) - timedelta(hours=zone)
    world = make_world()
    early = await bronze(world, country, at=midnight + timedelta(hours=opens, minutes=-1))
    assert f"Abrimos hoy, miércoles 25, a las {opens}:00 a. m." in early.last
    length = ends - starts
    due = timedelta(hours=12 - length, days=1) if length < 12 else timedelta(hours=12)
    counted = midnight + timedelta(hours=starts) + due
    assert (await world.ticket(1042)).promise.due == counted
    for minute, open_then in ((-1, True), (0, False)):
        at = midnight + timedelta(hours=closes, minutes=minute)
        late = await world.client(
            f"Olga {minute}", country=country, plan="bronce", organisation=f"B {minute}"
        )
        world.clock.set(at)
        await late.says("no abre el visor en urgencias, solo a mí desde hoy")
        await late.presses("Enviar")
        assert ("no hay turno" not in late.last) is open_then


@pytest.mark.requirement("S0-35", "S0-37", "D2")
async def test_open_though_the_clock_does_not_run(world: World) -> None:
    """Mexico at 16:30: the desk is open until five, the response row ended at four."""
    omar = await bronze(world, "MX", at=datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    assert "turno" not in omar.last
    assert (await world.ticket(1042)).promise.due == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)


async def test_a_policy_may_leave_the_client_in_peace(make_world: Make) -> None:
    """tell_client_on_breach = false: the desk hears of the breach, the client does not."""
    world = make_world(change=silent)
    marta, camila = await taken(world)
    heard = len(marta.heard)
    await world.waits(hours=9)
    assert len(marta.heard) == heard
    assert "VENCIDO" in world.card(1042) and "cliente avisado" not in world.card(1042)
    assert "VENCIDO" in world.threads()[-1] and "cliente" not in world.threads()[-1]
    assert camila.heard


async def test_who_stands_on_a_level_hears_of_it(world: World) -> None:
    """The second level at the breach, the third an hour later."""
    await taken(world)
    rosa = await world.staff("Rosa Lara", level=2)
    ines = await world.staff("Inés Cano", level=3)
    await world.waits(hours=5, minutes=1)
    assert "1042" in rosa.last and ines.heard == []
    await world.waits(hours=1)
    assert len(rosa.heard) == 1 and "nivel 3" in ines.last


@pytest.mark.requirement("S1-34", "S1-35", "S1-36")
async def test_the_ladder_is_climbed_by_one_and_its_last_level_reached_from_any(
    sgm_world: World,
) -> None:
    """A level is not skipped; the provider can be called from anywhere."""
    ana, camila = await sgm_case(sgm_world)
    await camila.steps("escalate", 3105, level="3", need="ver", tell="yes")
    assert (await sgm_world.ticket(3105)).level == 1
    await camila.steps("escalate", 3105, level="2", need="ver", tell="yes")
    assert "Agente Mesa de Servicio Nivel 2" in ana.last
    await camila.steps("escalate", 3105, level="5", need="ver", tell="yes")
    assert "Proveedor de Servicios" in ana.last and "nivel 5" in ana.last
    await camila.steps("escalate", 3105, level="1", need="ya respondió", tell="")
    assert (await sgm_world.ticket(3105)).level == 1


async def sgm_case(world: World) -> tuple[Someone, Staff]:
    """A case of SGM, in Camila's hands."""
    ana = await world.client("Ana Gil", plan="sgm")
    await ana.says("el sistema está caído, nadie puede trabajar")
    await ana.presses("Enviar")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 3105)
    return ana, camila


async def test_es_critico_asks_twice_and_may_raise(world: World) -> None:
    """1.7: under an out-of-hours receipt; impact, urgency, the new hour."""
    omar = await bronze(world, "CO", at=datetime(2026, 11, 28, 15, 0, tzinfo=UTC))
    before = (await world.ticket(1042)).promise
    assert omar.labels[0] == "Es crítico"
    await omar.presses("Es crítico")
    assert "¿A cuántas personas" in omar.last
    await omar.presses("A todas las personas")
    await omar.presses("La operación está detenida")
    ticket = await world.ticket(1042)
    assert (ticket.priority, ticket.because) == ("alta", "raised")
    assert ticket.promise.due is not None and before.due is not None
    assert ticket.promise.due < before.due and "sube a prioridad alta" in omar.last
    assert "dice que es crítico" in world.threads()[-1]


async def test_es_critico_never_lowers(world: World) -> None:
    omar = await bronze(world, "CO", at=datetime(2026, 11, 28, 15, 0, tzinfo=UTC))
    await omar.presses("Es crítico")
    await omar.presses("Solo a una persona")
    await omar.presses("Se puede esperar")
    assert (await world.ticket(1042)).priority == "media"
    assert "La prioridad ya era media" in omar.last


async def test_what_is_already_most_urgent_is_not_asked_about(world: World) -> None:
    omar = await bronze(world, "CO", at=datetime(2026, 11, 28, 15, 0, tzinfo=UTC), text=PACS)
    assert (await world.ticket(1042)).priority == "alta" and "Es crítico" not in omar.labels


@pytest.mark.requirement("S3-04", "S3-05", "S3-08")
async def test_a_closed_desk_tells_its_hours_other_ways_and_the_time_to_expect(
    make_world: Make,
) -> None:
    """OGTIC, Tuesday 7:20 p. m.: once, inside the receipt."""
    world = make_world("ogtic")
    world.clock.set(datetime(2026, 11, 24, 23, 20, tzinfo=UTC))
    ana = await world.client("Ana Gil", plan=world.book.plans[0].key, country="DO")
    await ana.says("¿cómo puedo descargar el reporte de usuarios?")
    await through(ana)
    assert "A esta hora no hay turno" in ana.last
    assert "mañana, miércoles 25" in ana.last and "8:00 a. m." in ana.last
    assert "de lunes a viernes, de 8:00 a. m. a 4:00 p. m." in ana.last
    assert "Línea directa" in ana.last and "Correo de soporte" in ana.last
    assert "miércoles 2 de diciembre" in ana.last and "4:00 p. m." in ana.last
    assert ana.labels == ["Es crítico", "Está bien así"]
    heard = len(ana.heard)
    await ana.says("ah, y también el de accesos")
    assert not any("turno" in text for text in texts(ana)[heard:])


def silent(book: Policy) -> Policy:
    """The pack that tells no client of a missed promise."""
    return changed(book, missed=book.missed.model_copy(update={"tell_client_on_breach": False}))


async def through(person: Someone) -> None:
    """Whatever is asked is answered with its first button, until the case is filed."""
    for _ in range(8):
        if "abierto" in person.last:
            return
        label = next(
            (one for one in WANTED if one in person.labels),
            person.labels[0],
        )
        await person.presses(label)
