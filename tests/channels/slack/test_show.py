"""A receipt at once: what goes into the acknowledgement, and what beside it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack.show import ack, calls, unopened
from handlers.inbound import Address, Commanded, Inbound, Pressed, Said, Submitted
from handlers.letters.letter import Field, FormView
from tests.channels.slack.conftest import Shown
from tests.platforms.slack_rules import check_message, check_parameters, check_view

AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
HERE = Address(
    channel="slack", account="T0HOME", user="U0CAM", chat="C0DESK", thread="1.1", private=False
)
PRESSED = Pressed(address=HERE, key="k", at=AT, code="t:solve:1042", ref="1.2", trigger="tr")
IN_FORM = Pressed(address=HERE, key="k", at=AT, code="c:x", trigger="tr", view="V1")
SUBMITTED = Submitted(address=HERE, key="k", at=AT, form="resolve", version=1, trigger="tr")
COMMANDED = Commanded(address=HERE, key="k", at=AT, name="ticket", trigger="tr")
SAID = Said(address=HERE, key="k", at=AT, ref="1.3")
FORM = FormView(
    form="resolve",
    version=1,
    title="Resolver",
    submit="Enviar",
    cancel="Volver",
    fields=(Field(name="note", label="Solución", kind="text"),),
)
EVERYTHING: tuple[Inbound, ...] = (PRESSED, IN_FORM, SUBMITTED, COMMANDED, SAID)


def methods(shown: Shown, inbound: Inbound) -> list[str]:
    return [one.method for one in calls(shown, inbound)]


def test_nothing_to_show_is_nothing() -> None:
    for inbound in EVERYTHING:
        assert ack(Shown(), inbound) is None
        assert calls(Shown(), inbound) == []


def test_a_form_opens_by_its_trigger_or_takes_the_place_of_the_open_one() -> None:
    assert methods(Shown(form=FORM), PRESSED) == ["views.open"]
    assert methods(Shown(form=FORM), COMMANDED) == ["views.open"]
    assert methods(Shown(form=FORM), IN_FORM) == ["views.update"]
    assert methods(Shown(form=FORM), SUBMITTED) == []
    assert methods(Shown(form=FORM), SAID) == []
    answered = ack(Shown(form=FORM), SUBMITTED)
    assert answered is not None
    assert answered["response_action"] == "update"
    check_view(answered["view"])


def test_a_toast_goes_where_its_person_looks() -> None:
    toast = Shown(toast="Camila tomó el 1042")
    assert methods(toast, PRESSED) == methods(toast, SAID) == ["chat.postEphemeral"]
    assert methods(toast, COMMANDED) == methods(toast, SUBMITTED) == []
    (whisper,) = calls(toast, PRESSED)
    assert (whisper.params["user"], whisper.params["thread_ts"]) == ("U0CAM", "1.1")
    told = ack(toast, SUBMITTED)
    assert told is not None
    check_view(told["view"])


@pytest.mark.fault("F19")
@given(st.text(max_size=900))
def test_whatever_the_words_they_are_only_words(text: str) -> None:
    """F19."""
    for inbound in EVERYTHING:
        for call in calls(Shown(toast=text), inbound):
            check_parameters(call.method, call.params, as_json=True)
            check_message(call.params)
            assert "<" not in call.params["text"]
        said = ack(Shown(toast=text), inbound)
        assert said is None or "<" not in said.get("text", "")
    call = unopened(FORM, PRESSED)
    check_message(call.params)


def test_the_answer_replaces_the_buttons_and_an_empty_one_takes_them_away() -> None:
    rich = {"type": "rich_text", "elements": []}
    message = {"ts": "1.2", "text": "¿Quedó?", "blocks": [rich, {"type": "actions"}]}
    (given_one,) = calls(Shown(chosen="Sí"), PRESSED, message)
    assert given_one.method == "chat.update"
    assert [one["type"] for one in given_one.params["blocks"]] == ["rich_text", "rich_text"]
    (empty,) = calls(Shown(chosen=""), PRESSED, message)
    assert empty.params["blocks"] == [rich]
    assert calls(Shown(chosen="Sí"), PRESSED, message | {"is_ephemeral": True}) == []
    assert calls(Shown(chosen="Sí"), PRESSED) == []
