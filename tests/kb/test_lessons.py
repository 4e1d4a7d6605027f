"""A client's sentence as a phrase: it names nobody, it is short, and a copy is known as one."""

from time import process_time

import pytest

from kb import lessons, shelf
from kb.lessons import LONGEST, copy_of, phrase_of, topic_of
from policy.pack import load

MARTA = ("Marta Ríos", "Clínica Lago Gris")
MASKED = {
    "no me deja entrar al PACS, mi clave es Abc123x": "Abc123x",
    "no aparece el estudio de la cédula 1.234.567": "234",
    "el estudio 20261124001 no carga en el visor": "20261124001",
    "el informe del paciente Juan de la Cruz no carga": "Juan",
    "la doctora Elena Paz no puede firmar el informe": "Elena",
    "escribanme a juan@lago.example que no carga el visor": "lago",
    "no carga el visor en https://lago.example/estudio/7": "lago",
    "no carga el visor, llámenme al 300 123 45 67": "123",
    "soy Marta Ríos y no me carga el visor": "Ríos",
    "en la Clínica Lago Gris no carga el visor": "Lago",
    "gracias, MARTA, no carga el visor del RIS": "MARTA",
}


@pytest.mark.parametrize(("said", "secret"), MASKED.items())
def test_a_phrase_names_nobody(said: str, secret: str) -> None:
    phrase = phrase_of(said, MARTA)
    assert phrase and secret not in phrase


def test_names_of_the_trade_stay() -> None:
    """An institution called after what it does takes no word of the matter away."""
    said = "no pasan las imágenes del portal al visor"
    assert phrase_of(said, ("Ana Gil", "Portal de Imágenes")) == said


@pytest.mark.parametrize("said", ["", "hola", "👍👍", "123456 789", "ayuda", "Marta", "¿?"])
def test_what_says_nothing_is_no_phrase(said: str) -> None:
    assert phrase_of(said, MARTA) == ""


def test_a_phrase_is_short_and_ends_with_a_word() -> None:
    long = phrase_of("no carga el visor " * 200)
    assert LONGEST - 20 < len(long) <= LONGEST and long.split()[-1] in "no carga el visor"
    two = phrase_of(
        "Hola. No carga el visor del portal. " + "Ya reinicié el equipo dos veces. " * 9
    )
    assert two.startswith("No carga el visor del portal. Ya") and len(two) <= LONGEST


@pytest.mark.parametrize("piece", ["a.", "1 ", "1-", "paciente Ana ", "x@", "•", "no carga. "])
def test_any_length_is_read_in_no_time(piece: str) -> None:
    """At most a thousand letters are looked at, whatever was sent."""
    begun = process_time()
    assert len(phrase_of(piece * 20_000, MARTA)) <= LONGEST
    assert process_time() - begun < 1


def test_what_says_the_same_is_one_phrase() -> None:
    known = ["no carga el visor", "cómo cargo la firma del médico"]
    assert copy_of("buenas, como cargo la firma del medico??", known) == 1
    assert copy_of("cómo elimino un estudio", known) is None


def test_a_typology_is_known_by_its_guide_where_that_answers_it() -> None:
    for name in ("imexhs", "sgm", "generic"):
        policy = load(name)
        known = shelf.said(policy)
        for row in policy.typologies:
            assert topic_of(policy, row.id) in known
    assert topic_of(load("imexhs"), "ris-firmas-formato") == "article:cargar-firma"


def test_phrases_of_a_topic_that_is_gone_are_passed_over() -> None:
    policy = load("imexhs")
    said = "el garabato del galeno quedó chueco"
    gone = {f"{lessons.GUIDE}:nada": (said,), f"{lessons.NOT}:nada": (said,)}
    reader = shelf.taught(policy, gone)
    assert reader.read(said).decision.article is None
    assert shelf.taught(policy, {}) is shelf.knowledge(policy)[1]


def test_whoever_says_an_accepted_phrase_is_taken_at_that_word() -> None:
    """Whatever the matcher makes of it: a topic, a notice, and a guide only as an offer. A real
    fault comes first: a supervisor's slip keeps nobody from help."""
    policy = load("imexhs")
    boards, racks = "el tablero de turnos quedó en la luna", "los fierros del rack se pelaron"
    scrawl, down = "el garabato se fue de lado", "nadie puede entrar al RIS, está caído para todos"
    dark = "desde que se fue la luz el PACS no arranca"
    holding = {
        "typology:ris-modulos": (boards,),
        "notice:network": (racks, dark),
        "article:cargar-firma": (scrawl, down),
    }
    reader = shelf.taught(policy, holding)
    decision = reader.read(f"Buenas tardes, {boards}").decision
    assert (decision.label, decision.typology) == ("incident", "ris-modulos")
    assert decision.priority == policy.typology("ris-modulos").priority
    assert reader.read(racks).decision.notice == "network"
    guide = reader.read(scrawl).decision
    assert guide.article == "cargar-firma" and guide.verdict in ("offer", "deflect")
    for fault in (down, dark):
        read = reader.read(fault)
        assert read.real and (read.decision.label, read.decision.verdict) == ("incident", "none")
