"""Measuring a matcher: what the figures count, and that nobody is asked about what he was told."""

from collections.abc import Mapping
from typing import Any

import pytest

from kb.decision import LABELS, Decision
from kb.evaluation import Judged, Share, evaluate
from kb.examples import by_topic, examples
from kb.folds import Knowledge, cut, folds, held_out, threshold
from kb.library import Library
from kb.scales import Scales, scales, softmax
from kb.topics import topics
from kb.training import Row, train
from policy.pack import load

ROWS = [
    {"text": f"mensaje {n}", "policy": "imexhs", "label": "incident", "deflect": False}
    for n in range(13)
]
SENT = Decision(verdict="deflect", label="misuse", typology="ris-datos-paciente", score=90.0)


def judged(decision: Decision = SENT, **row: Any) -> Judged:
    names = frozenset({decision.typology} if decision.typology else ())
    wanted = {"text": "x", "label": "misuse", "deflect": True, **row}
    return Judged(row=wanted, decision=decision, names=names)


def test_precision_and_recall_are_those_of_sending_a_guide() -> None:
    silent = Decision(label="misuse", score=60.0)
    figures = evaluate([judged(), judged(silent), judged(label="incident", deflect=False)])
    assert (figures.sent, figures.found) == (Share(1, 2), Share(1, 2))
    assert figures.mistakes[0].wanted == "incident"


def test_a_typology_that_was_not_named_is_a_wrong_one() -> None:
    none = Decision(label="incident")
    rows = [
        judged(typology="ris-datos-paciente"),
        judged(typology="portal-documento-paciente", typology_accept=["ris-datos-paciente"]),
        judged(none, typology="ris-datos-paciente"),
        judged(none, label="out_of_scope", typology="network"),
    ]
    assert evaluate(rows).typologies == Share(2, 3)


def test_a_guide_for_an_urgent_fault_is_counted_apart_and_named_first() -> None:
    rows = [
        judged(label="request", deflect=False),
        judged(label="incident", priority="ALTA", deflect=False, text="todo caído"),
        judged(label="incident", priority="Crítica", deflect=False, text="sin servicio"),
        judged(label="incident", priority="media", deflect=False),
    ]
    figures = evaluate(rows)
    assert figures.urgent == Share(2, 2)
    assert {one.text for one in figures.mistakes[:2]} == {"todo caído", "sin servicio"}


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [(Share(64, 64), 0.943, 1.0), (Share(63, 64), 0.917, 0.997), (Share(0, 0), 0.0, 1.0)],
)
def test_an_interval_is_wide_where_little_was_counted(
    share: Share, low: float, high: float
) -> None:
    assert share.interval == pytest.approx((low, high), abs=0.001)


def test_calibration_puts_every_message_into_one_bin() -> None:
    rows = [judged(Decision(label="misuse", score=score)) for score in (0.0, 55.0, 99.9, 100.0)]
    assert sum(one.right.whole for one in evaluate(rows).bins) == len(rows)


def test_folds_hold_every_row_once_and_are_the_same_each_time() -> None:
    parts = folds(ROWS, 5)
    assert sorted(at for part in parts for at in part) == list(range(len(ROWS)))
    assert {len(part) for part in parts} == {2, 3}
    assert parts == folds(ROWS, 5)


class _Remembers:
    """Says "request" to what it was told, by whatever way."""

    def __init__(self, known: Knowledge) -> None:
        self._told = {one.text for one in (*known.quoted, *known.rows)}

    def match(self, message: str) -> Decision:
        return Decision(label="request" if message in self._told else "incident")


def test_no_matcher_is_asked_about_a_message_that_it_was_told() -> None:
    known = next(one for one in examples() if one.policy == "imexhs" and len(one.text) > 60)
    rows = [
        *({**row, "text": f"no pasan las imágenes del equipo {row['text']}"} for row in ROWS),
        {"text": known.text, "policy": "imexhs", "label": known.label, "deflect": False},
    ]
    packs = {"imexhs": load("imexhs")}
    asked: Mapping[int, Decision] = dict(
        held_out(rows, packs, 3, lambda told: {"imexhs": _Remembers(told)})
    )
    assert sorted(asked) == list(range(len(rows)))
    assert {one.label for one in asked.values()} == {"incident"}


def test_a_threshold_sends_as_much_as_its_precision_allows() -> None:
    decided = [
        ({"deflect": wanted}, Decision(label="misuse", score=score))
        for score, wanted in [(95.0, True), (80.0, True), (70.0, True), (60.0, False)]
    ]
    least = threshold(decided)
    assert least == 70.0
    assert [cut(one, least).deflects for _, one in decided] == [True, True, True, False]


def test_what_teaches_is_learnt_and_the_same_rows_teach_the_same() -> None:
    rows = [
        Row(text=f"{said} {thing}", policy="imexhs", label=label)
        for thing in ("cédula", "apellido", "orden")
        for said, label in (("me equivoqué en la", "misuse"), ("se cayó la", "incident"))
    ]
    first, again = train(rows)["imexhs"], train(rows)["imexhs"]
    assert first.written() == again.written()
    shares = softmax(first.weigh("me equivoque en la fecha"))
    assert max(LABELS, key=lambda one: shares[one]) == "misuse"


def test_scales_survive_their_file() -> None:
    ours = scales("imexhs")
    assert len(ours) > 1000
    copy = Scales.read(ours.written())
    assert copy.written() == ours.written()
    assert copy.weigh("no pasan imagenes") == pytest.approx(ours.weigh("no pasan imagenes"))


def test_a_policy_of_ones_own_is_weighed_by_what_holds_everywhere() -> None:
    assert scales("a pack of ours") is not scales("imexhs")
    assert len(scales("generic")) == len(scales("any"))


@pytest.mark.parametrize("policy", ["imexhs", "sgm"])
def test_examples_with_a_typology_are_quoted_under_their_topic(policy: str) -> None:
    pack = load(policy)
    every = topics(pack, Library.load(pack))
    quoted = by_topic(policy, every, examples())
    named = [one for one in examples() if one.policy == policy and one.typology]
    assert sum(map(len, quoted.values())) >= 0.97 * len(named)
    assert quoted.keys() <= {one.key for one in every}
