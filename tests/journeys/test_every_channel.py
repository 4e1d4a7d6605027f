"""The budget of U1 holds on every channel: a phone, and a direct message in Slack."""

from typing import Any

import pytest
from typing_extensions import override

from handlers.inbound import Address, ShowForm, Submitted
from handlers.letters.letter import Letter, plain
from tests.journeys.world import ROOM, TELEGRAM, Someone, World, flat

COMPLETE = "el resonador de la sala 2 no está pasando imágenes al PACS desde las 7, solo a mí"
MISSING_ONE = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7"
VAGUE = "no me funciona"


class Client(Someone):
    """A client in a chat of two, on either channel."""

    @property
    @override
    def heard(self) -> list[Letter]:
        platform = self.world.slack if self.address.channel == "slack" else self.world.telegram
        mine = [d.letter for d in platform.sent if d.place.chat == self.address.chat]
        return [letter for letter in mine if not letter.reacts]


async def on(world: World, channel: str, **more: Any) -> Client:
    """Marta, known on that channel."""
    marta = await world.client(**more)
    assert marta.person is not None
    person = marta.person
    account = ROOM.account if channel == "slack" else TELEGRAM
    user, chat = ("UMARTA", "DMARTA") if channel == "slack" else ("900", "900")
    await world.desk.run(lambda turn: turn.people.bind(person, channel, account, user, chat))
    address = Address(channel=channel, account=account, user=user, chat=chat, name="Marta")
    return Client(world, address, person)


@pytest.mark.parametrize("channel", ["telegram", "slack"])
@pytest.mark.parametrize(("text", "most"), [(COMPLETE, 0), (MISSING_ONE, 1), (VAGUE, 4)])
async def test_questions_before_the_summary(
    world: World, channel: str, text: str, most: int
) -> None:
    marta = await on(world, channel)
    await marta.says(text)
    questions = 0
    while "¿Lo envío?" not in marta.last:
        questions += 1
        assert questions <= most, marta.last
        await marta.presses(marta.labels[0])
    await marta.presses("Enviar")
    assert "Caso 1042 · abierto" in marta.last
    assert questions == most


async def test_a_client_in_slack_opens_a_case_with_a_form(world: World) -> None:
    """/ticket opens the same form as a page; what is written is filed in one go."""
    marta = await on(world, "slack")
    channel = Someone(
        world,
        Address(channel="slack", account=ROOM.account, user="UMARTA", chat="CANY", private=False),
        marta.person,
    )
    shown = await channel.commands("ticket", "no abre el visor", trigger="t1")
    assert isinstance(shown, ShowForm)
    assert shown.form == "open_ticket"
    receipt = await world.hears(
        Submitted(
            address=channel.address,
            key="f1",
            at=world.now,
            form="open_ticket",
            version=1,
            answers={"detail": "no abre el visor del portal", "scope": "several"},
        )
    )
    assert receipt is not None
    ticket = await world.ticket(1042)
    assert ticket.details["scope"] == "several"
    assert "Caso 1042" in marta.last


@pytest.mark.requirement("S1-37", "S1-50", "D16")
async def test_a_form_is_followed_by_the_clients_own_checks(sgm_world: World) -> None:
    """Tabla 4 is gone through in the chat, whichever way the case came; nothing is asked again."""
    marta = await on(sgm_world, "slack", plan="sgm")
    await filed(sgm_world, marta, detail="no carga la página, mi clave es Lago2026*", scope="one")
    assert await sgm_world.tickets() == []
    assert "3 revisiones cortas" in marta.last
    await marta.presses("Sí, o soy yo")
    await marta.presses("En la sede")
    for piece in ("cable de red", "dirección IP", "La dirección que abre"):
        assert piece in marta.last
        await marta.presses("Está bien")
    assert "¿Lo envío?" in marta.last
    await marta.presses("Enviar")
    assert "Caso 3105" in marta.last
    ticket = await sgm_world.ticket(3105)
    assert (ticket.typology, ticket.details["scope"]) == ("acceso-no-carga-pagina", "one")
    assert "Lago2026" not in ticket.text
    assert "bien: " in sgm_world.card(3105)


@pytest.mark.requirement("D16")
async def test_a_check_that_was_the_cause_needs_no_case_after_a_form_either(
    sgm_world: World,
) -> None:
    marta = await on(sgm_world, "slack", plan="sgm")
    await filed(sgm_world, marta, what="no-carga", detail="se queda en blanco al abrir")
    await marta.presses("Sí, o soy yo")
    await marta.presses("En la sede")
    await marta.presses("Ahí era")
    await marta.presses("Sí, ya funciona")
    assert await sgm_world.tickets() == []


async def test_a_general_stop_in_a_form_waits_for_no_check(sgm_world: World) -> None:
    """U16: whoever says that all are stopped has a case at once."""
    marta = await on(sgm_world, "slack", plan="sgm")
    await filed(sgm_world, marta, detail="no carga la página a nadie", scope="all")
    assert "Caso 3105 · abierto" in marta.last


async def test_an_empty_form_comes_back_with_its_fault(world: World) -> None:
    marta = await on(world, "slack")
    await world.hears(
        Submitted(
            address=marta.address,
            key="f1",
            at=world.now,
            form="open_ticket",
            version=1,
            answers={"detail": "  "},
        )
    )
    assert await world.tickets() == []


async def test_what_a_client_writes_in_slack_is_relayed_and_answered(world: World) -> None:
    marta = await on(world, "slack")
    await marta.says(COMPLETE)
    await marta.presses("Enviar")
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.writes(1042, "¿ya probó reiniciar?")
    assert "reiniciar" in flat(plain(marta.heard[-1].text))


async def filed(world: World, marta: Client, **answers: str) -> None:
    """The page of /ticket, sent."""
    await world.hears(
        Submitted(
            address=marta.address,
            key=f"f{world.next()}",
            at=world.now,
            form="open_ticket",
            version=1,
            answers=answers,
        )
    )
