"""What use proposes, what a supervisor makes of it, and how soon it holds everywhere."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from handlers.inbound import Faults, HomeOpened, ShowForm, Toast
from handlers.letters.letter import plain
from scheduler import drive, learning
from scheduler.clock import VirtualClock
from store.database import Database
from store.lessons import ACCEPTED, PENDING, Lesson
from store.turn import Turn
from tests.journeys.test_commands import SIGNATURE
from tests.journeys.test_misuse import to_the_summary
from tests.journeys.world import Someone, Staff, World, flat

ODD = "el garabato del galeno quedó chueco"
TYPOLOGY = "ris-firmas-formato"


async def filed(world: World, text: str = ODD, name: str = "Marta Ríos") -> Someone:
    """A case that the desk knows no topic for, or another one."""
    who = await world.client(name)
    await who.says(text)
    if "No era eso" in who.labels or "Registrarlo" in who.labels:
        await who.presses("No era eso" if "No era eso" in who.labels else "Registrarlo")
    await to_the_summary(who)
    await who.presses("Enviar")
    return who


async def solved(world: World, **answers: str) -> Staff:
    """Camila takes the newest case and solves it."""
    camila = await world.staff("Camila Duarte")
    number = (await world.tickets())[-1].number
    await camila.steps("claim", number)
    await camila.steps("solve", number, **{"solution": "Se cargó en PNG. Quedó bien.", **answers})
    return camila


async def lessons(world: World, state: str = PENDING) -> list[Lesson]:
    """What is proposed, or holds."""
    return await world.desk.read(lambda turn: turn.lessons.page("imexhs", state))


def items(who: Someone) -> list[str]:
    """The phrases of the newest list."""
    return [flat(plain(item.text)) for item in who.heard[-1].items]


async def asked(world: World, *, name: str = "Lucía Mora") -> Staff:
    """A supervisor who has the list before her."""
    lucia = await world.staff(name, "supervisor")
    await lucia.commands("radica", "kb pendientes")
    return lucia


async def test_a_case_without_a_topic_proposes_how_the_client_put_it(world: World) -> None:
    """The engineer who solves it names the topic; nothing is learnt before somebody accepts it."""
    await filed(world)
    assert (await world.ticket(1042)).typology is None
    camila = await solved(world, topic=TYPOLOGY)
    case = await world.ticket(1042)
    assert (case.typology, case.category) == (TYPOLOGY, "ris")
    (one,) = await lessons(world)
    assert (one.phrase, one.topic, one.source) == (ODD, "article:cargar-firma", "unmatched")
    assert (one.proposed_by, one.ticket) == (camila.person, 1042)
    assert not await learning.follow(world.desk)


async def test_a_topic_that_an_engineer_puts_right_is_proposed(world: World) -> None:
    """From the card, at any time of the case; its priority and promise stay."""
    await filed(world)
    before = await world.ticket(1042)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("topic", 1042, topic=TYPOLOGY)
    await camila.steps("topic", 1042, topic="ris-uso-herramienta")
    after = await world.ticket(1042)
    assert (after.typology, after.priority) == ("ris-uso-herramienta", before.priority)
    assert after.promise == before.promise and "Tema: " in world.threads()[-1]
    (one,) = await lessons(world)
    assert (one.source, one.seen) == ("corrected", 2) and one.topic == "article:usar-el-ris"
    assert await camila.steps("topic", 1042, topic="nada") == Faults(
        faults={"topic": "form.fault.choose"}
    )


async def test_a_guide_that_was_not_it_is_a_sign_against_it(world: World) -> None:
    """*No era eso*; an engineer's word on the same message then says more."""
    await filed(world, SIGNATURE + " en el informe de la nube")
    (one,) = await lessons(world)
    assert (one.source, one.topic) == ("rejected", "not:cargar-firma")
    await solved(world, topic="ris-uso-herramienta")
    (one,) = await lessons(world)
    assert (one.source, one.topic, one.seen) == ("unmatched", "article:usar-el-ris", 2)


