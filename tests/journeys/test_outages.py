"""What people hear after an outage: nothing wrong, once, and that it is late (G7; F44).

An outage of the desk is time that passes while nothing runs; one of a platform is time in which
nothing can be sent.
"""

from datetime import datetime, timedelta

from policy.ticket import Closing, State
from scheduler import dispatch, presence
from store.values import OutboxRow
from tests.journeys.test_confirming import solved
from tests.journeys.test_talking import taken
from tests.journeys.world import World

LATE = "sale con retraso"


async def goes_down(world: World, **span: float) -> None:
    """Every replica is down for that long; then one starts, as `radica up` does."""
    await presence.attend(world.desk)
    world.clock.advance(timedelta(**span))
    world.desk.presence.seen_at = None
    await presence.attend(world.desk)


async def listened(world: World) -> None:
    """The desk has heard people out, and has said what it had to say."""
    await world.waits(minutes=5)


async def dropped(world: World) -> dict[str, str]:
    """The reason by which each letter was dropped, by what it was to say."""
    rows: list[OutboxRow] = await world.desk.read(lambda turn: turn.outbox.list(state="expired"))
    return {row.key: row.error for row in rows}


async def stops_sending(world: World) -> None:
    """Telegram refuses the token, and nobody mends it."""
    await world.desk.run(lambda t: t.outbox.pause_account("telegram", "local", None, "revoked"))


async def sends_again(world: World) -> None:
    """A new token."""
    await world.desk.run(lambda turn: turn.outbox.resume_account("telegram", "local"))
    await world.waits(minutes=5)


async def test_who_answered_while_the_desk_was_down_is_not_reminded(any_world: World) -> None:
    """The yes came in first: the reminder that fell due meanwhile says nothing."""
    world = any_world
    marta, _ = await solved(world)
    heard = len(marta.heard)
    await goes_down(world, hours=26)
    await marta.presses("Sí, resuelto")
    await listened(world)
    assert (await world.ticket(1042)).closing is Closing.CONFIRMED
    assert len(marta.heard) == heard + 1


async def test_a_no_that_came_in_while_the_desk_was_down_is_heard_before_silence(
    world: World,
) -> None:
    marta, _ = await solved(world)
    await world.waits(hours=30)
    await goes_down(world, hours=60)
    await marta.presses("No, sigue fallando")
    await listened(world)
    assert (await world.ticket(1042)).state is State.TAKEN
    assert not [one for one in marta.heard if "damos por aprobado" in str(one.fallback)]


async def test_silence_does_not_close_what_could_not_be_reminded_of(any_world: World) -> None:
    """Down at the 24th hour and at the 72nd: the reminder comes first, with its whole time."""
    world = any_world
    marta, _ = await solved(world)
    heard = len(marta.heard)
    await goes_down(world, hours=80)
    await listened(world)
    assert (await world.ticket(1042)).state is State.SOLVED
    assert len(marta.heard) == heard + 1
    assert LATE in marta.last
    assert "¿quedó bien" in marta.last
    asked_at = world.now
    closing = await world.desk.read(lambda turn: turn.timers.of("1042"))
    assert [timer.due_at for timer in closing if timer.kind == "silence.close"][0] - asked_at > (
        timedelta(hours=47)
    )
    await world.waits(hours=49)
    assert (await world.ticket(1042)).closing is Closing.SILENCE


async def test_a_reminder_that_no_platform_took_is_asked_again_and_then_left_to_a_person(
    world: World,
) -> None:
    """A refused token for a week: the letter is dropped as too late, and nothing is presumed."""
    marta, camila = await solved(world)
    await stops_sending(world)
    await world.waits(hours=73)
    assert (await dropped(world))["ticket.reminder"] == "too_late"
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.undelivered) == (State.SOLVED, False)
    await world.waits(hours=49)
    assert (await world.ticket(1042)).undelivered
    assert "1042" in camila.last


async def test_a_promise_missed_while_the_desk_was_down_is_told_once_late_and_with_a_next_hour(
    any_world: World,
) -> None:
    world = any_world
    marta, _ = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    heard = len(marta.heard)
    due = (await world.ticket(1042)).promise.due
    assert due is not None
    await goes_down(world, hours=20)
    await listened(world)
    assert len(marta.heard) == heard + 1
    assert LATE in marta.last
    assert "no alcanzamos" in marta.last
    assert len(lucia.heard) == 1
    assert "🔴" in lucia.last
    assert not [line for line in world.threads() if "POR VENCER" in line]
    row = await told(world, "ticket.breach_client")
    assert row.facts["next"] > world.now
    assert row.expires_at == row.facts["next"]


async def told(world: World, key: str) -> OutboxRow:
    """The newest letter of that key."""
    rows = await world.desk.read(lambda turn: turn.outbox.list(limit=50))
    return next(row for row in rows if row.key == key)


