"""A card, state by state (CONVERSATIONS 1.17): the ticket as it stands when the card is drawn."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers import codes, silence, staff
from handlers.letters import cards
from handlers.letters.letter import plain
from policy.access import Actor
from policy.ticket import Closing, Pause, State
from store.turn import Turn
from tests.letters.desk import Desk, after, lines, said


def test_a_new_card_says_who_what_and_by_when(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.watch.forward(minutes=2)
    card = desk.card(ticket.number)
    assert lines(card) == [
        "1042 · PACS, no pasan imágenes · Clínica Lago Gris (CO, Silver)",
        "🟥 ALTA por catálogo · responder hoy, martes 24, antes de las 3:12 p. m. "
        "(faltan 4 h 58 min)",
        "Sin dueño",
        "Marta: «en la sala 2 el resonador no está pasando imágenes al PACS desde las 7»",
        "Resonador, sala 2",
    ]
    assert [b.label for b in card.buttons] == ["Tomar", "Asignar", "Cambiar prioridad"]
    assert card.tone == "high"


def test_the_buttons_carry_the_view_they_were_drawn_for(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    codes_of = [b.code for b in desk.card(ticket.number).buttons]
    assert codes_of[0] == f"t:ask:1042:taken:{desk.camila.id}"
    assert codes.read(codes_of[0]) == codes.TicketCode("ask", 1042, "taken", desk.camila.id)


def test_the_fallback_can_be_read_aloud(desk: Desk) -> None:
    ticket = desk.ticket()
    letter = desk.letter("card", "card", ticket=ticket.number, facts={"number": ticket.number})
    assert letter.fallback.replace("\u00a0", " ") == (
        "Caso 1042, alta, Clínica Lago Gris: PACS, no pasan imágenes. "
        "Responder hoy, martes 24, antes de las 3:12 p. m."
    )


STATES: dict[str, tuple[dict[str, Any], float, str, str, list[str]]] = {
    "taken": (
        {"state": State.TAKEN, "since": after(minutes=19)},
        30,
        "👤 Camila desde hoy 10:31 a. m. · 1.ª respuesta: pendiente",
        "high",
        ["Pedir datos", "Escalar", "Resolver", "Soltar"],
    ),
    "answered": (
        {"state": State.TAKEN, "answered_at": after(minutes=21)},
        30,
        "✅ 1.ª respuesta hoy 10:33 a. m. (21 min de 5 h)",
        "high",
        ["Pedir datos", "Escalar", "Resolver", "Soltar"],
    ),
    "waiting": (
        {
            "state": State.WAITING,
            "since": after(minutes=50),
            "pauses": (Pause(since=after(minutes=50), until=None, cause="asked"),),
        },
        200,
        "⏸ Espera a Marta desde hoy 11:02 a. m. · plazo en pausa (lleva 50 min de 5 h)",
        "high",
        ["Recordar", "Retomar", "Resolver"],
    ),
    "soon": (
        {"state": State.TAKEN},
        255,
        "⏳ POR VENCER: faltan 45 min",
        "high",
        ["Pedir datos", "Escalar", "Resolver", "Soltar"],
    ),
    "late": (
        {"state": State.TAKEN},
        312,
        "🔴 VENCIDO hace 12 min",
        "late",
        ["Pedir datos", "Escalar", "Resolver", "Soltar"],
    ),
    "again": (
        {"state": State.TAKEN, "round": 2},
        30,
        "🔁 2.ª vuelta: Marta dice que sigue · responder hoy, martes 24, antes de las 3:12 p. m.",
        "high",
        ["Pedir datos", "Escalar", "Resolver", "Soltar"],
    ),
    "confirmed": (
        {
            "state": State.CLOSED,
            "closing": Closing.CONFIRMED,
            "closed_at": after(hours=6, minutes=33),
            "answered_at": after(minutes=21),
            "rating": 5,
        },
        600,
        "⬜ Cerrado: el cliente confirmó · 6 h 33 min · calificación 5",
        "closed",
        [],
    ),
    "silent": (
        {
            "state": State.CLOSED,
            "closing": Closing.SILENCE,
            "closed_at": after(hours=72),
            "answered_at": after(minutes=21),
        },
        5000,
        "⬜ Cerrado: por silencio · 72 h",
        "closed",
        [],
    ),
    "undelivered": (
        {"state": State.SOLVED, "undelivered": True, "solution": "se liberó la cola"},
        100,
        "⚠️ El cliente no recibe mensajes. Llámelo.",
        "solved",
        ["Llamé", "Recordar", "Reabrir"],
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_each_state_has_its_line_and_its_buttons(desk: Desk, name: str) -> None:
    fields, minutes, line, tone, labels = STATES[name]
    ticket = desk.ticket(holder=desk.camila.id, **fields)
    desk.watch.forward(minutes=minutes)
    card = desk.card(ticket.number)
    assert line in lines(card)
    assert card.tone == tone
    assert [button.label for button in card.buttons] == labels


def test_a_solved_card_tells_both_hours_of_the_silence(desk: Desk) -> None:
    ticket = desk.ticket(state=State.SOLVED, holder=desk.camila.id, solution="se liberó la cola")
    desk.run(lambda turn: silence.start(turn, ticket, after(hours=6, minutes=8)))
    card = desk.card(ticket.number)
    assert (
        "🟦 Espera confirmación · recordatorio mié 25, 4:20 p. m. · cierre vie 27, 4:20 p. m."
        in (lines(card))
    )
    assert "Solución: se liberó la cola" in lines(card)


def test_who_was_told_of_a_late_answer_is_on_the_card(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    desk.watch.forward(hours=5)
    facts = {"rung": 2, "due": ticket.promise.due}
    desk.run(lambda turn: turn.audit.add(ticket.number, "breached", facts))
    desk.watch.forward(minutes=12)
    assert "🔴 VENCIDO hace 12 min · avisado nivel 2 · cliente avisado hoy 3:12 p. m." in lines(
        desk.card(ticket.number)
    )


def test_a_higher_rung_is_no_word_to_the_client(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    desk.watch.forward(hours=5)
    due = ticket.promise.due
    for rung in (2, 3):
        facts = {"rung": rung, "due": due}
        desk.run(lambda turn, facts=facts: turn.audit.add(ticket.number, "breached", facts))
        desk.watch.forward(hours=1)
    assert any(
        "avisado nivel 3 · cliente avisado hoy 3:12 p. m." in line
        for line in lines(desk.card(ticket.number))
    )
    desk.run(lambda turn: turn.audit.add(ticket.number, "client_told_again", {}))
    assert any(
        "avisado nivel 3 · cliente avisado hoy 5:12 p. m." in line
        for line in lines(desk.card(ticket.number))
    )


def test_an_escalation_says_what_is_needed_and_by_whom(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id, level=3)

    def escalate(turn: Turn) -> None:
        turn.actor = Actor(person=desk.camila.id, roles=frozenset({"engineer"}), organisation=None)
        turn.audit.add(ticket.number, "escalated", {"level": 3, "need": "revisar el canal"})

    desk.run(escalate)
    assert (
        "⬆ Nivel 3 · Ingeniero de desarrollo · pide: revisar el canal · por Camila hoy 10:12 a. m."
        in lines(desk.card(ticket.number))
    )


def test_a_card_never_outgrows_its_channel(desk: Desk) -> None:
    """At most eight lines, nine hundred characters, five buttons, whatever people wrote."""
    ticket = desk.ticket(
        state=State.TAKEN,
        holder=desk.camila.id,
        subject="x y " * 200,
        text="palabras " * 900,
        details={"place": "lugar " * 300},
        round=3,
        level=3,
        undelivered=True,
        wants_person=True,
        linked_to=desk.ticket().number,
        answered_at=after(minutes=1),
    )
    desk.watch.forward(days=9)
    card = desk.card(ticket.number)
    assert len(card.lines) <= 7
    assert sum(len(plain(line)) + 1 for line in card.lines) <= 900
    assert len(card.buttons) <= 5
    assert all("\n" not in plain(line) for line in (card.title, *card.lines))


def test_work_without_a_promised_hour_shows_none(desk: Desk) -> None:
    promise = replace(desk.ticket().promise, seconds=None, due=None)
    ticket = desk.ticket(promise=promise)
    assert "🟥 ALTA por catálogo · sin plazo de respuesta" in (lines(desk.card(ticket.number)))


def test_a_second_card_is_written_over_the_first(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.run(lambda turn: turn.messages.set_card(ticket.number, "slack", "local", "C1", "17.42"))
    letter = desk.letter("card", "card", ticket=ticket.number, facts={"number": ticket.number})
    assert letter.edits == "17.42"


def test_every_button_of_a_card_has_somebody_who_answers_it() -> None:
    verbs = {
        verb for table in (cards.BUTTONS, cards.MENU) for found in table.values() for verb in found
    }
    assert verbs <= set(staff.CARD)


def test_words_of_a_client_are_one_span_on_the_card(desk: Desk) -> None:
    ticket = desk.ticket(text="**negrita** <b>x</b> {number} [[y]] *z*")
    (line,) = [x for x in desk.card(ticket.number).lines if said(x).startswith("Marta")]
    assert "**negrita** <b>x</b> {number} [[y]] *z*" in [span.text for span in line]
    assert not any(span.bold for span in line)


def test_left_is_counted_in_hours_of_the_promise(desk: Desk) -> None:
    """The night between is not counted, though the hour stands on the card."""
    ticket = desk.ticket()
    due = ticket.promise.due
    assert due is not None
    desk.watch.now = due - timedelta(minutes=30)
    assert any("faltan 30 min" in line for line in lines(desk.card(ticket.number)))
