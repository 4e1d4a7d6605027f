"""Whatever is typed: nothing raises, all can be stored, normalising twice changes nothing."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from kb import secrets, text
from kb.reader import Reader
from tests.kb.conftest import reader_of

READER: Reader = reader_of("imexhs")

WILD = st.text(st.characters(codec=None), max_size=400)
SPOKEN = st.lists(
    st.sampled_from(
        (
            *("no", "pasan", "imágenes", "la", "cédula", "2", "desde", "las", "7", "hace", "dos"),
            *("horas", "mi", "clave", "es", "Perro1", "todos", "nadie", "👍", "sala", "caso"),
            *("consultorio", "1042", "?", "!", ".", "\n", "cómo", "corrijo", "25:99"),
            *("1.020.345.678", "xq", "xfa", "holaaaa", "lunes", "ayer", "a. m.", "RIS"),
        )
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(WILD | SPOKEN)
def test_reading_never_raises_and_keeps_only_what_can_be_stored(said: str) -> None:
    reading = READER.read(said)
    for kept in (reading.text, reading.stored, reading.card_text):
        assert "\x00" not in kept
        assert kept.encode("utf-8").decode("utf-8") == kept
    assert 0 <= reading.decision.score <= 100


@settings(max_examples=200, deadline=None)
@given(WILD | SPOKEN)
def test_normalising_twice_changes_nothing(said: str) -> None:
    for normal in (text.clean, text.fold, secrets.mask_secrets, secrets.mask_documents):
        once = normal(said)
        assert normal(once) == once, normal


@settings(max_examples=200, deadline=None)
@given(WILD | SPOKEN | st.text("aeñÁ\u0301\u034f\u0483\u20d0 x"))
def test_no_mark_is_left_on_a_letter(said: str) -> None:
    assert not any(map(unicodedata.combining, text.fold(said)))
    assert text.fold(unicodedata.normalize("NFD", said)) == text.fold(said)


def test_what_a_letter_carries_goes_and_the_letter_stays() -> None:
    assert text.fold("Ñandú, PINGÜINO, cámara") == "nandu, pinguino, camara"
    assert text.fold("снимоќ é") == "снимок e"


@settings(max_examples=100, deadline=None)
@given(SPOKEN)
def test_case_and_accents_change_no_decision(said: str) -> None:
    calm, loud = READER.read(said), READER.read(said.upper())
    assert calm.decision.verdict == loud.decision.verdict
    assert (calm.place, calm.since, calm.scope) == (loud.place, loud.since, loud.scope)


def test_a_very_long_message_is_kept_whole_and_read_quickly() -> None:
    said = "no pasan imágenes al PACS. " * 4000
    reading = READER.read(said)
    assert len(reading.text) == len(said.strip())
    assert reading.decision.typology == "pacs-no-hay-paso"
