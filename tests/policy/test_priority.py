"""How urgent a case is: the catalogue decides, the matrix fills in, answers may only raise (D1)."""

from itertools import product

import pytest

from policy.closing import waits
from policy.priority import decide, impact_of, urgency_of, worse
from tests.policy.desk import pack

IMEXHS, SGM = pack("imexhs"), pack("sgm")
GRADES = ("high", "medium", "low")
ANSWERS = [*product((*GRADES, None), (*GRADES, None))]


@pytest.mark.parametrize(
    ("impact", "row"),
    [  # S0-70
        ("high", ("Crítico", "Urgente", "Importante")),
        ("medium", ("Urgente", "Importante", "Menor")),
        ("low", ("Importante", "Menor", "Menor")),
    ],
)
def test_the_matrix_is_the_one_printed(impact: str, row: tuple[str, ...]) -> None:
    severity = {"Crítico": "alta", "Urgente": "media", "Importante": "media", "Menor": "baja"}
    for urgency, label in zip(GRADES, row, strict=True):
        judged = decide(IMEXHS, None, impact, urgency)
        assert (judged.priority, judged.because) == (severity[label], "matrix")
        assert getattr(getattr(IMEXHS.matrix, impact), urgency).label == label


def test_the_answers_never_lower_a_typology_and_raise_it_only_when_all_are_stopped() -> None:
    for typology, (impact, urgency) in product(IMEXHS.typologies, ANSWERS):
        judged = decide(IMEXHS, typology.id, impact, urgency)
        if (impact, urgency) == ("high", "high") and typology.priority != "alta":
            assert (judged.priority, judged.because) == ("alta", "raised")
        else:
            assert (judged.priority, judged.because) == (typology.priority, "catalogue")


def test_a_general_loss_of_images_is_alta_through_the_matrix() -> None:
    """D13."""
    everybody, stopped = impact_of("all"), urgency_of(stopped=True)
    assert decide(IMEXHS, "portal-no-visualizan", everybody, stopped).priority == "alta"
    assert decide(IMEXHS, "portal-no-visualizan", impact_of("one"), None).priority == "media"


def test_answers_not_given_are_taken_as_the_pack_says() -> None:
    assert decide(IMEXHS, None, None, None).priority == "media"
    assert decide(SGM, None, None, None).priority == "media"


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [  # S1-52 and Tabla 5: the answers decide, since Tabla 4 gives no priority
        ("high", "high", "critica"),
        ("high", "medium", "alta"),
        ("low", "medium", "media"),
        ("low", "low", "baja"),
        (None, None, "alta"),
    ],
)
def test_in_sgm_the_answers_decide(impact: str | None, urgency: str | None, expected: str) -> None:
    assert decide(SGM, "funcionalidad-no-guarda", impact, urgency).priority == expected


def test_an_outage_for_everybody_is_never_less_than_the_catalogue_says() -> None:
    assert decide(SGM, "acceso-no-carga-pagina", "high", None).priority == "critica"


def test_a_request_of_tabla_2_says_that_it_is_one() -> None:
    judged = decide(SGM, "solicitud-anular-factura", "high", "high")
    assert (judged.because, judged.clause) == ("request", "Tabla 2")


@pytest.mark.parametrize("policy", [IMEXHS, SGM], ids=lambda policy: policy.name)
def test_it_got_worse_may_only_raise(policy: object) -> None:
    assert policy in (IMEXHS, SGM)
    known = IMEXHS if policy is IMEXHS else SGM
    for level, (impact, urgency) in product(known.priorities, ANSWERS):
        judged = worse(known, level.key, impact, urgency)
        assert known.priority(judged.priority).rank <= level.rank
        assert (judged.because == "raised") is (judged.priority != level.key)


def test_worse_keeps_a_typology_until_everybody_is_stopped() -> None:
    raised = worse(IMEXHS, "baja", "medium", "medium", typology="ris-firmas-formato")
    assert raised.priority == "baja"
    assert worse(IMEXHS, "baja", "medium", "medium").priority == "media"


@pytest.mark.parametrize("policy", [IMEXHS, SGM], ids=lambda policy: policy.name)
def test_the_desk_waits_24_hours_and_72_for_the_clients_word(policy: object) -> None:
    """S0-62, S1-31, S1-32, D7, D8, D20."""
    known = IMEXHS if policy is IMEXHS else SGM
    for level in known.priorities:
        wait = waits(known, level.label)
        assert wait.remind_after.total_seconds() == 24 * 3600
        assert wait.close_after.total_seconds() == 72 * 3600
        assert wait.close_undelivered is False
    assert waits(SGM, "baja").clause == "cierre, paso 3"
