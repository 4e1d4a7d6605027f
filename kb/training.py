"""Learns the scales: a softmax over the features of labelled messages, by L-BFGS, with NumPy.

Deterministic: the same rows give the same weights. Only `radica kb train` and the folds of
`radica kb evaluate` come here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kb import text
from kb.decision import LABELS
from kb.examples import Example
from kb.features import features
from kb.library import Library
from kb.scales import ANY, Scales
from kb.topics import topics
from policy.pack import Policy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objective = Callable[[Floats], tuple[float, Floats]]

STRENGTH = 10.0  # the greater, the closer the weights follow the rows
STEPS, MEMORY, ENOUGH = 120, 8, 1e-4
SAID = 2.0  # what a message as people write it teaches beside a phrase
RARE = 2  # features seen in fewer rows are left out
LEAST = 0.1  # weights below it are forgotten


@dataclass(frozen=True, kw_only=True)
class Row:
    """A message whose label is known; `weight` is how much it teaches."""

    text: str
    policy: str
    label: str
    weight: float = 1.0


def rows_of(policy: Policy, library: Library, known: Iterable[Example]) -> list[Row]:
    """What a policy teaches: every phrase of its topics, and its examples, which count double."""
    phrases = [
        Row(text=phrase, policy=policy.name, label=topic.label)
        for topic in topics(policy, library)
        for phrase in topic.phrases
    ]
    said = [
        Row(text=one.text, policy=policy.name, label=one.label, weight=SAID)
        for one in known
        if one.policy == policy.name
    ]
    return phrases + said


@dataclass(frozen=True)
class _Table:
    """Rows as sparse vectors: entries `columns` and `values`, row n from `starts[n]` on."""

    columns: Ints
    values: Floats
    starts: Ints
    width: int

    def times(self, weights: Floats) -> Floats:
        return np.add.reduceat(weights[self.columns] * self.values[:, None], self.starts, axis=0)

    def back(self, rows: Floats) -> Floats:
        long = np.repeat(rows, np.diff(self.starts, append=len(self.columns)), axis=0)
        long *= self.values[:, None]
        slope = np.zeros((self.width, rows.shape[1]))
        for at in range(rows.shape[1]):
            slope[:, at] = np.bincount(self.columns, weights=long[:, at], minlength=self.width)
        return slope


def train(rows: Sequence[Row]) -> dict[str, Scales]:
    """Scales by policy, and those of ANY, which know only what holds everywhere."""
    seen = [_features(row.text) for row in rows]
    counted = Counter(name for one in seen for name in one)
    names = sorted(name for name, times in counted.items() if times >= RARE)
    policies = sorted({row.policy for row in rows})
    table = _table(seen, rows, {name: at for at, name in enumerate(names)}, policies)
    wanted = np.eye(len(LABELS))[[LABELS.index(row.label) for row in rows]]
    told = np.array([row.weight for row in rows])
    weights = _descend(_objective(table, wanted, told), (table.width, len(LABELS)))
    size = len(names) + 1
    common = weights[:size]
    found = {ANY: _scales(names, common)}
    for at, policy in enumerate(policies, 1):
        found[policy] = _scales(names, common + weights[at * size : (at + 1) * size])
    return found


@lru_cache(maxsize=50_000)
def _features(said: str) -> Mapping[str, float]:
    return features(text.fold(said))


def _table(
    seen: Sequence[Mapping[str, float]],
    rows: Sequence[Row],
    known: Mapping[str, int],
    policies: Sequence[str],
) -> _Table:
    """Every feature twice, once for all and once for its policy; the last one is the bias."""
    size = len(known) + 1
    columns: list[int] = []
    values: list[float] = []
    starts: list[int] = []
    for one, row in zip(seen, rows, strict=True):
        own = [(known[name], value) for name, value in one.items() if name in known]
        own.append((len(known), 1.0))
        apart = size * (1 + policies.index(row.policy))
        starts.append(len(columns))
        columns += [at for at, _ in own] + [at + apart for at, _ in own]
        values += [value for _, value in own] * 2
    width = size * (1 + len(policies))
    return _Table(np.array(columns), np.array(values), np.array(starts), width)


def _objective(table: _Table, wanted: Floats, told: Floats) -> Objective:
    def at(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(table.width, -1)
        scores = table.times(weights)
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(axis=1, keepdims=True)
        surprise = -float((told * np.log((likely * wanted).sum(axis=1))).sum())
        slope = table.back((likely - wanted) * told[:, None]) + weights / STRENGTH
        return surprise + float((weights**2).sum()) / (2 * STRENGTH), slope.ravel()

    return at


def _descend(objective: Objective, shape: tuple[int, int]) -> Floats:
    """L-BFGS with a backtracking line search."""
    here = np.zeros(shape[0] * shape[1])
    cost, slope = objective(here)
    past: list[tuple[Floats, Floats]] = []
    for _ in range(STEPS):
        way = _direction(slope, past)
        stride, downhill = (
            1.0 if past else 1.0 / max(1.0, float(np.linalg.norm(slope))),
            slope @ way,
        )
        there = here + stride * way
        new, steeper = objective(there)
        while new > cost + 1e-4 * stride * downhill and stride > 1e-8:
            stride /= 2
            there = here + stride * way
            new, steeper = objective(there)
        past = [*past[-MEMORY + 1 :], (there - here, steeper - slope)]
        done = cost - new < ENOUGH * max(1.0, abs(new))
        here, cost, slope = there, new, steeper
        if done:
            break
    return here.reshape(shape)


def _direction(slope: Floats, past: Iterable[tuple[Floats, Floats]]) -> Floats:
    pairs = [(step, turn, 1.0 / (step @ turn)) for step, turn in past if step @ turn > 0]
    way = slope.copy()
    alphas: list[float] = []
    for step, turn, rho in reversed(pairs):
        alphas.append(float(rho * (step @ way)))
        way -= alphas[-1] * turn
    if pairs:
        step, turn, rho = pairs[-1]
        way *= 1.0 / (rho * (turn @ turn))
    for (step, turn, rho), alpha in zip(pairs, reversed(alphas), strict=True):
        way += (alpha - float(rho * (turn @ way))) * step
    return -way


def _scales(names: Sequence[str], weights: Floats) -> Scales:
    level = weights - weights.mean(axis=1, keepdims=True)
    kept = {
        name: tuple(round(float(one), 2) for one in line)
        for name, line in zip(names, level[:-1], strict=True)
        if np.abs(line).max() >= LEAST
    }
    return Scales(kept, tuple(round(float(one), 2) for one in level[-1]))
