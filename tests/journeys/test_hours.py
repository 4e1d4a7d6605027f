"""When the desk is open, when an answer is due, and what follows when it does not come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from policy.pack import Policy
from policy.ticket import State
from tests.journeys.test_talking import taken
from tests.journeys.world import Someone, World, changed

VIEWER = "no abre el visor en urgencias, solo a mí desde hoy"
PACS = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7, solo a mí"
Make = Callable[..., World]


async def filed(world: World, text: str = VIEWER, **more: str) -> Someone:
    """Somebody's case, filed at once."""
    omar = await world.client("Omar Díaz", **more)
    await omar.says(text)
    await omar.presses("Enviar")
    assert (await world.ticket(1042)).requester == omar.person
    return omar


async def bronze(world: World, country: str, *, at: datetime, text: str = VIEWER) -> Someone:
    """A BRONCE client's case at that moment."""
    world.clock.set(at)
    return await filed(
        world, text, country=country, plan="bronce", organisation="Centro de Imagen Poniente"
    )


@pytest.mark.requirement("S0-35", "S0-36", "S0-37", "D2")
async def test_a_sunday_in_mexico(world: World) -> None:
    """1.7: stored at once; when it opens, when the answer is due, in whose hour."""
    omar = await bronze(world, "MX", at=datetime(2026, 11, 29, 17, 20, tzinfo=UTC))
    assert "Caso 1042 · abierto" in omar.last and "prioridad media" in omar.last
    assert "no hay turno" in omar.last
    assert "mañana, lunes 30" in omar.last and "7:00 a. m." in omar.last
    assert "martes 1 de diciembre" in omar.last and "10:00 a. m." in omar.last
    assert "hora de Ciudad de México" in omar.last and "12 h" in omar.last
    assert {"Ver guías", "Empeoró"} <= set(omar.labels)
    assert len(omar.last) <= 480
    due = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    assert (await world.ticket(1042)).promise.due == due


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), "Hoy no hay turno"),
        (datetime(2026, 11, 25, 2, 0, tzinfo=UTC), "A esta hora no hay turno"),
        (datetime(2026, 11, 25, 12, 30, tzinfo=UTC), "A esta hora no hay turno"),
    ],
    ids=["saturday", "night", "early-morning"],
)
async def test_why_it_is_closed_is_said(world: World, at: datetime, words: str) -> None:
    omar = await bronze(world, "CO", at=at)
    assert words in omar.last and "Abrimos" in omar.last


@pytest.mark.requirement("S0-36", "S0-37")
async def test_bronze_in_its_hours_says_nothing_of_closing(world: World) -> None:
    """Tuesday 10:12: 12 business hours of an eight-to-six day end on Wednesday at 12:12."""
    omar = await bronze(world, "CO", at=world.now)
    assert "turno" not in omar.last and "Abrimos" not in omar.last
    assert "mañana, miércoles 25" in omar.last and "12:12 p. m." in omar.last