async def test_a_guide_remembered_that_was_not_it_is_a_sign_as_well(world: World) -> None:
    """*Es otra cosa*, from the guide in place of a case and from a case refused for it."""
    for name, opening in (("Marta Ríos", ""), ("Ana Gil", "nuevo")):
        who = await world.client(name)
        await who.says(SIGNATURE)
        await who.presses("Me sirvió")
        if opening:
            await who.commands(opening)
        await who.says(SIGNATURE + " en el informe de la nube")
        if opening:
            await to_the_summary(who)
            await who.presses("Enviar")
        await who.presses("Es otra cosa")
    (one,) = await lessons(world)
    assert (one.topic, one.source, one.seen) == ("not:cargar-firma", "rejected", 2)


async def test_what_the_pack_or_a_proposal_says_already_is_only_counted(world: World) -> None:
    await filed(world)
    await solved(world, topic=TYPOLOGY)
    await filed(world, "el garabato del galeno quedó muy chueco", "Ana Gil")
    camila = await world.staff("Camila Vega")
    await camila.steps("claim", 1043)
    await camila.steps("topic", 1043, topic=TYPOLOGY)
    (one,) = await lessons(world)
    assert one.seen == 2
    known = world.desk.library.article("cargar-firma")
    assert known is not None
    await filed(world, known.phrases[0], "Eva Paz")
    await camila.steps("claim", 1044)
    await camila.steps("topic", 1044, topic=TYPOLOGY)
    proposed = [one.topic for one in await lessons(world)]
    assert proposed.count("article:cargar-firma") == 1


async def test_a_proposal_names_nobody(world: World) -> None:
    """Secrets, documents, numbers, addresses and names are masked before it is kept."""
    told = (
        "Soy Marta Ríos. El garabato del doctor Juan Pérez quedó chueco, mi clave es Abc123x, "
        "su cédula 1.234.567 y su correo juan@lago.example"
    )
    await filed(world, told)
    await solved(world, topic=TYPOLOGY)
    (one,) = await lessons(world)
    assert "garabato" in one.phrase
    for secret in ("Marta", "Ríos", "Pérez", "Juan", "Abc123x", "234", "lago.example"):
        assert secret not in one.phrase


async def test_an_accepted_phrase_holds_at_the_next_look(world: World) -> None:
    """Who proposed it, who accepted it and when; one press takes it back, and that holds too."""
    await filed(world)
    camila = await solved(world, topic=TYPOLOGY)
    lucia = await asked(world)
    (line,) = items(lucia)
    assert ODD in line and "Cargar" in line and "caso 1042" in line and "Camila" in line
    await lucia.presses("Aceptar frase")
    assert "aceptada" in items(lucia)[0]
    (one,) = await lessons(world, ACCEPTED)
    assert (one.proposed_by, one.decided_by) == (camila.person, lucia.person)
    assert one.decided_at == world.now and one.version == 1
    ana = await world.client("Ana Gil")
    await ana.says(ODD)
    assert "Me sirvió" not in ana.labels
    await ana.commands("salir")
    assert await learning.follow(world.desk) and not await learning.follow(world.desk)
    await ana.says(ODD)
    assert "Me sirvió" in ana.labels
    await lucia.presses("Retirar frase")
    assert await learning.follow(world.desk)
    eva = await world.client("Eva Paz")
    await eva.says(ODD)
    assert "Me sirvió" not in eva.labels and await lessons(world, ACCEPTED) == []


async def test_a_sign_against_a_guide_holds_as_well(world: World) -> None:
    """Accepted, the same words get the guide no more."""
    told = SIGNATURE + " en el informe de la nube"
    assert world.desk.reader.read(told).decision.article == "cargar-firma"
    await filed(world, told)
    lucia = await asked(world)
    assert "no es la guía" in items(lucia)[0]
    await lucia.presses("Aceptar frase")
    await learning.follow(world.desk)
    assert world.desk.reader.read(told).decision.article != "cargar-firma"


