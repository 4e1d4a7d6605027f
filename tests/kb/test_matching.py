"""Which guide or typology a message speaks of, and when no guide may be sent."""

import json
from pathlib import Path

import pytest

from kb.evaluation import Evaluation, Judged, evaluate
from kb.reader import Reader

LABELLED = Path(__file__).parent / "labelled.jsonl"


@pytest.fixture(scope="module")
def evaluation(imexhs: Reader, sgm: Reader) -> Evaluation:
    readers = {"imexhs": imexhs, "sgm": sgm}
    rows = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    decided = ((row, readers[row["policy"]].read(row["text"]).decision) for row in rows)
    return evaluate(
        Judged(row=row, decision=one, names=frozenset({one.typology or ""})) for row, one in decided
    )


def test_a_guide_is_almost_never_sent_for_a_real_fault(evaluation: Evaluation) -> None:
    assert evaluation.precision >= 0.97


def test_most_messages_that_a_guide_answers_get_it(evaluation: Evaluation) -> None:
    assert evaluation.recall >= 0.90


def test_labels_and_typologies_are_mostly_right(evaluation: Evaluation) -> None:
    assert evaluation.label_accuracy >= 0.95
    assert evaluation.typology_accuracy >= 0.92


@pytest.mark.parametrize(
    ("said", "article"),
    [
        (
            "me equivoqué en la cédula de una paciente en el RIS, cómo la arreglo",
            "corregir-datos-paciente-ris",
        ),
        ("xfa como cmbio el apelido d una pcte, lo puse maaal", "corregir-datos-paciente-ris"),
        ("how do I merge two records of the same patient?", "pacientes-duplicados"),
        ("cómo bloqueo un horario en la agenda", "usar-el-ris"),
    ],
)
def test_a_slip_or_a_how_to_gets_its_guide(imexhs: Reader, said: str, article: str) -> None:
    decision = imexhs.read(said).decision
    assert (decision.verdict, decision.article) == ("deflect", article)
    assert decision.because


@pytest.mark.parametrize(
    "said",
    [
        "nadie puede corregir la cédula de los pacientes, sale error",
        "las cédulas de todos los pacientes salen mal desde hoy",
        "ya corregí el nombre y sigue saliendo mal",
        "no me aparece el botón editar y soy administradora",
        "desde el apagón no deja editar los datos del paciente",
        "se cayó el RIS y no pude corregir el nombre de la paciente",
        "ningún radiólogo puede firmar informes",
        "el portal no muestra resultados a ningún paciente",
        "URGENTE no pasan imágenes de ninguna sala",
        "todo el sistema está caído, cómo hago",
    ],
)
def test_evidence_of_a_real_fault_vetoes_the_guide(imexhs: Reader, said: str) -> None:
    decision = imexhs.read(said).decision
    assert decision.verdict == "none"
    assert decision.label == "incident"
    assert decision.article is None


@pytest.mark.parametrize(
    "said", ["no captura foto", "no imprime el certificado", "la huella no registra", "no descarga"]
)
def test_a_symptom_without_its_cause_gets_no_guide(sgm: Reader, said: str) -> None:
    assert sgm.read(said).decision.verdict == "none"


@pytest.mark.parametrize(
    ("said", "typology"),
    [
        ("liberar paciente", "solicitud-liberar-paciente"),
        ("necesito que me liberen un paciente", "solicitud-liberar-paciente"),
        ("me equivoqué en la cédula de un paciente", "solicitud-corregir-identidad"),
        ("anular una factura", "solicitud-anular-factura"),
    ],
)
def test_the_other_policy_takes_the_same_words_as_a_request(
    sgm: Reader, said: str, typology: str
) -> None:
    decision = sgm.read(said).decision
    assert (decision.label, decision.typology, decision.verdict) == ("request", typology, "none")


def test_a_bare_symptom_is_an_incident(sgm: Reader) -> None:
    decision = sgm.read("no carga la página de la plataforma").decision
    assert (decision.label, decision.typology) == ("incident", "acceso-no-carga-pagina")
    assert decision.priority == "critica"


@pytest.mark.parametrize(
    ("said", "notice"),
    [
        ("no tenemos internet en la clínica", "network"),
        ("tenemos ransomware, los archivos están cifrados", "security"),
        ("el excel no me abre", "third_party"),
        ("se dañó el monitor", "hardware"),
        ("nos hicieron un test de vulnerabilidades", "vulnerability"),
        ("recuperar estudios de un disco muerto", "data_recovery"),
        ("necesito una cotización", "commercial"),
    ],
)
def test_what_is_not_covered_gets_its_notice(imexhs: Reader, said: str, notice: str) -> None:
    decision = imexhs.read(said).decision
    assert (decision.label, decision.notice, decision.verdict) == ("out_of_scope", notice, "none")


@pytest.mark.parametrize(
    "said", ["buenas, cómo están", "muchas gracias por todo", "va a llover hoy"]
)
def test_small_talk_is_small_talk(imexhs: Reader, said: str) -> None:
    assert imexhs.read(said).decision.label == "chitchat"


def test_capitals_and_urgency_change_nothing(imexhs: Reader) -> None:
    calm = imexhs.read("puse mal el nombre de una paciente, cómo lo corrijo").decision
    loud = imexhs.read("URGENTE!!! PUSE MAL EL NOMBRE DE UNA PACIENTE, CÓMO LO CORRIJO").decision
    assert (calm.verdict, calm.article) == (loud.verdict, loud.article)
    assert calm.verdict == "deflect"