@pytest.mark.requirement("S0-34", "D3")
async def test_bronze_works_on_a_holiday(world: World) -> None:
    """D3, S0-34: 8 December is one in Colombia, and BRONCE is open."""
    omar = await bronze(world, "CO", at=datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    assert "turno" not in omar.last


async def test_a_desk_that_keeps_holidays_calls_them_by_the_countrys_word(
    make_world: Make,
) -> None:
    """*festivo* in Colombia, *feriado* in Ecuador."""
    words: dict[str, str] = {}
    for country, day in (
        ("CO", datetime(2026, 12, 8, 15, 0, tzinfo=UTC)),
        ("EC", datetime(2026, 12, 25, 15, 0, tzinfo=UTC)),
    ):
        world = make_world(change=lambda book, c=country: keeping_holidays(book, c))
        omar = await bronze(world, country, at=day)
        words[country] = omar.last
    assert "festivo" in words["CO"] and "feriado" in words["EC"]


@pytest.mark.requirement("S0-39")
@pytest.mark.parametrize("hour", [3, 9, 15, 23])
async def test_a_plan_around_the_clock_is_never_closed(world: World, hour: int) -> None:
    """S0-39: SILVER, Sunday included."""
    world.clock.set(datetime(2026, 11, 29, hour, 0, tzinfo=UTC))
    omar = await filed(world)
    assert "turno" not in omar.last and "Abrimos" not in omar.last
    due = (await world.ticket(1042)).promise.due
    assert due == world.now + timedelta(hours=9)


@pytest.mark.requirement("S1-54", "D8")
async def test_sgm_counts_elapsed_hours(make_world: Make) -> None:
    """D8: SGM states no hours of service: a night counts like a day."""
    world = make_world("sgm")
    world.clock.set(datetime(2026, 11, 29, 4, 0, tzinfo=UTC))
    plan = world.book.plans[0]
    ana = await world.client("Ana Gil", plan=plan.key)
    await ana.says("el sistema está caído, nadie puede trabajar")
    await ana.presses("Enviar")
    (ticket,) = await world.tickets()
    assert ticket.promise.due == world.now + timedelta(minutes=30)
    assert "turno" not in ana.last and "Caso 3105" in ana.last


async def test_a_missed_promise_is_told_once_with_owner_and_next_hour(world: World) -> None:
    """1.20: a fact, a level, the next hour; and the next word comes."""
    marta, camila = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    heard = len(marta.heard)
    await world.waits(hours=4, minutes=20)
    assert "por vencer" in camila.last.lower() and len(marta.heard) == heard
    assert "POR VENCER" in world.card(1042)
    await world.waits(minutes=41)
    assert len(marta.heard) == heard + 1
    assert "no alcanzamos a responderle" in marta.last and "3:12 p. m." in marta.last
    assert "nivel 2" in marta.last and "3:57 p. m." in marta.last
    assert len(marta.last) <= 260 and "VENCIDO" in world.card(1042)
    assert "1042" in lucia.last
    await world.waits(minutes=44)
    assert len(marta.heard) == heard + 2 and "seguimos en ello" in marta.last
    await world.waits(hours=20)
    said = [text for text in texts(marta) if "no alcanzamos" in text]
    assert len(said) == 1


async def test_the_words_after_a_miss_grow_rare(world: World) -> None:
    """Kept by a timer, twice as long each time: never a word every hour for a month."""
    marta, _ = await taken(world)
    heard = len(marta.heard)
    await world.waits(days=10)
    assert 8 <= len(marta.heard) - heard <= 18


async def test_nobody_holds_it_so_the_supervisors_are_warned(world: World) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    await filed(world, PACS)
    await world.waits(hours=4, minutes=20)
    assert "1042" in lucia.last and "vencer" in lucia.last


@pytest.mark.requirement("D19")
async def test_no_alarm_after_an_answer(world: World) -> None:
    """D19: the first answer that was sent stops the clock and everything that hangs on it."""
    marta, camila = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    await camila.writes(1042, "ya lo reviso")
    heard, told = len(marta.heard), len(lucia.heard)
    await world.waits(days=3)
    assert (len(marta.heard), len(lucia.heard)) == (heard, told)
    assert "VENCIDO" not in world.card(1042)


@pytest.mark.requirement("D10")
async def test_no_alarm_while_the_client_has_the_word(world: World) -> None:
    """D10: the clock rests; after the answer it goes on with what was left."""
    marta, camila = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    await world.waits(hours=1)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    await world.waits(hours=20)
    assert lucia.heard == [] and "VENCIDO" not in world.card(1042)
    await marta.says("dice cola llena")
    due = (await world.ticket(1042)).promise.due
    assert due == world.now + timedelta(hours=4)
    await world.waits(hours=4, minutes=1)
    assert "no alcanzamos" in marta.last and len(lucia.heard) > 0


async def test_a_breach_is_told_once_an_hour_that_comes_back_is_no_new_one(world: World) -> None:
    """S0-67: each level of the ladder is told once of one missed hour."""
    _, camila = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    await world.waits(days=3)
    first = len(lucia.heard)
    high, *_, low = (priority.key for priority in world.book.priorities)
    for key in (low, high):
        await camila.steps("priority", 1042, priority=key, reason="así es")
    due = (await world.ticket(1042)).promise.due
    trail = await world.desk.read(lambda turn: turn.audit.of(1042))
    missed = [row.facts for row in trail if row.what == "breached" and row.facts["due"] == due]
    rung = [facts["rung"] for facts in missed]
    assert sorted(rung) == sorted(set(rung)) and len(rung) > 1
    assert first > 1


async def test_the_clock_does_not_rest_for_a_case_that_was_given_back(world: World) -> None:
    """D10: nobody waits for the client any more, so the desk owes its answer again."""
    marta, camila = await taken(world)
    lucia = await world.staff("Lucía Mora", "supervisor")
    await world.waits(hours=1)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    await world.waits(hours=2)
    await camila.steps("release", 1042)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.pauses[-1].until) == (State.NEW, world.now)
    assert ticket.promise.due == world.now + timedelta(hours=4)
    heard = len(marta.heard)
    await world.waits(hours=4, minutes=1)
    assert "no alcanzamos" in marta.last and len(lucia.heard) > 0
    await world.waits(hours=20)
    assert not any("¿qué mensaje sale?" in text for text in texts(marta)[heard:])


@pytest.mark.requirement("D21")
async def test_a_second_promise_missed_is_told_again(world: World) -> None:
    """D21: a "no" brings a promise of its own; breaking that one is a new fact."""
    marta, camila = await taken(world)
    await world.waits(hours=6)
    await camila.writes(1042, "perdón por la demora, ya lo veo")
    await camila.steps("solve", 1042, solution="se liberó la cola")
    await marta.presses("No, sigue fallando")
    await world.waits(hours=5, minutes=1)
    assert sum("no alcanzamos" in text for text in texts(marta)) == 2


async def test_an_escalation_names_the_level_and_keeps_the_contact(world: World) -> None:
    """1.20, S1-34: who has it, that Camila stays, the next hour; the card says what is asked."""
    marta, camila = await taken(world)
    await camila.steps("escalate", 1042, level="2", need="segunda opinión", tell="")
    await camila.steps("escalate", 1042, level="3", need="revisar el canal de borrado", tell="yes")
    assert "Ingeniero de desarrollo" in marta.last and "nivel 3" in marta.last
    assert "Camila" in marta.last and "3:12 p. m." in marta.last
    assert len(marta.last) <= 200
    assert "revisar el canal de borrado" in world.card(1042)
    ticket = await world.ticket(1042)
    assert (ticket.level, ticket.holder, ticket.state) == (3, camila.person, State.TAKEN)


async def test_an_escalation_may_stay_inside(world: World) -> None:
    marta, camila = await taken(world)
    heard = len(marta.heard)
    await camila.steps("escalate", 1042, level="2", need="segunda opinión", tell="")
    assert len(marta.heard) == heard and (await world.ticket(1042)).level == 2


def keeping_holidays(book: Policy, country: str) -> Policy:
    """The pack with a BRONCE that keeps the holidays of one country."""
    plans = tuple(
        plan.model_copy(update={"holidays": country}) if plan.key == "bronce" else plan
        for plan in book.plans
    )
    return changed(book, plans=plans)


def texts(who: Someone) -> list[str]:
    """Everything a person was told."""
    return [str(letter.fallback) for letter in who.heard]
