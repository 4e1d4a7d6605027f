"""What a message says: whom it affects, where, since when, what it wants, what it must not keep."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kb import doubt
from kb.reader import Reader
from kb.reading import Since
from policy import pack

NOW = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # Tuesday, 10:12 a. m. in Bogotá
BOGOTA = "America/Bogota"


def test_a_good_first_message_fills_every_slot_but_the_scope(imexhs: Reader) -> None:
    said = "buenas, en la sala 2 el resonador no está pasando imágenes al PACS desde las 7"
    reading = imexhs.read(said)
    assert (reading.place, reading.device, reading.scope) == ("sala 2", "resonador", None)
    assert reading.since is not None
    assert reading.since.resolve(NOW, BOGOTA) == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    decision = reading.decision
    assert (decision.label, decision.typology) == ("incident", "pacs-no-hay-paso")
    assert (decision.category, decision.priority, decision.verdict) == ("pacs", "alta", "none")


def test_an_english_message_fills_the_same_slots(imexhs: Reader) -> None:
    reading = imexhs.read("The MRI in room 4 is not sending images to PACS since 7 am")
    assert (reading.language, reading.place, reading.device) == ("en", "room 4", "resonador")
    assert reading.since is not None
    assert reading.since.minute == 420
    assert reading.decision.typology == "pacs-no-hay-paso"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("desde las 7", (24, 7, 0)),
        ("desde las 7:30 am", (24, 7, 30)),
        ("hoy 7 a. m.", (24, 7, 0)),
        ("desde ayer", (23, 0, 0)),
        ("desde ayer a las 3 pm", (23, 15, 0)),
        ("desde ayer en la tarde", (23, 14, 0)),
        ("desde el lunes", (23, 0, 0)),
        ("desde el viernes pasado", (20, 0, 0)),
        ("hace 2 horas", (24, 8, 12)),
        ("hace media hora", (24, 9, 42)),
        ("llevamos 3 horas así", (24, 7, 12)),
        ("desde las 8 de la noche", (23, 20, 0)),
        ("desde la madrugada", (24, 3, 0)),
        ("since yesterday", (23, 0, 0)),
        ("2 hours ago", (24, 8, 12)),
        ("acaba de empezar", (24, 10, 12)),
    ],
)
def test_since_when_is_a_moment(imexhs: Reader, said: str, at: tuple[int, int, int]) -> None:
    since = imexhs.read(said).since
    assert since is not None
    day, hour, minute = at
    meant = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(BOGOTA))
    assert since.resolve(NOW, BOGOTA) == meant


def test_words_that_give_no_moment_resolve_to_none() -> None:
    assert Since(phrase="hace rato").resolve(NOW, BOGOTA) is None


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ("solo a mí", "one"),
        ("únicamente yo", "one"),
        ("les pasa a varios usuarios", "several"),
        ("a nadie le abre", "all"),
        ("ninguna modalidad envía", "all"),
        ("a todos los médicos", "all"),
        ("el resonador no envía", None),
    ],
)
def test_whom_it_affects(imexhs: Reader, said: str, scope: str | None) -> None:
    assert imexhs.read(said).scope == scope


@pytest.mark.parametrize(
    ("said", "place", "device"),
    [
        ("el ecógrafo del consultorio 3", "consultorio 3", "ecógrafo"),
        ("en la sede norte falla el tomógrafo", "sede norte", "tomógrafo"),
        ("los rayos x de la sala b", "sala b", "rayos X"),
        ("la impresora no imprime", None, "impresora"),
        ("el mamógrafo está lento", None, "mamógrafo"),
        ("toda la sede está sin sistema", None, None),
    ],
)
def test_where_and_which_device(
    imexhs: Reader, said: str, place: str | None, device: str | None
) -> None:
    reading = imexhs.read(said)
    assert (reading.place, reading.device) == (place, device)


@pytest.mark.parametrize(
    ("said", "only"),
    [
        ("Hola", "greeting"),
        ("buenas tardes", "greeting"),
        ("gracias!", "thanks"),
        ("muchas gracias", "thanks"),
        ("sí", "yes"),
        ("si ya quedo", "yes"),
        ("Gracias, ya quedó", "yes"),
        ("ya quedó?", "status"),
        ("no", "no"),
        ("sigue igual", "no"),
        ("cómo va mi caso", "status"),
        ("alguna novedad?", "status"),
        ("quiero hablar con una persona", "person"),
        ("¿es un robot?", "robot"),
        ("ayuda", "help"),
        ("nuevo", "new"),
        ("salir", "cancel"),
        ("volver", "back"),
        ("mis casos", "list"),
        ("todavía no pruebo", "not_yet"),
        ("ahora les pasa a todos", "worse"),
        ("ya no lo necesito", "withdraw"),
        ("no sé", "dont_know"),
        ("privacidad", "privacy"),
        ("talk to a human", "person"),
        ("any news?", "status"),
        ("me equivoqué en la cédula", None),
        ("no pasan imágenes", None),
    ],
)
def test_a_message_that_is_nothing_but_one_intent(
    imexhs: Reader, said: str, only: str | None
) -> None:
    assert imexhs.read(said).only == only


def test_an_intent_inside_a_longer_message_is_seen_too(imexhs: Reader) -> None:
    reading = imexhs.read("gracias, pero necesito hablar con un ingeniero del caso 1042")
    assert {"thanks", "person"} <= reading.intents
    assert reading.numbers == (1042,)


def test_the_state_of_a_fault_is_not_a_no(imexhs: Reader) -> None:
    assert "no" not in imexhs.read("no pasan imágenes al PACS").intents


@pytest.mark.parametrize(
    ("said", "ordinal"), [("la 2", 2), ("el primero", 1), ("la última", -1), ("3", 3)]
)
def test_one_of_a_list(imexhs: Reader, said: str, ordinal: int) -> None:
    assert imexhs.read(said).ordinal == ordinal


@pytest.mark.parametrize("said", ["👍", "🙏🙏", "😀", "..."])
def test_a_message_without_words(imexhs: Reader, said: str) -> None:
    reading = imexhs.read(said)
    assert reading.emoji_only
    assert reading.decision.label == "chitchat"


@pytest.mark.parametrize(
    "said",
    [
        "llevamos 3 horas sin RIS, todo caído",
        "se cayó el PACS",
        "se fue la luz y el servidor no prende",
        "nadie puede trabajar, el sistema está caído",
        "the whole system is down",
    ],
)
def test_words_of_a_general_stop(imexhs: Reader, said: str) -> None:
    reading = imexhs.read(said)
    assert reading.stopped
    assert not reading.decision.deflects


@pytest.mark.parametrize(
    "said", ["me equivoqué en la cédula", "cómo exporto la agenda", "no me funciona"]
)
def test_ordinary_messages_are_no_stop(imexhs: Reader, said: str) -> None:
    assert not imexhs.read(said).stopped


@pytest.mark.parametrize(
    "said",
    [
        "mi clave es Perro123",
        "password: hola2026",
        "la contraseña del pacs es Lago_77",
        "token=abc123def",
        "este es: xoxb-123456789012-abcdefghijkl",
    ],
)
def test_secrets_are_masked_before_they_are_kept(imexhs: Reader, said: str) -> None:
    reading = imexhs.read(said)
    assert reading.secret
    for hidden in ("Perro123", "hola2026", "Lago_77", "abc123def", "abcdefghijkl"):
        assert hidden not in reading.stored
        assert hidden not in reading.card_text


@pytest.mark.parametrize(
    "said", ["la clave es incorrecta", "olvidé mi clave", "mi contraseña no funciona"]
)
def test_talking_about_a_password_is_no_secret(imexhs: Reader, said: str) -> None:
    assert not imexhs.read(said).secret


def test_a_personal_document_is_masked_on_the_card_only(imexhs: Reader) -> None:
    reading = imexhs.read("la paciente con cédula 1.020.345.678 no aparece")
    assert reading.document
    assert "1.020.345.678" in reading.stored
    assert "1.020.345" not in reading.card_text


def test_a_case_number_is_no_document(imexhs: Reader) -> None:
    assert not imexhs.read("caso 1042").document


def test_a_vague_message_names_no_typology(imexhs: Reader) -> None:
    decision = imexhs.read("no me funciona").decision
    assert (decision.verdict, decision.typology, decision.article) == ("none", None, None)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("1042: ya quedó", (1042,)),
        ("del caso 1042: sigue igual", (1042,)),
        ("desde las 10:30", ()),
        ("el estudio 88123 no aparece", ()),
        ("sale error 1603", ()),
    ],
)
def test_a_case_number_is_told_from_hours_and_studies(
    imexhs: Reader, said: str, numbers: tuple[int, ...]
) -> None:
    assert imexhs.read(said).numbers == numbers


@pytest.mark.parametrize(
    ("said", "part", "day"),
    [
        ("desde esta mañana no abre", "morning", 0),
        ("no abre esta tarde", "afternoon", 0),
        ("desde temprano", "morning", 0),
        ("desde anoche", "night", -1),
        ("ayer en la tarde", "afternoon", -1),
        ("since this morning", "morning", 0),
        ("desde las 7 a. m.", None, None),
        ("hoy a las 9", None, 0),
    ],
)
def test_a_part_of_the_day_is_no_hour(
    imexhs: Reader, said: str, part: str | None, day: int | None
) -> None:
    since = imexhs.read(said).since
    assert since is not None
    assert (since.part, since.day) == (part, day)


@pytest.mark.parametrize(
    ("said", "studies"),
    [
        ("el estudio 88123 no aparece", ("estudio 88123",)),
        ("no abren los estudios 88123 ni la orden No. A-4551", ("estudios 88123", "orden a-4551")),
        ("the order number 5512 is missing", ("order 5512",)),
        ("faltan 300 estudios", ()),
    ],
)
def test_studies_and_orders_by_their_numbers(
    imexhs: Reader, said: str, studies: tuple[str, ...]
) -> None:
    assert imexhs.read(said).studies == studies


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("sale «No se pudo conectar»", "No se pudo conectar"),
        ('me dice "licencia vencida" al abrir', "licencia vencida"),
        ("aparece el error 503", "error 503"),
        ("it says 'Access denied'", "Access denied"),
        ("da error", None),
        ("el informe «tórax» no carga", None),
    ],
)
def test_what_the_screen_says(imexhs: Reader, said: str, error: str | None) -> None:
    assert imexhs.read(said).error == error


@pytest.mark.parametrize(
    ("said", "product"),
    [
        ("el RIS está raro", "ris"),
        ("metabase no abre", "metabase"),
        ("ni el RIS ni el PACS abren", None),
        ("no abre", None),
    ],
)
def test_the_product_that_is_named(imexhs: Reader, said: str, product: str | None) -> None:
    assert imexhs.read(said).product == product


def test_doubt_is_as_wide_as_the_pack_says(imexhs: Reader) -> None:
    """At most three; none where one leads by the pack's figure."""
    book = pack.load("imexhs")
    decision = imexhs.read("no aparecen estudios").decision

    def asked(points: float) -> int:
        thresholds = book.thresholds.model_copy(update={"doubt": points})
        return len(doubt.between(book.model_copy(update={"thresholds": thresholds}), decision))

    assert (asked(0), asked(90)) == (0, 3)
    assert imexhs.read("no pasan imágenes").between == ()


def test_a_stop_goes_to_the_product_that_is_named(imexhs: Reader) -> None:
    stopped = imexhs.read("metabase está caído para todos")
    assert stopped.stopped and stopped.decision.category == "metabase"
