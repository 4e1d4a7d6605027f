"""The database fails at any moment: nothing is acknowledged and not kept, nothing kept half."""

import asyncio
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from handlers.inbound import Inbound
from handlers.intake import handle
from policy.errors import Outage
from scheduler.clock import VirtualClock
from store.database import Database
from store.turn import Turn
from tests.databases import Watch, bare_turns
from tests.faults.test_turns import said
from tests.journeys.test_one_case import FAULT
from tests.journeys.world import World
from tests.live.conftest import Start
from tests.live.live import CAMILA, HTTP, MARTA, WEBHOOK, Ways
from tests.matrix.commits import Wire
from tests.matrix.rows import Beside
from tests.scheduler.bench import Bench

POSTED = Ways(WEBHOOK, HTTP)
BLOCK = 4096  # bytes; no page of a database lies below


@pytest.fixture
def beside(database_url: str) -> Iterator[Beside]:
    made = Beside(database_url)
    yield made
    made.close()


async def test_a_turn_that_fails_at_any_row_leaves_nothing_and_works_the_next_time(
    any_world: World, beside: Beside
) -> None:
    """G3: a case filed, taken and solved; each turn fails at its first row, its second... its
    last, and every table is as it was, but for numbers handed out apart on PostgreSQL, which stay
    unused. Then the very same event is handled."""
    world = any_world
    marta = await world.client()
    camila = await world.staff("Camila Duarte")
    await marta.says(FAULT)
    await marta.presses("Solo a mí")
    beside.plan_failures()
    rows = 0
    rows += await fails_at_every_row(world, beside, marta.press("Enviar"))
    (number,) = [one.number for one in await world.tickets()]
    acts: tuple[Callable[[], Inbound], ...] = (
        lambda: camila.press("", code=world.card_button(number, "claim").code),
        lambda: marta.press("", code=f"t:withdraw_yes:{number}:taken:-"),
    )
    for act in acts:
        rows += await fails_at_every_row(world, beside, act())
    assert rows > 20
    assert (await world.ticket(number)).closed_at is not None
    assert number == 1042 if beside.sqlite else 1042 <= number < 1042 + rows
    await world.unharmed()


async def fails_at_every_row(world: World, beside: Beside, event: Inbound) -> int:
    """How many rows the event writes, each of which has failed once."""
    before, number, fault = all_but_apart(beside), 0, "planned"
    while "planned" in fault:
        number += 1
        beside.fail_at(number)
        fault = await fault_of(world, event)
        beside.fail_at(0)
        assert not fault or all_but_apart(beside) == before, number
    assert not fault
    await world.hears(event)  # seen before: it changes nothing, and what it wrote is sent
    return number - 1


def all_but_apart(beside: Beside) -> dict[str, list[str]]:
    """Every row of every table; without the counters where they do not wait for the turn."""
    found = beside.everything()
    if not beside.sqlite:
        del found["counters"]
    return found


async def fault_of(world: World, event: Inbound) -> str:
    """The event's turn, once and alone; what it raised, without where."""
    turn = asyncio.ensure_future(world.desk.run(lambda turn: handle(turn, event), alone=True))
    await asyncio.wait({turn})
    error = turn.exception()
    return f"{error!r}".partition("CONTEXT")[0] if error else ""


@pytest.mark.fault("F22")
@pytest.mark.parametrize("cut", ["unheard", "unanswered"])
async def test_a_commit_whose_end_nobody_heard_is_settled_by_the_next_try(
    postgresql_url: str, clock: VirtualClock, cut: str
) -> None:
    """Not acknowledged in either case; the event comes again and has one effect."""
    async with Wire(postgresql_url) as wire:
        database = Database.open(wire.url, clock=clock.now)
        bench = Bench(database, clock)
        await bench.desk.receive(said("hola"))
        wire.cut = "unheard" if cut == "unheard" else "unanswered"
        with pytest.raises(Outage):
            await bench.desk.receive(said("otra cosa", key="2"))
        kept = {"unheard": 1, "unanswered": 2}[cut]
        assert sum((await bench.read(lambda turn: turn.outbox.counts())).values()) == kept
        for _ in range(2):
            await bench.desk.receive(said("otra cosa", key="2"))
        assert sum((await bench.read(lambda turn: turn.outbox.counts())).values()) == 2
        await asyncio.to_thread(database.close)


