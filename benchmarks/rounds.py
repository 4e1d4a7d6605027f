"""Rounds in turn, one side after another, and the table of what came out."""

import argparse
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

Round = Callable[[], float]  # plays one round; returns how many a second


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every bench is told on its command line."""

    rounds: int
    quick: bool
    peers: bool


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One line of the table: our side beside another, and the goal where there is one."""

    ours: str
    beside: str
    goal: float | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """Ratios of one pair: ours divided by the other, taken inside each round."""

    pair: Pair
    ours: float
    beside: float
    ratios: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)


def options(about: str, argv: Sequence[str] | None, rounds: int = 5) -> Options:
    """`--rounds`, `--quick` (a few seconds, for a look), `--no-peers` (nothing is installed)."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=None, help=f"rounds (default {rounds})")
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, two rounds")
    parser.add_argument("--no-peers", action="store_true", help="install and run no peer")
    given = parser.parse_args(argv)
    many = given.rounds or (2 if given.quick else rounds)
    return Options(rounds=many, quick=given.quick, peers=not given.no_peers)


def play(sides: Mapping[str, Round], rounds: int) -> dict[str, list[float]]:
    """Every side once a round, each round beginning with another side."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            rates[name].append(sides[name]())
            progress(f"round {number + 1} of {rounds}: {name} {rates[name][-1]:,.0f}/s")
    return rates


def compare(pairs: Sequence[Pair], rates: Mapping[str, Sequence[float]]) -> list[Line]:
    """The pairs whose sides have both been played."""
    return [
        Line(
            pair=pair,
            ours=statistics.median(rates[pair.ours]),
            beside=statistics.median(rates[pair.beside]),
            ratios=tuple(
                ours / other
                for ours, other in zip(rates[pair.ours], rates[pair.beside], strict=True)
            ),
        )
        for pair in pairs
        if pair.ours in rates and pair.beside in rates
    ]


def show(title: str, lines: Sequence[Line], absent: Mapping[str, str] | None = None) -> None:
    """The table; a peer that could not be run has a row that says why."""
    print(f"\n### {title}\n")
    print("| Radica | beside | Radica /s | beside /s | ratio | lowest to highest | goal |")
    print("|---|---|---:|---:|---:|---|---|")
    for line in lines:
        low, high = min(line.ratios), max(line.ratios)
        print(
            f"| {line.pair.ours} | {line.pair.beside} | {rate(line.ours)} | {rate(line.beside)} "
            f"| {figure(line.median)} | {figure(low)} to {figure(high)} | {verdict(line)} |"
        )
    for name, why in (absent or {}).items():
        print(f"| | {name} | | | | not run: {why} | |")
    sys.stdout.flush()


def note(text: str) -> None:
    """A line of the report below a table."""
    print(f"- {text}")


def progress(text: str) -> None:
    """A line for whoever waits; the tables stay clean."""
    print(text, file=sys.stderr, flush=True)


def verdict(line: Line) -> str:
    """Whether the median reaches the goal, unrounded."""
    if line.pair.goal is None:
        return ""
    return f"{line.pair.goal:g}: {'met' if line.median >= line.pair.goal else 'NOT met'}"


def rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def figure(value: float) -> str:
    """Three figures that count."""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def timed(count: int, work: Callable[[], object]) -> float:
    """How many a second, when `work` does `count` of them."""
    began = perf_counter()
    work()
    return count / (perf_counter() - began)


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
