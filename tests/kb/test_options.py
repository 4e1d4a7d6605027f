"""Free text where buttons are shown (U14)."""

import pytest

from kb.options import pick

SCOPE = (("one", ("Solo a mí",)), ("several", ("A varias",)), ("all", ("A todas",)))
SOLVED = (("yes", ("Sí, resuelto",)), ("no", ("No, sigue fallando",)))
GUIDE = (
    ("useful", ("Me sirvió",)),
    ("other", ("No era eso",)),
    ("person", ("Hablar con alguien",)),
)
SEND = (("send", ("Enviar",)), ("edit", ("Corregir",)), ("photo", ("Agregar foto",)))


@pytest.mark.parametrize(
    ("said", "options", "value"),
    [
        ("solo a mi", SCOPE, "one"),
        ("a mí solamente", SCOPE, "one"),
        ("asolo ami", SCOPE, "one"),
        ("la 2", SCOPE, "several"),
        ("todos", SCOPE, "all"),
        ("la última", SCOPE, "all"),
        ("sí", SOLVED, "yes"),
        ("si ya quedo", SOLVED, "yes"),
        ("ya funciona, gracias", SOLVED, "yes"),
        ("no", SOLVED, "no"),
        ("sigue igual", SOLVED, "no"),
        ("me sirvio", GUIDE, "useful"),
        ("no era eso", GUIDE, "other"),
        ("quiero un asesor", GUIDE, "person"),
        ("envíelo", SEND, "send"),
        ("corregir", SEND, "edit"),
        ("foto", SEND, "photo"),
        ("otra cosa distinta y muy larga que no dice nada", SEND, None),
        ("no sé", SCOPE, None),
        ("gracias", SOLVED, None),
        ("la 9", SCOPE, None),
        ("", SCOPE, None),
    ],
)
def test_an_answer_in_words_picks_its_button(
    said: str, options: tuple[tuple[str, tuple[str, ...]], ...], value: str | None
) -> None:
    assert pick(said, options) == value


def test_a_list_of_cases_is_picked_by_its_number_or_its_place() -> None:
    cases = ((1042, ("1042 · Resonador",)), (1047, ("1047 · Firma",)))
    assert pick("1047", cases) == 1047
    assert pick("la 1", cases) == 1042
    assert pick("resonador", cases) == 1042
