"""What was written to the wrong case moves to the right one; what should not stand is erased."""

import pytest

from policy.ticket import State
from tests.journeys.test_every_channel import Client, on
from tests.journeys.world import Someone, World

ID = "52817364"


async def with_two(world: World) -> Someone:
    """Marta with 1042 and 1043 open."""
    marta = await world.client()
    for text in (
        "se cayó todo el PACS, nadie puede trabajar",
        "se cayó todo el RIS, nadie puede entrar",
    ):
        await marta.commands("nuevo")
        await marta.says(text)
        await marta.presses("Enviar")
    assert len(await world.tickets()) == 2
    return marta


async def test_words_that_went_to_the_wrong_case_are_moved_with_their_files(
    world: World,
) -> None:
    """1.9: one press says which case; the other one learns that it was not meant."""
    marta = await with_two(world)
    await marta.sends("photo", text="1042: miren este mensaje")
    assert "Cambiar de caso" in marta.labels
    before = len(world.threads())
    await marta.presses("Cambiar de caso")
    assert "fue al caso 1042" in marta.last
    await marta.presses(next(label for label in marta.labels if label.startswith("1043")))
    assert "lo saqué del caso 1042" in marta.last and "Va al caso 1043" in marta.last
    told = world.threads()[before:]
    assert any("era para el caso 1043" in line for line in told)
    assert any("miren este mensaje" in line for line in told)
    files = await world.desk.read(lambda turn: turn.files.of_ticket(1043))
    assert [file.kind for file in files] == ["photo"]
    kept = await world.desk.read(lambda turn: turn.messages.of_ticket(1042))
    assert [link.kind for link in kept if "miren este" in link.text] == ["moved"]
    await marta.says("y sale también en la sala 3")
    later = await world.desk.read(lambda turn: turn.messages.of_ticket(1043))
    assert any("sala 3" in link.text for link in later)


async def test_a_moved_answer_is_the_answer_that_was_awaited(world: World) -> None:
    """The clock of the case that it was meant for goes on with it."""
    marta = await with_two(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1043)
    await camila.steps("ask", 1043, question="¿qué mensaje sale?")
    await marta.says("1042 dice cola llena")
    await marta.presses("Cambiar de caso")
    await marta.presses(next(label for label in marta.labels if label.startswith("1043")))
    assert (await world.ticket(1043)).state is State.TAKEN


async def test_a_question_answered_by_mistake_stands_again(world: World) -> None:
    """The clock that words meant for another case had set going rests again."""
    marta = await with_two(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("ask", 1042, question="¿qué mensaje sale?")
    await world.waits(minutes=30)
    await marta.says("1042 ya entra todo el mundo al RIS")
    assert (await world.ticket(1042)).state is State.TAKEN
    await marta.presses("Cambiar de caso")
    await marta.presses(next(label for label in marta.labels if label.startswith("1043")))
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.pauses[-1].until) == (State.WAITING, None)
    await world.waits(hours=24, minutes=1)
    assert "¿qué mensaje sale?" in marta.last


async def test_who_has_one_case_has_none_to_change_to(world: World) -> None:
    marta = await world.client()
    await marta.says("se cayó todo el PACS, nadie puede trabajar")
    await marta.presses("Enviar")
    await marta.says("sigue igual en todas las salas")
    assert "Cambiar de caso" not in marta.labels


async def test_an_old_change_of_case_changes_nothing(world: World) -> None:
    """After ten minutes words no longer go there by themselves."""
    marta = await with_two(world)
    await marta.says("1042: miren este mensaje")
    await marta.presses("Cambiar de caso")
    await world.waits(minutes=11)
    await marta.presses(next(label for label in marta.labels if label.startswith("1043")))
    assert "era de antes" in marta.last


@pytest.mark.parametrize("word", ["Bórrelo", "bórrelo"])
async def test_a_document_is_erased_from_the_chat_and_from_what_is_kept(
    world: World, word: str
) -> None:
    """1.27: by its button or in words; the story goes on without the number."""
    marta = await on(world, "telegram")
    await told_a_document(world, marta)
    if word in marta.labels:
        await marta.presses(word)
    else:
        await marta.says(word)
    assert "Borré ese mensaje" in marta.last
    (gone,) = [d.letter.deletes for d in world.telegram.sent if d.letter.deletes]
    kept = await world.desk.read(lambda turn: turn.messages.of_ticket(1042))
    assert any(link.ref == gone for link in kept)
    assert not any(ID in link.text for link in kept)
    assert not any(ID in line for line in world.threads())


async def test_where_no_bot_may_delete_the_person_is_told_so(world: World) -> None:
    """Slack lets a bot take back its own messages alone."""
    marta = await on(world, "slack")
    await told_a_document(world, marta)
    await marta.presses("Bórrelo")
    assert "solo puede borrarlo usted" in marta.last
    assert not any(d.letter.deletes for d in world.slack.sent)
    kept = await world.desk.read(lambda turn: turn.messages.of_ticket(1042))
    assert not any(ID in link.text for link in kept)


async def test_what_is_left_stays_as_it_is(world: World) -> None:
    marta = await on(world, "telegram")
    await told_a_document(world, marta)
    await marta.presses("Déjelo")
    assert "queda como está" in marta.last
    kept = await world.desk.read(lambda turn: turn.messages.of_ticket(1042))
    assert any(ID in link.text for link in kept)


async def test_a_password_is_masked_at_once_and_erased_on_request(world: World) -> None:
    """In a talk under way too: the answers given so far lose it, and the question stands."""
    marta = await on(world, "telegram")
    await marta.says("no puedo entrar al RIS, mi clave es Lago2026* desde hoy")
    assert "Parece una clave" in marta.last and "«bórrelo»" in marta.last
    await marta.says("bórrelo")
    assert "Borré ese mensaje" in marta.last
    assert len([d for d in world.telegram.sent if d.letter.deletes]) == 1


async def test_several_files_at_once_are_asked_about_once(world: World) -> None:
    """1.27: ten photos, one answer."""
    marta = await on(world, "slack")
    await marta.sends("photo", "photo", "photo")
    assert "Recibí 3 archivos" in marta.last


async def told_a_document(world: World, marta: Client) -> None:
    """A case of hers, and a number in it that nobody needs."""
    await marta.says("se cayó todo el PACS, nadie puede trabajar")
    await marta.presses("Enviar")
    await marta.says(f"la paciente de la cédula {ID} espera el informe")
    assert "número de documento" in marta.last
    assert {"Bórrelo", "Déjelo"} <= set(marta.labels)
