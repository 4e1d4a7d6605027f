"""The main story over the wire: two real libraries, two platforms, every way in, both databases."""

import asyncio

import pytest

from policy.ticket import Closing, State
from tests.live.live import ANDRES, CAMILA, FAULT, LUCIA, MARTA, ROOM, Live, flat, said

PHOTO = b"\xff\xd8\xff\xe0 a photo of the console " + bytes(range(256)) * 40
PDF = b"%PDF-1.7 how to free the queue " + bytes(range(256)) * 40


@pytest.mark.fault("F38")
async def test_a_case_from_the_first_word_to_the_report(live: Live) -> None:
    await one_question_one_press(live)
    holder, other = await two_press_at_once(live)
    await words_and_files_pass_both_ways(live, holder)
    await a_note_stays_inside(live, holder, other)
    await the_client_is_asked(live, holder)
    await solved_then_silence(live, holder)
    await the_week_for_the_supervisor(live, holder)


async def one_question_one_press(live: Live) -> None:
    live.telegram.says(MARTA, FAULT)
    asked = await live.reads("¿A quién")
    assert "Hola, Marta" in asked
    assert "sala 2" in asked
    await live.presses("Solo a mí")
    await live.reads("¿Lo envío?")
    assert live.labels()[0] == "Enviar"
    await live.presses("Enviar")
    opened = await live.reads("Caso 1042")
    assert "martes 24" in opened
    assert len(live.heard()) == 3
    card = await live.card(1042, holds="Sin dueño")
    assert "resonador" in said(card)
    assert (await live.ticket()).state is State.NEW


async def two_press_at_once(live: Live) -> tuple[str, str]:
    """Who has it, and who was told so."""
    card = await live.card(1042)
    replies = await asyncio.gather(
        live.slack.presses(CAMILA, card.ts, "Tomar"), live.slack.presses(ANDRES, card.ts, "Tomar")
    )
    assert [reply.status for reply in replies] == [200, 200]
    ticket = await live.ticket()
    assert ticket.holder is not None
    held = await live.read(lambda turn: turn.people.get(ticket.holder or 0))
    holder, other = (CAMILA, ANDRES) if held.first_name == "Camila" else (ANDRES, CAMILA)
    await live.until(lambda: live.slack.whispers(other), "a word to the one who came second")
    assert held.first_name in said(live.slack.whispers(other)[0])
    assert live.slack.whispers(holder) == []
    assert (await live.audit()).count("claimed") == 1
    await live.card(1042, holds="Resolver")
    await live.reads(held.first_name)
    return holder, other


async def words_and_files_pass_both_ways(live: Live, holder: str) -> None:
    card = await live.card(1042)
    reply = await live.slack.says(ROOM, holder, "Voy a liberar la cola <10 min> & vuelvo.", card.ts)
    told = await live.reads("liberar la cola")
    assert "<10 min> & vuelvo" in told
    await live.marked(reply.ts, "white_check_mark")
    assert (await live.ticket()).answered_at is not None

    live.telegram.says(MARTA, "sale «cola llena» en la consola")
    await live.in_thread(1042, "cola llena")
    live.telegram.sends_file(MARTA, "photo", PHOTO, caption="así se ve")
    await live.in_thread(1042, "así se ve")
    await live.until(lambda: PHOTO in uploads(live, card.ts), "the photo in the thread")

    await live.slack.sends_file(ROOM, holder, PDF, "application/pdf", thread=card.ts)
    await live.until(lambda: PDF in downloads(live), "the file on the phone")


async def a_note_stays_inside(live: Live, holder: str, other: str) -> None:
    """A note by its mark; and whoever does not hold the case is asked before it leaves."""
    card = await live.card(1042)
    before = len(live.telegram.sent(MARTA))
    note = await live.slack.says(ROOM, holder, "// ojo: revisar el disco", card.ts)
    await live.marked(note.ts, "lock")
    await live.slack.says(ROOM, other, "yo creo que es el disco", card.ts)
    await live.until(lambda: len(live.slack.whispers(other)) >= 2, "a question to a bystander")
    await live.rests()
    assert len(live.telegram.sent(MARTA)) == before
    assert not [text for text in live.heard() if "disco" in text]


async def the_client_is_asked(live: Live, holder: str) -> None:
    card = await live.card(1042)
    await live.slack.presses(holder, card.ts, "Pedir datos")
    await live.modal(holder)
    reply = await live.slack.submits(holder, question="¿Qué equipo es?", wanted="¿Qué equipo es?")
    assert reply.status == 200
    assert holder not in live.slack.modal_of, reply.body
    await live.reads("¿Qué equipo es?")
    await live.until_ticket(lambda one: one.state is State.WAITING, "a case that waits")
    live.telegram.says(MARTA, "el resonador de la sala 2")
    await live.in_thread(1042, "el resonador de la sala 2")
    await live.until_ticket(lambda one: one.state is State.TAKEN, "a case that goes on")


async def solved_then_silence(live: Live, holder: str) -> None:
    """S1-31, S1-32: reminded after 24 h, closed after 72 h, both counted from the sent notice."""
    card = await live.card(1042, holds="Resolver")
    await live.slack.presses(holder, card.ts, "Resolver")
    await live.modal(holder)
    await live.slack.submits(holder, solution="se liberó la cola de envío")
    await live.reads("cola de envío")
    assert live.labels() == ["Sí, resuelto", "No, sigue fallando", "Aún no lo pruebo"]
    await live.until_ticket(lambda one: one.notice_sent_at, "the notice to be counted as sent")
    before = len(live.heard())
    await live.waits(hours=23, minutes=58)
    assert len(live.heard()) == before
    await live.waits(minutes=3)
    await live.reads("¿quedó bien")
    assert len(live.heard()) == before + 1
    await live.waits(hours=48)
    await live.reads("72")
    ticket = await live.ticket()
    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.SILENCE)
    assert len(live.heard()) == before + 2
    await live.in_thread(1042, "ilencio")


async def the_week_for_the_supervisor(live: Live, engineer: str) -> None:
    """The report goes to the direct message of who may have it, with its picture."""
    refused = await live.slack.commands(ROOM, engineer, "/report", "resumen semana")
    assert refused.status == 200
    direct = live.slack.direct(LUCIA)
    reply = await live.slack.commands(ROOM, LUCIA, "/report", "resumen semana")
    assert reply.status == 200
    await live.until(
        lambda: any("bierto" in said(one) for one in live.slack.sent(direct)), "the report"
    )
    await live.until(
        lambda: any(one.files for one in live.slack.sent(direct)), "the report's picture"
    )
    picture, sheet = [file for one in live.slack.sent(direct) for file in one.files]
    assert picture["content"].startswith(b"\x89PNG")
    assert "1 de 1 (100 %)" in flat(picture["alt"])
    assert sheet["content"].decode("utf-8-sig").count("\n") > 1
    assert not live.slack.sent(live.slack.direct(engineer))


def uploads(live: Live, thread: str) -> list[bytes]:
    """The files that the bot put into a thread."""
    posted = live.slack.sent(ROOM, thread)
    return [file["content"] for one in posted for file in one.files]


def downloads(live: Live) -> list[bytes]:
    """The files that the bot sent to the phone."""
    sent = [one.get("document") for one in live.telegram.sent(MARTA)]
    return [live.telegram.state.files[one["file_id"]].content for one in sent if one]