async def test_whoever_waits_for_several_cases_hears_once(any_world: World) -> None:
    """One letter with a paragraph and a button for each case, and the clocks run from it."""
    world = any_world
    marta, _ = await solved(world)
    await marta.says("nuevo")
    await marta.says("los informes del RIS no se dejan firmar, a varios, desde ayer")
    while "Enviar" not in marta.labels:
        await marta.says("no sé")
    await marta.presses("Enviar")
    heard = len(marta.heard)
    await goes_down(world, hours=26)
    await listened(world)
    assert len(marta.heard) == heard + 1
    assert "Estos avisos salen con retraso" in marta.last
    assert "¿quedó bien" in marta.last
    assert "Caso 1043: no alcanzamos" in marta.last
    assert sorted(label.split()[0] for label in marta.labels) == ["1042", "1043"]
    closing = await world.desk.read(lambda turn: turn.timers.of("1042"))
    assert [timer.facts["reminded"] for timer in closing if timer.kind == "silence.close"]
    await marta.presses(next(label for label in marta.labels if label.startswith("1042")))
    assert "Sí, resuelto" in marta.labels


async def test_what_piled_up_behind_a_platform_becomes_one_message(world: World) -> None:
    """The newest word about a case is told; older ones are dropped as replaced."""
    marta, _ = await taken(world)
    heard = len(marta.heard)
    await stops_sending(world)
    await world.waits(hours=9)
    await sends_again(world)
    assert len(marta.heard) == heard + 1
    assert LATE in marta.last
    assert "seguimos en ello" in marta.last
    assert (await dropped(world))["ticket.breach_client"] in ("replaced", "too_late")


async def test_a_round_in_which_every_letter_became_another_is_no_fault(world: World) -> None:
    """The console and the demo drive the dispatcher round by round."""
    marta, _ = await solved(world)
    await marta.says("nuevo")
    await marta.says("los informes del RIS no se dejan firmar, a varios, desde ayer")
    while "Enviar" not in marta.labels:
        await marta.says("no sé")
    await marta.presses("Enviar")
    await stops_sending(world)
    await world.waits(hours=26)
    heard = len(marta.heard)
    await world.desk.run(lambda turn: turn.outbox.resume_account("telegram", "local"))
    await dispatch.run_once(world.desk)
    assert len(marta.heard) == heard + 1
    assert "1042" in marta.last and "1043" in marta.last


async def test_a_letter_that_would_be_wrong_by_now_is_not_sent(world: World) -> None:
    """Closed by agreement while the reminder waited behind a platform."""
    marta, camila = await solved(world)
    await stops_sending(world)
    await world.waits(hours=25)
    await camila.steps("agree", 1042, reason="lo hablamos por teléfono")
    await sends_again(world)
    assert (await dropped(world))["ticket.reminder"] == "answered_meanwhile"
    assert not [letter for letter in marta.heard if "¿quedó bien" in letter.fallback]


async def test_a_survey_older_than_its_sense_is_not_asked(world: World) -> None:
    marta, _ = await solved(world)
    await marta.presses("Sí, resuelto")
    await stops_sending(world)
    await marta.presses("Calificar")
    await world.waits(hours=25)
    assert (await dropped(world))["rating.ask"] == "too_late"
    heard = len(marta.heard)
    await sends_again(world)
    assert len(marta.heard) == heard


async def test_of_a_night_of_questions_the_newest_is_answered(any_world: World) -> None:
    """Eight hours of messages wait at the platform: one reply, which says what it replies to."""
    world = any_world
    marta = await world.client()
    began = world.now
    await goes_down(world, hours=8)
    texts = ("buenas", "hola??", "hay alguien", "en la sala 2 no pasan imágenes al PACS")
    for minutes, text in enumerate(texts):
        await marta.says(text, at=began + timedelta(hours=1, minutes=minutes))
    assert marta.heard == []
    await listened(world)
    assert len(marta.heard) == 1
    assert "Leo con retraso lo que escribió" in marta.last
    assert "No pasan imágenes" in marta.last


async def test_who_writes_after_the_outage_is_answered_at_once(world: World) -> None:
    marta = await world.client()
    began: datetime = world.now
    await goes_down(world, hours=8)
    await marta.says("buenas", at=began + timedelta(hours=1))
    await marta.says("en la sala 2 no pasan imágenes al PACS")
    assert len(marta.heard) == 1
    assert "retraso" not in marta.last
    await listened(world)
    assert len(marta.heard) == 1


async def test_a_short_restart_is_no_outage(world: World) -> None:
    marta, _ = await solved(world)
    await world.waits(hours=23, minutes=55)
    await goes_down(world, minutes=8)
    await world.waits(seconds=1)
    assert "¿quedó bien" in marta.last
    assert "retraso" not in marta.last