@pytest.mark.fault("F23")
async def test_a_case_that_somebody_holds_fails_before_the_presser_and_answers_words_later(
    postgresql_url: str, start: Start
) -> None:
    """Within Slack's three seconds; nothing half; when the row is free, everything goes on."""
    desk = await start(postgresql_url, POSTED)
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.rests()
    other = Beside(postgresql_url)
    before = other.everything()
    with other.held("SELECT * FROM tickets WHERE number = 1042 FOR UPDATE"):
        began = time.monotonic()
        desk.telegram.says(MARTA, "sigue sin pasar nada")
        reply = await desk.slack.presses(CAMILA, card.ts, "Soltar")
        assert (reply.status, time.monotonic() - began < 3.5) == (503, True)
        await desk.until(lambda: desk.telegram.posts[-1] == 503, "Telegram's answer")
        assert other.everything() == before
    other.close()
    assert desk.telegram.posts_again() == 1
    await desk.in_thread(1042, "sigue sin pasar nada")
    await desk.slack.presses(CAMILA, card.ts, "Soltar")
    await desk.until_ticket(lambda one: one.holder is None, "the case to be free")


@pytest.mark.fault("F51")
async def test_a_disk_without_room_is_a_failure_that_everybody_sees_and_that_passes(
    sqlite_url: str, start: Start
) -> None:
    """Nobody is told that something was done; with room again nothing needs a restart."""
    desk = await start(sqlite_url, POSTED)
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.rests()
    with no_room():
        desk.telegram.says(MARTA, "sigue sin pasar nada")
        await desk.until(lambda: desk.telegram.posts[-1] == 503, "Telegram's answer")
        assert (await desk.slack.presses(CAMILA, card.ts, "Soltar")).status == 503
    assert desk.telegram.posts_again() == 1
    await desk.in_thread(1042, "sigue sin pasar nada")
    assert (await desk.slack.presses(CAMILA, card.ts, "Soltar")).status == 200
    await desk.until_ticket(lambda one: one.holder is None, "the case to be free")
    await desk.rests()
    await desk.stop()
    assert whole(sqlite_url)


@pytest.mark.fault("F51")
async def test_a_file_locked_by_a_backup_delays_and_loses_nothing(
    sqlite_url: str, start: Start
) -> None:
    desk = await start(sqlite_url, POSTED)
    await desk.files_a_case()
    await desk.rests()
    copying = Beside(sqlite_url)
    copying.run("BEGIN IMMEDIATE")
    desk.telegram.says(MARTA, "sigue sin pasar nada")
    await desk.until(lambda: desk.telegram.posts[-1] == 503, "Telegram's answer")
    copying.run("ROLLBACK")
    copying.close()
    desk.telegram.posts_again()
    await desk.in_thread(1042, "sigue sin pasar nada")


@pytest.mark.fault("F51")
def test_a_file_that_may_only_be_read_is_an_outage(sqlite_url: str, watch: Watch) -> None:
    """As for a file or a disk that became read-only under the running desk."""
    database = Database.open(sqlite_url, clock=watch, fast=True)
    turns = bare_turns(database, watch)
    for flag in (1, 0):
        pragma = f"PRAGMA query_only={flag}"
        database.write(lambda connection, pragma=pragma: connection.exec_driver_sql(pragma)).result(
            30
        )
        wrote = turns.run(lambda turn: turn.settings.set("a", 1))
        assert (isinstance(wrote.exception(30), Outage)) == (flag == 1)
    database.close()


@pytest.mark.fault("F57")
def test_a_disk_that_fails_in_a_group_commit_fails_for_everyone_in_it(
    sqlite_url: str, watch: Watch
) -> None:
    """The system refuses the bytes themselves: nobody is acknowledged, nobody is there alone."""
    database = Database.open(sqlite_url, clock=watch)
    turns = bare_turns(database, watch)
    turns.run(keep("before")).result(30)
    with no_room():
        lost = [turns.run(keep(f"{n}", "x" * 3000)) for n in range(12)]
        assert {type(one.exception(30)) for one in lost} <= set(subclasses(Outage))
    kept = turns.read(lambda turn: sorted(turn.settings.starting(""))).result(30)
    assert kept == ["before"]
    assert [turns.run(keep(f"{n}")).exception(30) for n in range(3)] == [None] * 3
    database.close()
    assert whole(sqlite_url)


def keep(key: str, value: str = "1") -> Callable[[Turn], None]:
    """A turn that writes one row."""
    return lambda turn: turn.settings.set(key, value)


@contextmanager
def no_room() -> Iterator[None]:
    """This process may write nothing beyond the first block of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (BLOCK, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def subclasses(kind: type[Exception]) -> set[type[Exception]]:
    """It, and all kinds of it."""
    return {kind}.union(*(subclasses(one) for one in kind.__subclasses__()))


def whole(url: str) -> bool:
    """Whether the file is what a database should be."""
    beside = Beside(url)
    found = beside.run("PRAGMA integrity_check")
    beside.close()
    return found == [("ok",)]
