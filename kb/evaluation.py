"""How well the matcher does on labelled messages: precision, recall, confusion, worst mistakes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.decision import Decision


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A message that was read wrongly; `cost` orders the list, a wrong guide being the worst."""

    text: str
    wanted: str
    got: str
    score: float
    because: tuple[str, ...]
    cost: int


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Figures over one file. Precision and recall are those of sending a guide."""

    total: int
    precision: float
    recall: float
    label_accuracy: float
    typology_accuracy: float
    confusion: Mapping[tuple[str, str], int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One labelled row, what the reader made of it, and the names the typology goes by."""

    row: Mapping[str, Any]
    decision: Decision
    names: frozenset[str]


def evaluate(judged: Iterable[Judged]) -> Evaluation:
    """Rows need `text`, `label` and `deflect`; `typology` and `typology_accept` are optional."""
    rows = list(judged)
    sent = [one for one in rows if one.decision.deflects]
    wanted = [one for one in rows if one.row["deflect"]]
    right = sum(1 for one in sent if one.row["deflect"])
    named = [one for one in rows if one.row.get("typology") and one.decision.typology]
    return Evaluation(
        total=len(rows),
        precision=_share(right, len(sent)),
        recall=_share(right, len(wanted)),
        label_accuracy=_share(sum(map(_labelled, rows)), len(rows)),
        typology_accuracy=_share(sum(map(_named, named)), len(named)),
        confusion=Counter((str(one.row["label"]), one.decision.label) for one in rows),
        mistakes=tuple(sorted(filter(None, map(_mistake, rows)), key=lambda found: -found.cost)),
    )


def _labelled(one: Judged) -> bool:
    return one.row["label"] == one.decision.label


def _named(one: Judged) -> bool:
    accepted = {one.row["typology"], *one.row.get("typology_accept", ())}
    return bool(accepted & one.names)


def _mistake(one: Judged) -> Mistake | None:
    wrong_guide = one.decision.deflects and not one.row["deflect"]
    missed = one.row["deflect"] and not one.decision.deflects
    cost = 3 * wrong_guide + 2 * missed + (not _labelled(one))
    if not cost:
        return None
    return Mistake(
        text=str(one.row["text"]),
        wanted=str(one.row["label"]),
        got=f"{one.decision.label}/{one.decision.verdict}",
        score=one.decision.score,
        because=one.decision.because,
        cost=cost,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
