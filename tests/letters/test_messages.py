"""Messages, relays, marks and articles: what a row becomes for its reader."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.letters.articles import spans
from handlers.letters.letter import Span, plain
from handlers.wording import MissingFact
from policy.ticket import State
from store.values import Button, Person
from tests.letters.desk import Desk, after, button, said
from tests.wording.texts import far_reader


def test_a_receipt_knows_its_ticket(desk: Desk) -> None:
    ticket = desk.ticket()
    assert desk.say("ticket.opened", ticket=ticket.number) == (
        "Caso 1042 · abierto (prioridad alta, por el tipo de falla)\n"
        "Una persona le responde hoy, martes 24, antes de las 3:12 p. m. "
        f"(Silver: 5 h; política, {ticket.promise.clause}).\n"
        "Puede seguir escribiendo aquí: todo llega al caso."
    )


def test_facts_of_the_row_win_over_those_of_the_ticket(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    told = desk.say("ticket.taken", {"holder": "Andrés"}, ticket=ticket.number)
    assert told.startswith("Caso 1042: lo tomó Andrés, ingeniería de soporte.")


def test_lines_above_and_below_make_one_bubble(desk: Desk) -> None:
    facts = {
        "above": [["first.hello", {"organisation": "Lago Gris"}], "article.not_it"],
        "below": "refusal.kept",
        "step": 2,
        "total": 3,
    }
    assert desk.say("intake.ask.scope", facts) == (
        "Hola, Marta. Soy Radica, el asistente automático de soporte de Lago Gris.\n"
        "Gracias, seguimos entonces.\n"
        "¿A quién le pasa? (2 de 3)\n"
        "Guardé lo que me contó."
    )


def test_a_missing_fact_stops_the_letter(desk: Desk) -> None:
    with pytest.raises(MissingFact):
        desk.say("ticket.asked_later", {"at": None})


def test_buttons_and_rows_are_said_in_the_readers_language(desk: Desk) -> None:
    english = desk.run(lambda turn: turn.people.update_person(_in_english(desk)))
    rows = (
        Button(code="c:see:1", text="1042 · Resonador", description="ticket.row.solved"),
        Button(code="a:1:what:x", text="No veo imágenes", facts={"more": "Portal, visor"}),
        button("c:exit", "label.exit", style="danger"),
    )
    letter = desk.letter(
        "message", "ticket.picker", person=english.id, choices=rows, listed="label.choose"
    )
    assert plain(letter.text) == "Which case do you mean?"
    assert letter.listed == "Choose"
    assert [(c.label, c.description, c.style) for c in letter.choices] == [
        ("1042 · Resonador", "Waits for your confirmation", ""),
        ("No veo imágenes", "Portal, visor", ""),
        ("Leave", "", "danger"),
    ]


def test_an_engineers_words_reach_the_client_whole_under_their_name(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    text = "Use *Guardar* y luego **{number}** <ok>"
    facts = {"author": "Camila", "text": text, "named": True}
    first = desk.letter("relay", "ticket.answered", facts=facts, ticket=ticket.number)
    later = desk.letter("relay", "ticket.answered", facts={**facts, "named": False})
    assert plain(first.text) == f"Camila, ingeniería de soporte: {text}"
    assert plain(later.text) == f"Camila: {text}"
    assert Span(text) in first.text


def test_a_clients_file_comes_with_its_kind_when_nothing_was_written(desk: Desk) -> None:
    ticket = desk.ticket()
    photo: dict[str, Any] = {"kind": "photo", "ref": "AgAC", "name": "pantalla.jpg", "size": 2048}
    file = desk.run(
        lambda turn: turn.files.add(
            channel="telegram", account="local", ticket=ticket.number, **photo
        )
    )
    facts = {"author": "Marta Rincón", "channel": "telegram", "text": ""}
    letter = desk.letter("relay", "thread.client_wrote", facts=facts, files=(file,))
    assert said(letter.text) == "Marta Rincón (Telegram) 10:12 a. m. — 📎 foto"
    assert [(f.kind, f.ref, f.channel, f.name) for f in letter.files] == [
        ("photo", "AgAC", "telegram", "pantalla.jpg")
    ]


def test_marks_and_deletions_carry_only_their_message(desk: Desk) -> None:
    mark = desk.letter("mark", "mark", facts={"ref": "17.1", "emoji": "✅", "instead": "⏳"})
    assert (mark.reacts, mark.reacts_instead, mark.text) == (("17.1", "✅"), "⏳", ())
    assert desk.letter("delete", "delete", facts={"ref": "88"}).deletes == "88"


def test_a_history_is_a_line_a_step(desk: Desk) -> None:
    ticket = desk.ticket()
    steps = [
        {"at": after(), "what": "history.opened"},
        {"at": after(minutes=19), "what": "history.claimed"},
    ]
    told = desk.say("ticket.history", {"steps": steps}, ticket=ticket.number)
    assert told == (
        "Caso 1042, paso a paso:\n• hoy 10:12 a. m.: se abrió\n"
        "• hoy 10:31 a. m.: lo tomó un ingeniero"
    )


def test_an_article_is_shown_between_its_lines(desk: Desk) -> None:
    article = desk.library.article(desk.library.ids[0])
    assert article is not None
    letter = desk.letter(
        "article",
        "article.body",
        facts={"article": article.id, "above": "article.intro"},
        person=desk.marta.id,
    )
    told = said(letter.text)
    opening = article.text.partition("\n")[0]
    assert told.startswith(f"Eso lo puede resolver usted en pocos minutos.\n{opening}\n1. ")
    assert told.endswith("\n¿Le sirvió?")
    assert "**" not in told
    assert any(span.bold for span in letter.text)


def test_every_article_fits_a_bubble_in_both_languages(desk: Desk) -> None:
    """U6: with its lines around it, under a thousand characters."""
    for article in desk.library:
        text = plain(spans(article.text))
        assert len(text) <= 780, (article.id, article.language)


def test_an_article_that_is_gone_says_what_to_do(desk: Desk) -> None:
    letter = desk.letter("article", "article.body", facts={"article": "no-such"})
    assert plain(letter.text).startswith("Esa guía ya no está.")
    assert [choice.code for choice in letter.choices] == ["c:new", "c:guides"]


def test_the_guides_are_rows_that_open_them_page_by_page(desk: Desk) -> None:
    """Every guide is on one page, those for administrators last."""
    seen: list[str] = []
    more = "c:guides:0"
    while more:
        facts = {"start": int(more.removeprefix("c:guides:"))}
        letter = desk.letter("guides", "article.list", facts=facts, person=desk.marta.id)
        assert letter.listed == "Elegir" and 1 <= len(letter.choices) <= 10
        assert all(len(choice.label) <= 24 and len(choice.code) <= 64 for choice in letter.choices)
        codes = [choice.code for choice in letter.choices]
        more = codes.pop() if codes[-1].startswith("c:guides:") else ""
        seen += [code.removeprefix("c:guide:") for code in codes]
    assert sorted(seen) == sorted(desk.library.ids)
    guides = [guide for id in seen if (guide := desk.library.article(id))]
    audiences = [guide.audience for guide in guides]
    assert audiences == sorted(audiences, reverse=True) and "administrator" in audiences


def test_what_was_explained_before_stands_first_among_the_guides(desk: Desk) -> None:
    facts = {"known": ["rol-del-remitente"]}
    letter = desk.letter("guides", "article.list", facts=facts, person=desk.marta.id)
    assert letter.choices[0].code == "c:guide:rol-del-remitente"


def test_markdown_becomes_spans() -> None:
    text = spans("# Título\n\nAbra **Pacientes** y *busque* `x*y`.\n\n1. Uno\n2. Dos\n\n- a\n- b\n")
    assert plain(text) == "Título\nAbra Pacientes y busque x*y.\n1. Uno\n2. Dos\n• a\n• b"
    assert Span("Título", bold=True) in text
    assert Span("Pacientes", bold=True) in text
    assert Span("busque", italic=True) in text
    assert Span("x*y", code=True) in text


@given(st.text(alphabet=st.sampled_from("ab *_#`[]()<>!-1.\n"), max_size=60))
def test_any_markdown_is_drawn_without_failing(markdown: str) -> None:
    assert isinstance(spans(markdown), tuple)


def test_a_silent_row_makes_a_silent_letter_that_quotes(desk: Desk) -> None:
    letter = desk.letter(
        "message", "rating.done", silent=True, quotes="55", edits="54", person=desk.marta.id
    )
    assert (letter.silent, letter.replies_to, letter.edits) == (True, "55", "54")


def _in_english(desk: Desk) -> Person:
    return replace(desk.marta, language="en")


FIRST_LINES = ("first.hello", "first.notice", "article.risk_meanwhile", "article.risk_filed")


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_guide_for_a_patient_at_risk_leaves_room_for_what_is_said_with_it(
    desk: Desk, language: str
) -> None:
    """U6 at the very first message: who answers, privacy, what not to do, the case, the guide."""
    facts = {
        "name": "María Fernanda",
        "organisation": "Clínica Universitaria del Norte",
        "number": 104200,
        "due": after(hours=5),
        "clause": "sección 3, SILVER",
    }
    words = far_reader(language)
    around = [plain(words.text(key, **facts)) for key in (*FIRST_LINES, "article.risk_body")]
    for article in desk.library:
        row = desk.book.typology(article.typology or "")
        if row.patient_safety and article.language == language:
            told = "\n".join([*around, plain(spans(article.text))])
            assert len(told) <= 1000, (article.id, len(told))
