"""The policy changes, or a service affects the network: everybody hears it, once."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from handlers import news, policy_news
from handlers.inbound import Faults, ShowForm, Toast
from handlers.letters.receipts import draw
from handlers.wording import Words
from policy.pack import Policy
from scheduler import drive
from scheduler.clock import VirtualClock
from store.database import Database
from store.values import Urgency
from tests.journeys.world import Someone, Staff, World, changed, flat

Desks = Callable[..., World]


@pytest.fixture
def desks(sqlite_url: str, clock: VirtualClock) -> Iterator[Desks]:
    """One database, started again and again with another pack."""
    database = Database.open(sqlite_url, clock=clock.now, fast=True)

    def started(policy: str = "imexhs", **tables: Any) -> World:
        def change(book: Policy) -> Policy:
            return changed(book, **tables)

        return World(database, clock, policy, change=change)

    yield started
    database.close()


async def start(world: World) -> int | None:
    found = await world.desk.run(policy_news.look)
    await drive.quiet(world.desk)
    return found


async def people(world: World) -> tuple[Staff, Someone, Someone]:
    lucia = await world.staff("Lucía Vega", "supervisor")
    marta = await world.client()
    john = await world.client("John Fox", language="en", organisation="Lakeside")
    return lucia, marta, john


def again(world: World, *known: Someone) -> tuple[Any, ...]:
    """The same people, at the desk as it was started again."""
    return tuple(type(one)(world, one.address, one.person) for one in known)


@pytest.mark.requirement("S0-01")
async def test_a_changed_policy_is_announced_when_a_supervisor_says_so(desks: Desks) -> None:
    world = desks()
    known = await people(world)
    assert await start(world) is None
    assert await start(world) is None

    source = world.book.source.model_copy(update={"in_force": date(2026, 12, 1)})
    world = desks(version="5.0", source=source)
    lucia, marta, john = again(world, *known)
    assert await start(world) is not None
    assert "de la versión 4.0 a la versión 5.0" in lucia.last
    assert "Leerían:" in lucia.last and "version 5.0, since Tuesday, December 1" in lucia.last
    assert lucia.labels == ["Anunciarla", "No anunciar"]
    assert marta.heard == []

    await lucia.presses("Anunciarla")
    assert "versión 5.0" in marta.last
    assert "martes 1 de diciembre" in marta.last
    assert "Puede leerla en https://imexhs.com/, o escribir aquí política." in marta.last
    assert "version 5.0" in john.last
    assert "Tuesday, December 1" in john.last
    assert len(marta.heard) == len(john.heard) == 1
    rows = await world.desk.read(lambda turn: turn.outbox.list())
    told = [row for row in rows if row.key == "news.policy"]
    assert {row.urgency for row in told} == {Urgency.BULK}

    late = await lucia.presses("Anunciarla")
    assert late == Toast(key="toast.news_decided")
    assert await start(world) is None
    assert len(marta.heard) == 1


@pytest.mark.requirement("S2-19", "S2-20")
async def test_the_date_of_the_last_update_goes_with_every_change(desks: Desks) -> None:
    """The generic policy states when it was last updated; its news say that date."""
    world = desks("generic")
    known = await people(world)
    await start(world)
    assert world.book.source.needs_update_date
    source = world.book.source.model_copy(update={"updated": date(2027, 2, 3)})
    world = desks("generic", version="2.0", source=source)
    lucia, marta, _ = again(world, *known)
    await start(world)
    await lucia.presses("Anunciarla")
    assert "versión 2.0" in marta.last
    assert "miércoles 3 de febrero de 2027" in marta.last


async def test_what_is_not_announced_can_be_later(desks: Desks) -> None:
    world = desks()
    known = await people(world)
    await start(world)
    world = desks(version="5.0")
    lucia, marta, _ = again(world, *known)
    await start(world)
    await lucia.presses("No anunciar")
    assert marta.heard == []
    assert await world.desk.run(policy_news.announce) is not None
    await drive.quiet(world.desk)
    assert len(marta.heard) == 1
    assert await world.desk.run(policy_news.announce) is None


async def test_two_supervisors_who_press_at_once_announce_once(
    database_url: str, clock: VirtualClock
) -> None:
    database = Database.open(database_url, clock=clock.now, fast=True)
    try:
        world = World(database, clock)
        known = await people(world)
        await world.staff("Ana Gil", "supervisor")
        await start(world)
        world = World(database, clock, change=lambda book: changed(book, version="5.0"))
        lucia, marta, _ = again(world, *known)
        await start(world)
        presses = [lucia.press("", code="c:announce:1") for _ in range(2)]
        answers = await asyncio.gather(*(world.desk.receive(press) for press in presses))
        await drive.quiet(world.desk)
        keys = sorted(answer.key for answer in answers if isinstance(answer, Toast))
        assert keys == ["toast.news_decided", "toast.news_going"]
        assert len(marta.heard) == 1
    finally:
        database.close()


async def test_a_question_about_a_version_that_is_over_announces_nothing(desks: Desks) -> None:
    world = desks()
    known = await people(world)
    await start(world)
    world = desks(version="5.0")
    await start(world)
    world = desks(version="6.0")
    lucia, marta, _ = again(world, *known)
    old = await lucia.presses("", code="c:announce:1")
    assert old == Toast(key="toast.news_decided")
    assert marta.heard == []


async def test_a_stop_in_the_middle_sends_nothing_twice_and_leaves_nobody_out(
    desks: Desks,
) -> None:
    """More people than a page holds: after the first page the desk is started anew."""
    world = desks()
    clients = [await world.client(f"Persona {n}") for n in range(news.PAGE + 5)]
    await world.desk.run(policy_news.announce)
    first = await world.desk.read(lambda turn: turn.timers.due(turn.now))
    await world.desk.run(lambda turn: _one(turn, first[0]))
    world = desks()
    await drive.quiet(world.desk)
    for client in again(world, *clients):
        assert len(client.heard) == 1


def _one(turn: Any, timer: Any) -> None:
    news.go_on(turn, timer)
    turn.timers.done([timer])


async def test_a_case_says_under_which_version_it_was_opened(desks: Desks) -> None:
    world = desks()
    await start(world)
    old = world.book.digest
    world = desks(version="5.0")
    await start(world)
    versions = [
        await world.desk.read(lambda turn, d=digest: policy_news.version_of(turn, d))
        for digest in (old, world.book.digest, "unheard")
    ]
    assert versions == ["4.0", "5.0", ""]


async def in_hand(world: World, typology: str) -> tuple[Staff, Someone, Someone]:
    """A case about that service, number 301, in Camila's hands; somebody else of the institute."""
    marta = await world.client(plan="institucion")
    other = await world.client("Óscar Lima", plan="institucion")
    name = world.book.typology(typology).name["es"]
    await marta.says(f"{name}, desde hoy, a todas las personas del piso 3")
    for _ in range(6):
        if "Caso 301" in marta.last:
            break
        await marta.says("sí" if "¿Lo envío?" in marta.last else "no sé")
    camila = await world.staff("Camila Duarte")

    def about(turn: Any) -> None:
        ticket = turn.tickets.lock(301)
        turn.tickets.save(_with(ticket, typology))

    await world.desk.run(about)
    await camila.steps("claim", 301)
    return camila, marta, other


def _with(ticket: Any, typology: str) -> Any:

    return replace(ticket, typology=typology)


PLANNED = {"what": "No habrá red en el piso 3", "todo": "Guarde su trabajo"}


@pytest.mark.requirement("S4-06", "D17")
async def test_a_service_that_affects_the_network_is_told_a_week_before(make_world: Desks) -> None:
    world = make_world("contractor")
    camila, marta, other = await in_hand(world, "servicio-programado-red")
    assert "Falta avisar a todos" in world.card(301)
    shown = await camila.presses("", code=world.card_button(301, "network").code)
    assert isinstance(shown, ShowForm)
    form = (await world.desk.read(lambda turn: draw(shown, turn, Words("es", now=turn.now)))).form
    assert form is not None
    assert "1 de diciembre" in flat(form.fields[1].hint)
    assert [field.name for field in form.fields] == ["what", "starts", "ends", "todo"]

    soon = {"starts": "2026-12-01 10:11", "ends": "2026-12-01 21:00"}
    assert await camila.fills(shown, **PLANNED, **soon) == Faults(
        faults={"starts": "form.fault.notice_before"}
    )
    just = {"starts": "2026-12-01 10:12", "ends": "2026-12-01 21:00"}
    await camila.fills(shown, **PLANNED, **just)
    for person in (marta, other):
        assert "Aviso de red: el martes 1 de diciembre a las 10:12 a. m." in person.last
        assert "No habrá red en el piso 3" in person.last
        assert "5, actividad 4" in person.last
    assert "Falta avisar a todos" not in world.card(301)


