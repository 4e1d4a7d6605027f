"""What a bench found out: ratios and figures beside their goals, as Markdown and as JSON."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scheduler.clock import SystemClock
from store.sqlite import driver

SHORT = 10  # rates below it are shown with decimals


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One line of the table: our side beside another; what it must reach, and what it aims at."""

    ours: str
    beside: str
    goal: float | None = None
    aim: float | None = None


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


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value that stands alone; `most` is what it must stay below, `aim` what it aims at."""

    what: str
    value: float
    unit: str
    most: float | None = None
    aim: float | None = None


@dataclass(kw_only=True)
class Sheet:
    """The result of one command."""

    name: str
    title: str
    command: str
    lines: list[Line] = field(default_factory=list[Line])
    figures: list[Figure] = field(default_factory=list[Figure])
    notes: list[str] = field(default_factory=list[str])
    absent: dict[str, str] = field(default_factory=dict[str, str])
    rounds: int = 0
    engine: str = field(default_factory=lambda: f"SQLite {driver().sqlite_version}")
    load: tuple[float, float] = (0.0, 0.0)  # load average before and after

    def plain(self) -> dict[str, Any]:
        """As JSON, with the day and the kind of machine."""
        return {**asdict(self), "at": SystemClock().now().isoformat(), "machine": machine()}


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


def show(sheet: Sheet) -> None:
    """Both tables on standard output; a peer that could not be run has a row that says why."""
    print(f"\n### {sheet.title}\n")
    if sheet.lines or sheet.absent:
        print(
            "| Radica | beside | Radica /s | beside /s | ratio | lowest to highest | goal | aim |"
        )
        print("|---|---|---:|---:|---:|---|---|---|")
    for line in sheet.lines:
        low, high = min(line.ratios), max(line.ratios)
        print(
            f"| {line.pair.ours} | {line.pair.beside} | {rate(line.ours)} | {rate(line.beside)} "
            f"| {figure(line.median)} | {figure(low)} to {figure(high)} "
            f"| {verdict(line.median, line.pair.goal)} | {verdict(line.median, line.pair.aim)} |"
        )
    for name, why in sheet.absent.items():
        print(f"| | {name} | | | | not run: {why} | | |")
    if sheet.figures:
        print("\n| Radica | measured | goal | aim |\n|---|---:|---|---|")
    for one in sheet.figures:
        print(
            f"| {one.what} | {figure(one.value)} {one.unit} | {bound(one.value, one.most)} "
            f"| {bound(one.value, one.aim)} |"
        )
    for note in sheet.notes:
        print(f"- {note}")
    sys.stdout.flush()


def written(sheet: Sheet, file: Path | None) -> None:
    """Added to a file of results, one line of JSON a command."""
    if file is not None:
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(sheet.plain(), ensure_ascii=False) + "\n")


def verdict(value: float, goal: float | None) -> str:
    """Whether the value reaches the goal, unrounded."""
    if goal is None:
        return ""
    return f"{goal:g}: {'met' if value >= goal else 'NOT met'}"


def bound(value: float, most: float | None) -> str:
    """Whether the value stays below its limit, unrounded."""
    if most is None:
        return ""
    return f"at most {most:g}: {'met' if value <= most else 'NOT met'}"


def rate(value: float) -> str:
    return f"{value:,.0f}" if value >= SHORT else f"{value:.2f}"


def figure(value: float) -> str:
    """Three figures that count."""
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def load() -> float:
    """How many processes waited for a processor in the last minute."""
    return os.getloadavg()[0]


def machine() -> str:
    """The class of machine, without its name."""
    return (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )
