"""Notices that wait together, and lines that are told once: none takes another one away."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers import news
from policy.ticket import State
from scheduler import drive
from scheduler.channel import Outcome, Result
from store.turn import Turn
from tests.journeys.test_bursts import heard
from tests.journeys.test_commands import SIGNATURE
from tests.journeys.test_confirming import solved
from tests.journeys.test_misuse import appealed
from tests.journeys.test_outages import goes_down, listened, sends_again, stops_sending
from tests.journeys.test_talking import taken
from tests.journeys.world import World

AWAY = Outcome(result=Result.NOT_SENT, code="dns", retry_after=600)


def stops(what: str, hours: int = 9 * 24) -> Callable[[Turn], None]:
    """A network notice to every client, for so long."""

    def tell(turn: Turn) -> None:
        facts = {"what": what, "todo": "nada", "clause": "3.1"}
        ends = turn.now + timedelta(hours=hours)
        facts |= {"starts": turn.now + timedelta(hours=hours - 1), "ends": ends}
        kept = news.keep(turn, "network", news.ASKED, sudden=hours < 3, expires_at=ends, **facts)
        news.send(turn, kept)

    return tell


def new_policy(turn: Turn) -> None:
    facts = {"title": "Política", "version": "5.0", "in_force": turn.now.date()}
    news.send(turn, news.keep(turn, "policy", news.ASKED, **facts))


async def test_two_notices_about_no_case_are_both_told(world: World) -> None:
    marta = await world.client()
    await marta.says("hola")
    since = len(marta.heard)
    await stops_sending(world)
    for what in ("El PACS se detiene", "El RIS se detiene"):
        await world.desk.run(stops(what))
        await world.waits(minutes=2)
    await world.waits(minutes=30)
    await sends_again(world)
    told = heard(marta, since)
    assert "PACS" in told and "RIS" in told


async def test_a_notice_whose_time_is_over_takes_no_other_away(world: World) -> None:
    marta = await world.client()
    await marta.says("hola")
    since = len(marta.heard)
    await stops_sending(world)
    for tell in (new_policy, stops("RIS", hours=2)):
        await world.desk.run(tell)
        await world.waits(minutes=1)
    await goes_down(world, hours=5)
    await world.desk.run(lambda turn: turn.outbox.resume_account("telegram", "local"))
    await drive.quiet(world.desk)
    await listened(world)
    assert "5.0" in heard(marta, since) and "RIS" not in heard(marta, since)


async def test_two_appeals_of_two_clients_are_both_told(world: World) -> None:
    _, lucia = await appealed(world)
    ana = await world.client("Ana Gil")
    for step in (SIGNATURE, "", SIGNATURE):
        await (ana.says(step) if step else ana.presses("Me sirvió"))
    await ana.presses("Pedir revisión")
    await ana.says("tampoco a mí me alcanza la guía de firma")
    since = len(lucia.heard)
    await goes_down(world, hours=20)
    await listened(world)
    told = heard(lucia, since)
    assert "Marta" in told and "Ana" in told


async def test_a_breach_is_told_though_a_later_word_about_it_has_no_sense_any_more(
    world: World,
) -> None:
    _, camila = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    due = (await world.ticket(1042)).promise.due
    assert due is not None
    since = len(lucia.heard)
    await world.desk.run(lambda turn: turn.outbox.pause_account("slack", "local", None, "revoked"))
    await world.waits(seconds=(due - world.now).total_seconds() + 60)
    timers = await world.desk.read(lambda turn: turn.timers.of("1042"))
    later = next(timer.due_at for timer in timers if timer.kind == "promise.next_word")
    await world.waits(seconds=(later - world.now).total_seconds() + 60)
    await camila.in_thread(await world.thread(1042)).says("ya lo reviso")
    await world.desk.run(lambda turn: turn.outbox.resume_account("slack", "local"))
    await world.waits(minutes=5)
    assert "1042" in heard(lucia, since)


async def test_a_reminder_among_others_is_still_dropped_when_half_its_time_is_gone(
    world: World,
) -> None:
    """Silence presumes only from a question that left in time."""
    marta, camila = await solved(world)
    await marta.says("nuevo")
    await marta.says("los informes del RIS no se dejan firmar, a varios, desde ayer")
    while "Enviar" not in marta.labels:
        await marta.says("no sé")
    await marta.presses("Enviar")
    await camila.steps("claim", 1043)
    await world.waits(hours=23)
    await camila.steps("solve", 1043, solution="se reinició el servicio")
    world.telegram.answers[marta.address.chat] = AWAY
    await world.waits(hours=47)
    world.telegram.answers.clear()
    await world.waits(hours=2, minutes=20)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.closing) == (State.SOLVED, None)


@pytest.mark.parametrize("words", ["/guias xyzzy", "guias de jardineria"])
async def test_the_first_notice_stands_above_a_search_that_finds_nothing(
    world: World, words: str
) -> None:
    marta = await world.client()
    if words.startswith("/"):
        await marta.commands(*words[1:].split())
    else:
        await marta.says(words)
    assert "asistente automático" in marta.last and "/privacidad" in marta.last


async def test_the_first_notice_outlives_a_question_that_has_no_sense_any_more(
    world: World,
) -> None:
    """The question never left, its nudge took its place, and by now the talk is over."""
    marta = await world.client()
    await stops_sending(world)
    await marta.says("nuevo")
    await world.waits(hours=25)
    await sends_again(world)
    assert "/privacidad" in heard(marta) and "¿Seguimos?" not in heard(marta)