async def test_the_other_replica_reads_by_it_after_its_own_look(
    database_url: str, clock: VirtualClock, two_worlds: tuple[World, World]
) -> None:
    """Two desks on one database: accepted on one, read by the other, and taken back so too."""
    here, there = two_worlds
    await filed(here)
    await solved(here, topic=TYPOLOGY)
    lucia = await asked(here)
    await lucia.presses("Aceptar frase")
    assert there.desk.reader.read(ODD).decision.article is None
    assert await learning.follow(there.desk) and await learning.follow(here.desk)
    assert there.desk.reader.read(ODD).decision.article == "cargar-firma"
    await lucia.commands("radica", "kb aceptadas")
    await lucia.presses("Retirar frase")
    assert await learning.follow(there.desk)
    assert there.desk.reader.read(ODD).decision.article is None


async def test_another_topic_is_chosen_and_accepted_in_one_go(world: World) -> None:
    await filed(world)
    await solved(world, topic=TYPOLOGY)
    lucia = await asked(world)
    form = await lucia.presses("Otro tema")
    assert isinstance(form, ShowForm)
    assert isinstance(await lucia.fills(form, topic="nada"), Faults)
    await lucia.fills(form, topic="article:usar-el-ris")
    (one,) = await lessons(world, ACCEPTED)
    assert (one.topic, one.decided_by) == ("article:usar-el-ris", lucia.person)


async def test_only_a_supervisor_is_shown_what_is_proposed(world: World) -> None:
    await filed(world)
    camila = await solved(world, topic=TYPOLOGY)
    lucia = await asked(world)
    code = lucia.button("Aceptar frase").code
    for refused in (
        await camila.commands("radica", "kb pendientes"),
        await camila.presses("", code=code),
    ):
        assert isinstance(refused, Toast) and refused.key == "staff_refusal.not_allowed"
    assert len(await lessons(world)) == 1


async def test_a_dropped_phrase_is_not_proposed_again(world: World) -> None:
    await filed(world)
    await solved(world, topic=TYPOLOGY)
    lucia = await asked(world)
    old = lucia.button("Aceptar frase").code
    await lucia.presses("Descartar frase")
    late = await lucia.presses("", code=old)
    assert isinstance(late, Toast) and late.key == "toast.lesson_decided"
    assert await lessons(world) == [] and await lessons(world, ACCEPTED) == []
    await filed(world, name="Ana Gil")
    camila = await world.staff("Camila Vega")
    await camila.steps("claim", 1043)
    await camila.steps("topic", 1043, topic=TYPOLOGY)
    assert await lessons(world) == []


async def test_another_word_on_a_phrase_that_holds_is_proposed_with_what_it_is_against(
    world: World,
) -> None:
    """An engineer corrects what an accepted phrase led to: the supervisor sees both topics."""
    await filed(world)
    await solved(world, topic=TYPOLOGY)
    lucia = await asked(world)
    await lucia.presses("Aceptar frase")
    await filed(world, name="Ana Gil")
    camila = await world.staff("Camila Vega")
    await camila.steps("claim", 1043)
    await camila.steps("topic", 1043, topic="ris-uso-herramienta")
    await lucia.commands("radica", "kb pendientes")
    (line,) = items(lucia)
    assert "hoy vale para guía «Cargar" in line
    assert [one.topic for one in await lessons(world)] == ["article:usar-el-ris"]


async def test_what_waits_is_told_on_the_home_tab(world: World) -> None:
    """To supervisors, with the command that shows it."""
    await filed(world)
    camila = await solved(world, topic=TYPOLOGY)
    lucia = await world.staff("Lucía Mora", "supervisor")
    for who, told in ((lucia, True), (camila, False)):
        n = world.next()
        await world.hears(HomeOpened(address=who.address, key=f"h{n}", at=world.now))
        shown = " ".join(flat(plain(block)) for block in who.heard[-1].blocks)
        assert ("/radica kb pendientes" in shown) is told


