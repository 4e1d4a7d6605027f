"""How well a matcher does on labelled messages: precision, recall, confusion, calibration."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from kb.decision import Decision

URGENT = frozenset({"alta", "critica", "crítica"})
IN_CATALOGUE = frozenset({"misuse", "incident", "request"})
EDGES = (0.0, 40.0, 55.0, 70.0, 80.0, 90.0, 95.0, 100.1)  # of scores, for calibration
NORMAL = 1.959964  # standard deviations that hold 95 % of a normal curve


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """1 where there was nothing to get wrong."""
        return self.part / self.whole if self.whole else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        if not self.whole:
            return (0.0, 1.0)
        n, z = self.whole, NORMAL
        middle = self.value + z * z / (2 * n)
        reach = z * math.sqrt(self.value * (1 - self.value) / n + z * z / (4 * n * n))
        return (
            max(0.0, (middle - reach) / (1 + z * z / n)),
            min(1.0, (middle + reach) / (1 + z * z / n)),
        )


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
class Bin:
    """Messages whose score lies from `low` to `high`, and how many of them got their label."""

    low: float
    high: float
    right: Share


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Figures over some rows. Precision and recall are those of sending a guide.

    `typology` counts rows whose typology the catalogue names; one that got none is wrong. `urgent`
    are faults of the highest priorities that got a guide.
    """

    total: int
    sent: Share
    found: Share
    labels: Share
    typologies: Share
    priorities: Share
    urgent: Share
    confusion: Mapping[tuple[str, str], int] = field(default_factory=dict)
    confused: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    bins: tuple[Bin, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def precision(self) -> float:
        """Of the guides sent, those that were wanted."""
        return self.sent.value

    @property
    def recall(self) -> float:
        """Of the guides wanted, those that were sent."""
        return self.found.value

    @property
    def label_accuracy(self) -> float:
        """Messages that got their label."""
        return self.labels.value

    @property
    def typology_accuracy(self) -> float:
        """Messages that got one of the typologies that are as good."""
        return self.typologies.value


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One labelled row, what the reader made of it, and the names the typology goes by."""

    row: Mapping[str, Any]
    decision: Decision
    names: frozenset[str]

    @property
    def labelled(self) -> bool:
        """It got its label."""
        return bool(self.row["label"] == self.decision.label)

    @property
    def named(self) -> bool:
        """It got its typology, or one that is as good."""
        return bool({self.row["typology"], *self.row.get("typology_accept", ())} & self.names)

    @property
    def urgent(self) -> bool:
        """A fault that must never be answered with a guide alone."""
        return self.row["label"] == "incident" and _priority(self.row) in URGENT


def evaluate(judged: Iterable[Judged]) -> Evaluation:
    """Rows need `text`, `label` and `deflect`; the other fields are optional."""
    rows = list(judged)
    sent = [one for one in rows if one.decision.deflects]
    wanted = [one for one in rows if one.row["deflect"]]
    right = sum(1 for one in sent if one.row["deflect"])
    filed = [one for one in rows if one.row.get("typology") and one.row["label"] in IN_CATALOGUE]
    urgent = [one for one in rows if one.urgent]
    faults = [one for one in rows if one.row["label"] == "incident" and _priority(one.row)]
    return Evaluation(
        total=len(rows),
        sent=Share(right, len(sent)),
        found=Share(right, len(wanted)),
        labels=Share(sum(one.labelled for one in rows), len(rows)),
        typologies=Share(sum(one.named for one in filed), len(filed)),
        priorities=Share(sum(map(_ranked, faults)), len(faults)),
        urgent=Share(sum(one.decision.deflects for one in urgent), len(urgent)),
        confusion=Counter((str(one.row["label"]), one.decision.label) for one in rows),
        confused=_confused(filed),
        bins=_bins(rows),
        mistakes=tuple(sorted(filter(None, map(_mistake, rows)), key=lambda found: -found.cost)),
    )


def _priority(row: Mapping[str, Any]) -> str:
    return str(row.get("priority") or "").casefold()


def _ranked(one: Judged) -> bool:
    wanted = {str(said).casefold() for said in one.row.get("priority_accept", ())}
    named = (one.decision.priority or "").casefold()
    return named in {_plain(said) for said in (*wanted, _priority(one.row))}


def _plain(said: str) -> str:
    return said.replace("í", "i")


def _confused(filed: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """What each typology was taken for, those that were always right left out."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in filed:
        got = str(one.row["typology"]) if one.named else one.decision.typology or "(none)"
        found[str(one.row["typology"])][got] += 1
    return {
        wanted: dict(got.most_common())
        for wanted, got in sorted(found.items())
        if set(got) - {wanted}
    }


def _bins(rows: Sequence[Judged]) -> tuple[Bin, ...]:
    found: list[Bin] = []
    for low, high in pairwise(EDGES):
        within = [one for one in rows if low <= one.decision.score < high]
        right = Share(sum(one.labelled for one in within), len(within))
        found.append(Bin(low=low, high=min(high, 100.0), right=right))
    return tuple(found)


def _mistake(one: Judged) -> Mistake | None:
    wrong_guide = one.decision.deflects and not one.row["deflect"]
    missed = one.row["deflect"] and not one.decision.deflects
    cost = 5 * (wrong_guide and one.urgent) + 3 * wrong_guide + 2 * missed + (not one.labelled)
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
