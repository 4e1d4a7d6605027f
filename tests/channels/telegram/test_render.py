"""Letters become Bot API calls that the strict rules accept, whatever people wrote."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.call import Call
from bot.channels.telegram import limits, show
from bot.channels.telegram.render import render
from handlers.inbound import Address, Commanded, Pressed, Said
from handlers.letters.letter import Card, Choice, Letter, LetterFile, Span
from scheduler.channel import Delivery, Place
from tests.channels.telegram.desks import NOON, Shown, letter, to
from tests.platforms import telegram_rules as rules

PHOTO = LetterFile(kind="photo", name="", channel="telegram", account="123456789", ref="photo-1")
PDF = LetterFile(kind="document", name="a.pdf", mime="application/pdf", content=b"%PDF")
CHART = LetterFile(kind="photo", name="c.png", mime="image/png", content=b"png", alt="Sube.")


def one(delivery: Delivery) -> Call:
    """The only call."""
    (call,) = render(delivery)
    return call


def accepted(call: Call) -> None:
    """Raises where the Bot API would refuse the call."""
    uploads = {name: "x" for name in ("photo", "document") if name in call.params}
    rules.check(call.method, call.params | uploads)


def labels(call: Call) -> list[list[str]]:
    """The keyboard as its labels."""
    rows = call.params["reply_markup"]["inline_keyboard"]
    return [[button["text"] for button in row] for row in rows]


def test_a_letter_is_one_message_with_entities_and_without_previews() -> None:
    text = (Span("Caso 1042", bold=True), Span(" · 👍 "), Span("abierto", italic=True))
    call = one(to(7, Letter(text=text)))
    assert call.method == "sendMessage"
    assert call.params == {
        "chat_id": 7,
        "text": "Caso 1042 · 👍 abierto",
        "link_preview_options": {"is_disabled": True},
        "entities": [
            {"type": "bold", "offset": 0, "length": 9},
            {"type": "italic", "offset": 15, "length": 7},
        ],
    }


@pytest.mark.fault("F19")
def test_markup_of_people_stays_text() -> None:
    said = "<!channel> *_[](tg://user?id=1) <b>x</b> `y` @everyone"
    call = one(to(7, letter(said)))
    assert call.params["text"] == said
    assert "entities" not in call.params
    assert "parse_mode" not in call.params


def test_at_night_it_comes_without_a_sound() -> None:
    assert one(to(7, letter("Recordatorio", silent=True))).params["disable_notification"] is True
    assert "disable_notification" not in one(to(7, letter("Respuesta"))).params


def test_short_labels_share_a_row_and_long_ones_do_not() -> None:
    assert labels(one(to(7, letter("?", "Sí", "No", "No sé")))) == [["Sí", "No", "No sé"]]
    long = ("Sí, resuelto", "No, sigue fallando", "Aún no lo pruebo")
    assert labels(one(to(7, letter("?", *long)))) == [[label] for label in long]
    mixed = labels(one(to(7, letter("?", "Enviar", "Corregir", "Agregar foto"))))
    assert mixed == [["Enviar", "Corregir"], ["Agregar foto"]]


def test_a_list_is_one_a_row_with_its_descriptions_in_the_text() -> None:
    rows = (
        Choice(code="a:1:what:seen", label="No veo imágenes", description="Portal, visor"),
        Choice(code="a:1:what:none", label="Otro"),
    )
    call = one(to(7, Letter(text=(Span("¿Qué pasa?"),), choices=rows, listed="Elegir")))
    assert labels(call) == [["No veo imágenes"], ["Otro"]]
    assert call.params["text"] == "¿Qué pasa?\n\n• No veo imágenes: Portal, visor"


@pytest.mark.fault("F37")
def test_a_list_of_51_goes_on_in_a_second_message() -> None:
    rows = tuple(Choice(code=f"c:{number}", label=f"Caso {number}") for number in range(51))
    first, second = render(to(7, Letter(text=(Span("Elija"),), choices=rows, listed="Elegir")))
    assert [len(labels(first)), len(labels(second))] == [50, 1]
    assert second.params["text"] == "2/2"


def test_styles_and_links_of_buttons() -> None:
    choices = (
        Choice(code="c:send", label="Enviar", style="primary"),
        Choice(code="c:drop", label="Borrar", style="danger"),
        Choice(code="", label="Portal", url="https://example.org"),
    )
    call = one(to(7, Letter(text=(Span("?"),), choices=choices)))
    (row,) = call.params["reply_markup"]["inline_keyboard"]
    assert [button.get("style") for button in row] == ["primary", "danger", None]
    assert row[2] == {"text": "Portal", "url": "https://example.org"}
    accepted(call)


@pytest.mark.fault("F37")
def test_a_code_of_65_bytes_is_no_button_rather_than_a_wrong_one() -> None:
    choices = (Choice(code="á" * 32, label="cabe"), Choice(code="á" * 32 + "x", label="no"))
    assert labels(one(to(7, Letter(text=(Span("?"),), choices=choices)))) == [["cabe"]]


@pytest.mark.fault("F37")
def test_long_text_is_several_messages_with_the_buttons_under_the_last() -> None:
    calls = render(to(7, letter("palabra " * 1200, "Enviar", replies_to="5")))
    assert [call.method for call in calls] == ["sendMessage"] * 3
    assert ["reply_markup" in call.params for call in calls] == [False, False, True]
    assert ["reply_parameters" in call.params for call in calls] == [True, False, False]


def test_buttons_without_words_still_get_a_message() -> None:
    assert one(to(7, letter("", "Sí"))).params["text"] == "…"
    assert one(to(7, letter("", "Sí", fallback="¿Sigue?"))).params["text"] == "¿Sigue?"
    assert render(to(7, Letter())) == []


def test_a_single_file_carries_text_and_buttons() -> None:
    call = one(to(7, letter("Mire", "Sí", files=(PHOTO,))))
    assert (call.method, call.params["photo"], call.files) == ("sendPhoto", "photo-1", ())
    assert call.params["caption"] == "Mire"
    assert labels(call) == [["Sí"]]


def test_a_file_of_elsewhere_is_an_upload() -> None:
    call = one(to(7, letter("", files=(PDF,))))
    assert (call.method, call.files) == ("sendDocument", (PDF,))
    assert call.params["document"] == "attach://file0"
    foreign = LetterFile(kind="photo", name="", channel="telegram", account="9", ref="x", mime="")
    assert one(to(7, letter("", files=(foreign,)))).method == "sendDocument"


def test_a_chart_says_its_finding_in_words() -> None:
    assert one(to(7, letter("Resumen", files=(CHART,)))).params["caption"] == "Resumen\n\nSube."
    assert one(to(7, letter("Sube.", files=(CHART,)))).params["caption"] == "Sube."


def test_words_too_long_for_a_caption_follow_the_file() -> None:
    first, second = render(to(7, letter("x" * 1025, "Sí", files=(PHOTO,))))
    assert (first.method, second.method) == ("sendPhoto", "sendMessage")
    assert "caption" not in first.params
    assert labels(second) == [["Sí"]]


def test_eleven_photos_and_a_document_are_an_album_a_photo_and_a_document() -> None:
    calls = render(to(7, letter("Fotos", files=(*[PHOTO] * 11, PDF))))
    assert [call.method for call in calls] == ["sendMediaGroup", "sendPhoto", "sendDocument"]
    album = calls[0].params["media"]
    assert len(album) == 10
    assert [media.get("caption") for media in album[:2]] == ["Fotos", None]


def test_an_album_cannot_carry_buttons_so_the_text_follows() -> None:
    calls = render(to(7, letter("¿Seguimos?", "Sí", files=(PHOTO, PDF, PHOTO))))
    assert [call.method for call in calls][-1] == "sendMessage"
    assert labels(calls[-1]) == [["Sí"]]


def test_a_location_and_a_voice_note() -> None:
    here = LetterFile(kind="location", name="", ref="4.6,-74.1")
    voice = LetterFile(kind="voice", name="", mime="audio/ogg", content=b"ogg")
    location, note = render(to(7, letter("", files=(here, voice))))
    assert location.params == {"chat_id": 7, "latitude": 4.6, "longitude": -74.1}
    assert note.method == "sendVoice"


def test_an_edit_rewrites_text_and_buttons() -> None:
    call = one(to(7, letter("Hoy", "Sí", edits="12")))
    assert (call.method, call.params["message_id"]) == ("editMessageText", 12)
    assert labels(call) == [["Sí"]]
    bare = one(to(7, letter("Hoy", edits="12")))
    assert labels(bare) == []
    assert one(to(7, letter("", edits="12"))).method == "editMessageReplyMarkup"
    assert one(to(7, letter("a", edits="12", files=(PHOTO,)))).method == "editMessageCaption"


def test_a_deletion_and_a_mark() -> None:
    gone = one(to(7, Letter(deletes="12")))
    assert (gone.method, gone.params) == ("deleteMessage", {"chat_id": 7, "message_id": 12})
    mark = one(to(7, Letter(reacts=("12", "❤️"))))
    assert mark.params["reaction"] == [{"type": "emoji", "emoji": "❤"}]
    assert one(to(7, Letter(reacts=("12", "")))).params["reaction"] == []
    assert render(to(7, Letter(reacts=("12", "✅")))) == []


def test_a_letter_for_one_person_goes_to_the_chat_with_them() -> None:
    place = Place(account="1", chat="-100", thread="3", only="7")
    delivery = Delivery(outbox_id=1, attempt=1, place=place, letter=letter("Solo usted"))
    assert one(delivery).params["chat_id"] == 7
    assert "message_thread_id" not in one(delivery).params


def test_a_card_is_text_with_its_buttons() -> None:
    card = Card(
        number=1042,
        title=(Span("1042"),),
        lines=((Span("Lago Gris"),), (Span("PACS"),)),
        tone="high",
        buttons=(Choice(code="t:claim:1042:new:-", label="Tomar"),),
    )
    call = one(to(-100, Letter(card=card)))
    assert call.params["text"] == "1042\nLago Gris\nPACS"
    assert labels(call) == [["Tomar"]]


def test_a_place_that_is_not_telegrams_is_a_value_error() -> None:
    with pytest.raises(ValueError):
        render(to("C0123", letter("x")))


said = st.text(max_size=60)
pieces = st.builds(Span, said, bold=st.booleans(), italic=st.booleans(), code=st.booleans())
choices = st.builds(Choice, code=st.text(max_size=70), label=said, description=st.text(max_size=9))
letters = st.builds(
    Letter,
    text=st.lists(pieces, max_size=6).map(tuple),
    choices=st.lists(choices, max_size=120).map(tuple),
    listed=st.sampled_from(["", "Elegir"]),
    files=st.lists(st.sampled_from([PHOTO, PDF, CHART]), max_size=12).map(tuple),
    silent=st.booleans(),
    edits=st.sampled_from([None, "5"]),
)


@pytest.mark.fault("F37")
@given(letters, st.sampled_from([1, 200]))
def test_whatever_the_letter_the_bot_api_accepts_every_call(what: Letter, times: int) -> None:
    long = replace(what, text=what.text * times)
    for call in render(to(7, long)):
        accepted(call)


def pressed(**more: Any) -> Pressed:
    """A press on message 12 of chat 7."""
    address = Address(channel="telegram", account="1", user="7", chat="7")
    given: dict[str, Any] = {"code": "c:send", "ref": "12", "trigger": "q1"} | more
    return Pressed(address=address, key="update:1", at=NOON, **given)


def test_a_press_is_answered_and_its_keyboard_becomes_the_answer_given() -> None:
    answer, drawn = show.calls(Shown("Listo", "Solo resonancia"), pressed())
    assert answer.params == {"callback_query_id": "q1", "text": "Listo", "show_alert": False}
    assert labels(drawn) == [["✔ Solo resonancia"]]
    accepted(answer)
    accepted(drawn)


def test_a_press_without_words_only_stops_the_spinner() -> None:
    assert show.calls(None, pressed()) == [Call("answerCallbackQuery", {"callback_query_id": "q1"})]
    assert labels(show.calls(Shown(chosen=""), pressed())[1]) == []


def test_a_long_toast_is_cut_at_200_and_waits_to_be_read() -> None:
    (answer,) = show.calls(Shown("x" * 300), pressed())
    assert len(answer.params["text"]) == limits.TOAST
    assert answer.params["show_alert"] is True


def test_the_answer_given_is_no_button_any_more() -> None:
    assert show.is_inert(pressed(code=show.INERT))
    assert not show.is_inert(pressed())


def test_a_toast_is_a_short_message_after_a_command_and_nothing_after_words() -> None:
    address = Address(channel="telegram", account="1", user="7", chat="7")
    asked = Commanded(address=address, key="update:1", at=NOON, name="reporte")
    (call,) = show.calls(Shown("Los reportes son de supervisión."), asked)
    assert (call.method, call.params["chat_id"]) == ("sendMessage", 7)
    accepted(call)
    assert show.calls(Shown(), asked) == []
    words = Said(address=address, key="update:1", at=NOON, ref="3", text="hola")
    assert show.calls(Shown("x"), words) == []
    group = replace(asked, address=replace(address, chat="-5", private=False))
    assert show.calls(Shown("x"), group) == []
