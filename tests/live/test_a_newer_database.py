"""F52: a newer release has migrated the database and works beside us; we serve what we know."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, inspect, text

from policy.ticket import State
from scheduler.verdict import ROLL_OUT
from store import migrate
from store.database import Database
from store.turn import Turn
from store.values import Destination
from tests.databases import Watch
from tests.live.conftest import Start
from tests.live.live import HTTP, LUCIA, MARTA, ROOM, WEBHOOK, Live, Ways

IRIS, OMAR = 701, 702
ACCOUNT = "123456789"


@pytest.fixture
def newer(database_url: str) -> str:
    """One migration ahead: a column more in every table, a table more, a revision unknown here."""

    def ahead(connection: Connection) -> None:
        found = inspect(connection)
        for table in found.get_table_names():
            connection.execute(
                text(f"ALTER TABLE \"{table}\" ADD COLUMN tomorrow TEXT NOT NULL DEFAULT 'x'")
            )
        connection.execute(text("CREATE TABLE moods (id INTEGER PRIMARY KEY, mood TEXT NOT NULL)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database = Database.open(database_url, clock=Watch(), fast=True)
    try:
        database.write(ahead).result(30)
    finally:
        database.close()
    return database_url


@pytest.fixture
async def desk(newer: str, start: Start) -> Live:
    """This release over it."""
    return await start(newer, Ways(WEBHOOK, HTTP))


@pytest.mark.fault("F52")
async def test_a_database_one_migration_ahead_is_served_and_left_as_it_is(desk: Live) -> None:
    """A whole case, from the first word to the solution's reminder."""
    await desk.files_a_case()
    await desk.claims(1042)
    await desk.reads("lo tomó Camila")
    await desk.rests()
    assert (await ready(desk)).status_code == 200
    assert await revision(desk) == "9999"


@pytest.mark.fault("F52")
async def test_a_case_in_a_state_of_tomorrow_goes_to_quarantine_and_holds_up_nobody(
    desk: Live,
) -> None:
    """Its own client is told so; lists, reports, figures and other clients do without it."""
    await desk.files_a_case()
    await change(desk, "UPDATE tickets SET state = 'dreaming' WHERE number = 1042")
    desk.telegram.says(MARTA, "/estado 1042")
    await desk.reads("Q-")
    await desk.files_a_case(IRIS, number=1043)
    assert [one.number for one in await desk.read(lambda turn: turn.tickets.open())] == [1043]
    reply = await desk.slack.commands(ROOM, LUCIA, "/report", "pendientes")
    assert reply.status == 200
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{desk.url}/metrics")).text
    assert "radica_database_up 1.0" in told
    await change(desk, "UPDATE tickets SET state = 'new' WHERE number = 1042")
    assert (await desk.ticket()).state is State.NEW


@pytest.mark.fault("F52")
async def test_a_form_of_tomorrow_keeps_its_answers_and_its_person_may_leave_it(
    desk: Live,
) -> None:
    desk.telegram.says(MARTA, "no pasan imágenes")
    await desk.reads("¿A quién")
    await desk.rests()
    await change(desk, "UPDATE conversations SET form = 'open_ticket_by_voice', asked = 'voice'")
    desk.telegram.says(MARTA, "solo a mí")
    await desk.reads("Q-")
    (kept,) = await desk.read(lambda turn: turn.quarantine.list())
    assert "open_ticket_by_voice" in kept.error
    assert await desk.read(lambda turn: bool(turn.conversations.get(1).answers))
    desk.telegram.says(MARTA, "/salir")
    await desk.until_async(lambda: desk.read(_no_form), "the form to be left")


@pytest.mark.fault("F52")
async def test_timers_and_letters_of_tomorrow_are_put_aside_where_they_are_seen(
    desk: Live,
) -> None:
    """A timer waits for a release that knows it; a letter does so for ten minutes."""
    for chat in (MARTA, IRIS, OMAR):
        desk.telegram.knows(chat)

    def plant(turn: Turn) -> None:
        turn.timers.set("moon.phase", "7", turn.now)
        turn.say(to(MARTA), "x", kind="hologram")
        turn.say(to(MARTA), "quarantine.apology", {"reference": "#behind#"})
        turn.say(to(IRIS), "quarantine.apology", {"reference": "#urgent#"})
        turn.say(to(OMAR), "quarantine.apology", {"reference": "#pressed#"}, choices=())

    await desk.app.desk.run(plant)
    await change(desk, f"UPDATE outbox SET urgency = 9 WHERE chat = '{IRIS}'")
    choice = '[{"code": "c:send", "text": "Sí", "haptics": "soft"}]'
    await change(desk, f"UPDATE outbox SET choices = '{choice}' WHERE chat = '{OMAR}'")
    desk.app.desk.nudge()
    await desk.reads("#urgent#", IRIS)
    await desk.reads("#pressed#", OMAR)
    assert desk.labels(OMAR) == ["Sí"]
    assert desk.heard(MARTA) == []
    await desk.waits(seconds=ROLL_OUT.total_seconds() + 120)
    await desk.reads("#behind#")
    (row,) = await desk.read(lambda turn: turn.outbox.list(state="dead"))
    assert (row.kind, "hologram" in row.error) == ("hologram", True)
    (timer,) = await desk.read(lambda turn: turn.timers.of("7"))
    assert timer.kind == "moon.phase"
    assert timer.due_at - desk.now <= timedelta(minutes=1)


def to(chat: int) -> Destination:
    """A client's chat."""
    return Destination(channel="telegram", account=ACCOUNT, chat=str(chat))


def _no_form(turn: Turn) -> bool:
    return turn.conversations.get(1).form is None


async def ready(desk: Live) -> httpx.Response:
    """What a load balancer is told."""
    async with httpx.AsyncClient() as client:
        return await client.get(f"{desk.url}/readyz")


async def revision(desk: Live) -> Any:
    """Where the database says that it stands."""
    return await desk.app.desk.run(lambda turn: migrate.revision(turn._session.connection))


async def change(desk: Live, statement: str) -> None:
    """As another release would write."""

    def write(connection: Connection) -> None:
        connection.execute(text(statement))

    await asyncio.wrap_future(desk.app.database.write(write))
