"""A case under way: relays, notes, doubts, questions, edits, files, several cases at once."""

import pytest

from policy.ticket import State
from tests.journeys.test_one_case import open_case
from tests.journeys.world import Someone, Staff, World


async def taken(world: World) -> tuple[Someone, Staff]:
    """Marta's case in Camila's hands."""
    marta = await open_case(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    return marta, camila


async def test_a_note_never_leaves(world: World) -> None:
    """1.18: what starts with // stays inside, and is seen to."""
    marta, camila = await taken(world)
    heard = len(marta.heard)
    await camila.writes(1042, "// ojo: mismo síntoma que ayer")
    assert len(marta.heard) == heard
    assert world.marks()[-1] == "🔒"


async def test_who_does_not_hold_it_is_asked_first(world: World) -> None:
    """Only who holds the ticket speaks to the client; the safe answer is the note (U30)."""
    marta, _ = await taken(world)
    andres = await world.staff("Andrés Vega")
    heard = len(marta.heard)
    await andres.writes(1042, "¿y si reinician el equipo?")
    assert len(marta.heard) == heard
    assert "Camila" in andres.last
    await andres.presses("Guardar como nota")
    assert len(marta.heard) == heard

    await andres.writes(1042, "reinicie el equipo, por favor")
    await andres.presses("Enviar como apoyo")
    assert "reinicie el equipo" in marta.last


@pytest.mark.requirement("D10")
async def test_a_question_rests_the_clock_and_the_answer_sets_a_new_hour(world: World) -> None:
    """1.10: 50 min used, answered 53 min later: the deadline moves by the pause."""
    marta, camila = await taken(world)
    before = (await world.ticket(1042)).promise.due
    await world.waits(minutes=50)
    await camila.steps("ask", 1042, question="¿puede mandar una foto del mensaje?")
    assert "falta un dato" in marta.last
    assert "pausa" in marta.last
    assert (await world.ticket(1042)).state is State.WAITING
    await world.waits(minutes=53)
    await marta.says("dice cola llena")
    ticket = await world.ticket(1042)
    assert ticket.state is State.TAKEN
    assert before is not None
    assert ticket.promise.due is not None
    assert (ticket.promise.due - before).total_seconds() == 53 * 60
    assert "4:05 p. m." in marta.last
    assert "cola llena" in world.threads()[-1]


async def test_an_unanswered_question_is_reminded_once(world: World) -> None:
    marta, camila = await taken(world)
    await camila.steps("ask", 1042, question="¿qué versión tiene?")
    heard = len(marta.heard)
    await world.waits(hours=25)
    assert len(marta.heard) == heard + 1
    assert "versión" in marta.last
    await world.waits(hours=60)
    assert len(marta.heard) == heard + 1


async def test_an_edit_by_the_client_follows_into_the_thread(world: World) -> None:
    marta, _ = await taken(world)
    await marta.says("sale cola llena", ref="e1")
    await marta.says("sale cola vacía", edit_of="e1", ref="e1")
    assert "cola vacía" in world.threads()[-1]


async def test_an_edit_by_the_engineer_reaches_the_clients_copy(world: World) -> None:
    marta, camila = await taken(world)
    await camila.writes(1042, "tarda 10 minutos", ref="s1")
    await camila.writes(1042, "tarda 20 minutos", ref="s1", edit_of="s1")
    last = marta.heard[-1]
    assert last.edits
    assert "20 minutos" in marta.last


async def test_ten_photos_go_along_with_the_case(world: World) -> None:
    """1.27: one answer to an album, ten files with the case, relayed in its thread."""
    marta = await world.client()
    for _ in range(10):
        await marta.sends("photo", album="a1")
    assert len(marta.heard) == 1
    await marta.says("el resonador de la sala 2 no pasa imágenes al PACS desde las 7, solo a mí")
    await marta.presses("Enviar")
    files = await world.desk.read(lambda turn: turn.files.of_ticket(1042))
    assert len(files) == 10
    sent = [d for d in world.slack.sent if d.letter.files]
    assert sum(len(d.letter.files) for d in sent) == 10


async def test_a_voice_note_in_an_open_case_is_passed_on_without_a_lecture(world: World) -> None:
    marta, _ = await taken(world)
    await marta.sends("voice")
    sent = [d for d in world.slack.sent if d.letter.files]
    assert [f.kind for f in sent[-1].letter.files] == ["voice"]
    assert "resume" not in marta.last


async def test_a_voice_note_without_a_case_is_kept_and_asked_for_in_words(world: World) -> None:
    marta = await world.client()
    await marta.sends("voice")
    assert "nota de voz" in marta.last


async def test_any_news_is_answered_from_the_ticket_at_once(world: World) -> None:
    """1.9: the state is told; the thread gets a quiet line."""
    marta, _ = await taken(world)
    await marta.says("alguna novedad?")
    assert "Camila" in marta.last
    assert "3:12 p. m." in marta.last


async def test_with_several_cases_the_held_message_waits_for_the_choice(world: World) -> None:
    """1.9: which one; then what was written is delivered, not asked for again."""
    marta, _ = await taken(world)
    await marta.says("nuevo")
    await marta.says("los informes del RIS no se dejan firmar, a varios, desde ayer")
    while "¿Lo envío?" not in marta.last:
        await marta.says("no sé")
    await marta.presses("Enviar")
    assert "Caso 1043" in marta.last
    await world.waits(minutes=20)
    await marta.says("les mando el número de serie 4471")
    assert "¿De cuál caso" in marta.last
    row = next(label for label in marta.labels if label.startswith("1043"))
    await marta.presses(row)
    assert "caso 1043" in marta.last
    assert any("4471" in line for line in world.threads())


async def test_a_quoted_message_goes_to_its_case(world: World) -> None:
    marta, camila = await taken(world)
    await camila.writes(1042, "¿ya probó otra vez?")
    ref = [d for d in world.to(marta.address) if not d.letter.reacts]
    link = await world.desk.read(
        lambda turn: [m for m in turn.messages.of_ticket(1042) if m.direction == "out"][-1]
    )
    assert ref
    await marta.says("sí, y sigue igual de lento", quotes=link.ref)
    assert "sigue igual de lento" in world.threads()[-1]


async def test_release_puts_it_back_and_escalation_names_the_level(world: World) -> None:
    marta, camila = await taken(world)
    await camila.steps("escalate", 1042, level="2", need="revisar", tell="")
    await camila.steps("escalate", 1042, level="3", need="revisar el canal", tell="yes")
    assert "nivel 3" in marta.last
    assert (await world.ticket(1042)).level == 3
    await camila.steps("release", 1042)
    ticket = await world.ticket(1042)
    assert (ticket.state, ticket.holder) == (State.NEW, None)


async def test_words_to_a_case_given_back_after_the_answer_promise_no_old_hour(
    world: World,
) -> None:
    marta, camila = await taken(world)
    await camila.writes(1042, "ya lo reviso")
    await camila.steps("release", 1042)
    await world.waits(minutes=15)
    await marta.says("ahora también falla en urgencias con los estudios de tórax")
    assert marta.last == "Quedó en el caso 1042. Una persona le responde."


async def test_a_changed_priority_moves_the_hour_and_the_client_reads_it(world: World) -> None:
    marta, camila = await taken(world)
    low = world.book.priorities[-1].key
    await camila.steps("priority", 1042, priority=low, reason="solo es un equipo")
    ticket = await world.ticket(1042)
    assert (ticket.priority, ticket.because) == (low, "engineer")
    assert "10:12 p. m." in marta.last