async def test_two_supervisors_who_press_at_once_decide_once(any_world: World) -> None:
    world = any_world
    await filed(world)
    await solved(world, topic=TYPOLOGY)
    lucia, ada = await asked(world), await asked(world, name="Ada Luna")
    presses = [lucia.press("Aceptar frase"), ada.press("Descartar frase")]
    receipts = await asyncio.gather(*(world.desk.receive(press) for press in presses))
    await drive.quiet(world.desk)
    await world.unharmed()
    assert sum(getattr(one, "key", "") == "toast.lesson_decided" for one in receipts) == 1


async def test_many_proposals_come_page_by_page(world: World) -> None:
    """Five a message, and on to the next ones; the last leads back to the first."""

    def propose(turn: Turn) -> None:
        for n in range(7):
            topic, said = "article:cargar-firma", f"frase {n}"
            turn.lessons.propose(topic, said, "unmatched", pack="imexhs", by=None, ticket=None)

    await world.desk.run(propose)
    lucia = await asked(world)
    assert len(items(lucia)) == 5 and "frase 0" in items(lucia)[0]
    await lucia.presses("Ver más frases")
    assert [line.split("»")[0] for line in items(lucia)] == ["«frase 5", "«frase 6"]
    await lucia.presses("Desde el principio")
    assert "frase 0" in items(lucia)[0]


async def test_a_solved_case_becomes_the_draft_of_a_guide(world: World) -> None:
    """Filled from its solution; kept for the owner of the guides, and shown to no client."""
    marta = await filed(world)
    camila = await solved(world)
    heard = len(marta.heard)
    form = await camila.steps("draft", 1042)
    assert isinstance(form, ShowForm)
    assert form.answers["steps"] == "Se cargó en PNG\nQuedó bien" and form.answers["happens"] == ODD
    long = "\n".join(f"paso {n}" for n in range(6))
    assert await camila.fills(form, name=" ", steps=long, topic="") == Faults(
        faults={
            "name": "form.fault.empty",
            "steps": "form.fault.steps",
            "topic": "form.fault.choose",
        }
    )
    told = {"name": "Cargar la firma", "happens": "Sale torcida.", "steps": "1. Abra\n2. Guarde"}
    done = await camila.fills(form, topic=TYPOLOGY, **told)
    assert done == Toast(key="toast.draft_saved", facts={"n": 1})
    (kept,) = await world.desk.read(lambda turn: turn.drafts.of("imexhs"))
    assert (kept.steps, kept.phrase, kept.written_by) == ("Abra\nGuarde", ODD, camila.person)
    assert "Cargar la firma" in world.threads()[-1] and len(marta.heard) == heard
    await marta.commands("guias")
    assert "Cargar la firma" not in marta.labels


async def test_a_case_that_is_not_solved_is_no_guide(world: World) -> None:
    await filed(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    code = world.card_button(1042, "topic").code.replace(":topic:", ":draft:")
    refused = await camila.presses("", code=code)
    assert isinstance(refused, Toast) and refused.key == "staff_refusal.wrong_state"


async def test_who_is_erased_leaves_no_proposal(world: World) -> None:
    marta = await filed(world)
    await solved(world, topic=TYPOLOGY)
    await world.desk.run(lambda turn: turn.erasure.erase(marta.person or 0))
    assert await lessons(world) == []


@pytest.fixture
def two_worlds(database_url: str, clock: VirtualClock) -> Iterator[tuple[World, World]]:
    """Two replicas' desks over one database."""
    with ExitStack() as opened:

        def one() -> World:
            database = Database.open(database_url, clock=clock.now, fast=True)
            opened.callback(database.close)
            return World(database, clock)

        yield one(), one()