@pytest.mark.requirement("S4-06", "D17")
async def test_a_sudden_failure_is_told_at_once_and_why_is_recorded(make_world: Desks) -> None:
    world = make_world("contractor")
    camila, _, other = await in_hand(world, "falla-red")
    now = {"starts": "2026-11-24 10:12", "ends": "2026-11-24 13:00"}
    bare = await camila.steps("network", 301, **PLANNED, **now)
    assert bare == Faults(faults={"why": "form.fault.empty"})
    await camila.steps("network", 301, **PLANNED, **now, why="se dañó el enlace principal")
    assert "Falla de red no programada" in other.last
    rows = await world.desk.read(lambda turn: turn.audit.of(301))
    kept = next(row for row in rows if row.what == "network_told")
    assert kept.facts["exception"] == "se dañó el enlace principal"
    assert timedelta(0) <= kept.at - world.now < timedelta(minutes=1)


TOLD = {  # what clients may read of each policy, by hand: words, clause, ids
    "imexhs": (
        ("capacitaciones", "5.6", "S0-59"),
        ("sigue las indicaciones", "5.7", "S0-60"),
        ("historial se consulta en el caso", "6.4", "S0-66"),
        ("de respuesta, nunca de solución", "7.2", "S0-68"),
        ("prevención de intrusos", "2.2.14", "S0-25"),
        ("2 meses", "sección 3, modalidad adicional", "S0-43"),
        ("tiene a alguien disponible", "sección 4", "S0-51"),
        ("anydesk, teamviewer, ssh, vnc", "5.2", "S0-54"),
    ),
    "sgm": (("dos medios", "cierre, paso 1", "S1-29"),),
    "generic": (("información clara", "6", "S2-11"), ("son estimados", "4", "S2-08")),
    "ogtic": (("respuesta", "tiempos de respuesta", "S3-09"),),
}


@pytest.mark.parametrize(
    ("policy", "words", "clause"),
    [
        pytest.param(name, words, clause, marks=pytest.mark.requirement(known), id=known)
        for name, rows in TOLD.items()
        for words, clause, known in rows
    ],
)
async def test_a_client_reads_what_the_policy_tells(
    make_world: Desks, policy: str, words: str, clause: str
) -> None:
    world = make_world(policy)
    marta = await world.client(plan=world.book.plans[0].key)
    await marta.says("política")
    read = [marta.last]
    while "Seguir leyendo" in marta.labels:
        await marta.presses("Seguir leyendo")
        read.append(marta.last)
    assert all(len(page) <= 1000 for page in read)
    assert world.book.title in read[0]
    (line,) = [row for page in read for row in page.splitlines() if f"({clause})" in row]
    assert words in line.lower()
