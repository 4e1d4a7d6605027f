"""Messages put aside: a matcher that knows the rest of them is asked about each part."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kb.decision import Decision
from kb.examples import Example, example, examples, without
from kb.library import Library
from kb.match import Matcher
from kb.reader import Matching, Reader
from kb.scales import Scales
from policy.pack import Policy, load

Rows = Sequence[Mapping[str, Any]]
PRECISION = 0.97  # what a threshold is chosen for
SEED = 20
PARTS = 8  # of which the scales are remembered


@dataclass(frozen=True)
class Knowledge:
    """What a matcher may know: the packs, the examples it may quote, and rows it may learn from."""

    packs: Mapping[str, Policy]
    quoted: tuple[Example, ...]
    rows: tuple[Example, ...]


Maker = Callable[[Knowledge], Mapping[str, Matching]]


def folds(rows: Rows, many: int) -> list[list[int]]:
    """The places of the rows in so many parts of one size, the same for the same rows."""
    order = list(range(len(rows)))
    random.Random(SEED).shuffle(order)
    return [sorted(order[at::many]) for at in range(many)]


def held_out(
    rows: Rows, packs: Mapping[str, Policy], many: int, make: Maker
) -> Iterator[tuple[int, Decision]]:
    """The place of every row, and what a matcher that never saw it decides."""
    for part in folds(rows, many):
        aside = {str(rows[at]["text"]) for at in part}
        rest = tuple(
            example(row) for row in rows if str(row["text"]) not in aside and row["policy"] in packs
        )
        known = Knowledge(packs, without(examples(), aside), rest)
        readers = {name: Reader(packs[name], one) for name, one in make(known).items()}
        for at in part:
            row = rows[at]
            yield at, readers[str(row["policy"])].read(str(row["text"])).decision


def radica(known: Knowledge) -> dict[str, Matching]:
    """The default matcher, its scales learned anew."""
    scales = learned(known)
    return {
        name: Matcher(pack, Library.load(pack), known=known.quoted, weighed_by=scales.get(name))
        for name, pack in known.packs.items()
    }


def learned(known: Knowledge) -> dict[str, Scales]:
    """Scales from the phrases, the examples and the rows."""
    return _learned(tuple(sorted(known.packs)), tuple(dict.fromkeys((*known.quoted, *known.rows))))


@lru_cache(maxsize=PARTS)
def _learned(names: Sequence[str], said: Iterable[Example]) -> dict[str, Scales]:
    """Remembered, for two matchers that are compared may share them."""
    from kb import training

    packs = [load(name) for name in names]
    return training.train(
        [row for pack in packs for row in training.rows_of(pack, Library.load(pack), said)]
    )


def threshold(decided: Sequence[tuple[Mapping[str, Any], Decision]]) -> float:
    """The score from which guides are right as often as they must be, and most are sent."""
    scored = sorted(
        ((one.score, bool(row["deflect"])) for row, one in decided if one.label == "misuse"),
        reverse=True,
    )
    best, right = 101.0, 0
    for sent, (score, wanted) in enumerate(scored, 1):
        right += wanted
        if right / sent >= PRECISION:
            best = score
    return best


def cut(decision: Decision, at: float) -> Decision:
    """The decision of a matcher that sends a guide from that score on."""
    sends = decision.label == "misuse" and decision.score >= at
    return replace(decision, verdict="deflect" if sends else "none")
