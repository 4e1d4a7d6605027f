"""Forms, receipts, lists, Home and reports as their reader sees them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.inbound import Address, Done, Faults, Pressed, Receipt, ShowForm, Toast
from handlers.letters import forms
from handlers.letters.letter import FormView, plain
from handlers.letters.receipts import Shown, show
from handlers.wording.readers import words_for
from policy.ticket import State
from store.turn import Turn
from tests.letters.desk import Desk, after, said

TITLE = 24
# Of other cases: tests/journeys has them.
NONE_HERE = ("checks", "evaluate", "stage", "change", "network")


def drawn(desk: Desk, form: str, number: int, **answers: str) -> FormView:
    return (
        shown(desk, ShowForm(form=form, meta={"ticket": number}, answers=answers)).form or _none()
    )


def shown(desk: Desk, receipt: Receipt) -> Shown:
    address = Address(channel="slack", account="local", user="U1", chat="C1")
    press = Pressed(address=address, key="k", at=desk.watch(), code="c:x")
    return desk.turns.read(lambda turn: show(receipt, press, turn)).result(30)


@pytest.mark.parametrize("form", forms.FIELDS)
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_form_fits_a_modal(desk: Desk, form: str, language: str) -> None:
    number = desk.ticket().number

    def draw(turn: Turn) -> FormView:
        words = words_for(turn, replace(desk.camila, language=language))
        return forms.draw(ShowForm(form=form, meta={"ticket": number}), turn, words)

    view = desk.turns.read(draw).result(30)
    assert all(0 < len(text) <= TITLE for text in (view.title, view.submit, view.cancel))
    assert view.fields or form in NONE_HERE
    assert all(0 < len(field.label) <= TITLE for field in view.fields)
    assert view.meta == {"ticket": number}


def test_escalating_offers_the_other_levels_and_tells_the_client_unless_unchecked(
    desk: Desk,
) -> None:
    ticket = desk.ticket(level=2)
    level, need, tell = drawn(desk, "escalate", ticket.number).fields
    numbers = [option.code for option in level.options]
    assert numbers == ["1", "3", "5"]  # back, the next one, and the one that is direct (S1-36)
    assert (need.kind, need.optional) == ("line", False)
    assert (tell.kind, tell.value, tell.optional) == ("check", "yes", True)


def test_assigning_offers_everybody_but_the_holder(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    (person,) = drawn(desk, "assign", ticket.number).fields
    assert [(option.code, option.label) for option in person.options] == [
        (str(desk.lucia.id), "Lucía Peña")
    ]


def test_a_new_priority_is_another_one_with_a_reason(desk: Desk) -> None:
    priority, reason = drawn(desk, "priority", desk.ticket().number).fields
    assert [option.code for option in priority.options] == ["media", "baja"]
    assert not reason.optional


def test_answers_already_given_stand_in_the_form(desk: Desk) -> None:
    shown = drawn(desk, "resolve", desk.ticket().number, solution="se liberó la cola").fields
    field, use, _ = shown
    assert field.value == "se liberó la cola"
    assert use.optional and not use.value  # an engineer says that it was a matter of use (S0-58)
    topics = {option.code for option in use.options}
    assert "ris-firmas-formato" in topics and "ris-datos-paciente" not in topics


def test_opening_a_case_on_a_page_asks_only_what_happens(desk: Desk) -> None:
    fields = drawn(desk, "open_ticket", 0, detail="no abre el visor").fields
    assert [field.name for field in fields if not field.optional] == ["detail"]
    what = next(field for field in fields if field.name == "what")
    assert [option.code for option in what.options] == [group.key for group in desk.book.groups]
    assert next(f.value for f in fields if f.name == "detail") == "no abre el visor"


def test_a_form_nobody_declared_is_a_mistake(desk: Desk) -> None:
    with pytest.raises(KeyError):
        drawn(desk, "no_such_form", 1042)


def test_receipts_are_words_for_who_pressed(desk: Desk) -> None:
    taken = Toast(key="toast.taken_by", facts={"number": 1042, "name": "Andrés"})
    assert shown(desk, taken).toast == "Andrés tomó el 1042 hace un instante."
    faults = shown(desk, Faults(faults={"need": "form.fault.empty"})).faults
    assert faults == {"need": "Hace falta este dato."}
    assert shown(desk, Done(chosen="Solo a mí")) == Shown(chosen="Solo a mí")


def test_home_lists_what_waits_for_the_reader(desk: Desk) -> None:
    desk.ticket(state=State.TAKEN, holder=desk.camila.id)
    desk.ticket(subject="Lentitud")
    desk.watch.forward(minutes=5)
    letter = desk.letter("home", "home", person=desk.camila.id)
    assert plain(letter.text) == "Su mesa"
    mine, waiting = (said(block) for block in letter.blocks)
    assert mine.startswith("Sus casos (1)\n🟥 1042 · PACS, no pasan imágenes")
    assert waiting.startswith("Sin dueño (1)\n🟥 1043 · Lentitud · Clínica Lago Gris · sin dueño")


def test_home_of_a_client_is_the_way_in(desk: Desk) -> None:
    letter = desk.letter("home", "home", person=desk.marta.id)
    assert [choice.code for choice in letter.choices] == ["c:new", "c:list"]


def test_an_engineers_list_is_read_when_it_is_sent(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id, answered_at=after(minutes=1))
    facts = {"tickets": [{"number": ticket.number, "subject": "old", "state": "new"}]}
    letter = desk.letter("tickets", "staff.mine", facts=facts, person=desk.camila.id)
    assert said(letter.text) == (
        "Sus casos (1)\n🟥 1042 · PACS, no pasan imágenes · Clínica Lago Gris · tomado · Camila"
    )


def test_the_history_for_the_staff_names_each_step(desk: Desk) -> None:
    steps = [{"at": after(), "what": "opened"}, {"at": after(minutes=9), "what": "claimed"}]
    facts = {"number": 1042, "steps": steps}
    letter = desk.letter("history", "staff.history", facts=facts, person=desk.camila.id)
    assert said(letter.text) == (
        "Historia del 1042\n• hoy 10:12 a. m.: abierto\n• hoy 10:21 a. m.: tomado"
    )


def report(desk: Desk, name: str) -> str:
    facts = {
        "report": name,
        "period": "semana",
        "start": datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
        "end": datetime(2026, 11, 30, 5, 0, tzinfo=UTC),
    }
    return said(desk.letter("report", f"report.{name}", facts=facts, person=desk.lucia.id).text)


def test_an_empty_week_says_so_and_offers_another(desk: Desk) -> None:
    assert report(desk, "resumen").endswith("no hubo casos. Pruebe: /report resumen mes")


def test_the_summary_adds_up_and_shows_n_beside_every_percentage(desk: Desk) -> None:
    kept = desk.ticket(state=State.TAKEN, holder=desk.camila.id, answered_at=after(minutes=21))
    missed = desk.ticket(state=State.TAKEN, holder=desk.camila.id, answered_at=after(hours=6))
    desk.ticket()

    def measure(turn: Turn) -> None:
        turn.measures.add("answered", kept.number, seconds=1260, kept=True, person=desk.camila.id)
        turn.measures.add("answered", missed.number, seconds=21600, kept=False)

    desk.run(measure)
    desk.watch.forward(hours=3)
    told = report(desk, "resumen").split("\n")
    assert told[0] == (
        "Resumen · lunes 23 de noviembre al domingo 29 de noviembre (hora de Bogotá)"
    )
    assert told[1:5] == [
        "Venían abiertos 0",
        "Abiertos 3 · cerrados 0 · siguen abiertos 3",
        "Promesas cumplidas: 1 de 2 (50 %) · vencidas 1",
        "Primera respuesta: mediana 3 h 10 min; 9 de cada 10: 6 h o antes (2 casos)",
    ]
    assert told[-1] == "Mire esto: Un caso lleva más de 2 h sin dueño."
    assert len("\n".join(told)) <= 1500


def test_pending_lists_what_is_late_as_late(desk: Desk) -> None:
    desk.ticket()
    desk.watch.forward(hours=6)
    told = report(desk, "pendientes").split("\n")
    assert told[1].startswith("Abiertos 1: sin dueño 1 · tomados 0")
    assert told[2] == (
        "🟥 1042 · Clínica Lago Gris · PACS, no pasan imágenes · sin dueño · vencido hace 1 h"
    )


def test_promises_are_told_by_plan_and_priority(desk: Desk) -> None:
    ticket = desk.ticket(state=State.TAKEN, holder=desk.camila.id, answered_at=after(minutes=21))
    desk.run(lambda turn: turn.measures.add("answered", ticket.number, seconds=1260, kept=True))
    assert "Silver, alta: 1 de 1 (100 %) · vencidas 0" in report(desk, "sla")


def _none() -> FormView:
    raise AssertionError("no form was shown")
