"""Rounds in turn, one side after another, with a bar for whoever waits."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Round = Callable[[], float]  # plays one round; returns how many a second

Tick = Callable[[int, str], None]  # so many steps further, and what is going on

SQLITE, POSTGRES = "sqlite", "postgresql"
ROUNDS = 15  # of what takes under a second: a shared machine's speed changes from one to the next
ERRORS = Console(stderr=True)
_shown: list[Tick] = []  # the bar on the screen, where there is one


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every bench is told on its command line."""

    rounds: int
    quick: bool
    peers: bool
    database: str = SQLITE
    json: Path | None = None
    tickets: int = 0

    @property
    def switch(self) -> str:
        """The database as it stands in the command."""
        return "" if self.database == SQLITE else f" --database {self.database}"


def options(
    about: str,
    argv: Sequence[str] | None,
    rounds: int = 5,
    *,
    databases: bool = False,
    tickets: int = 0,
) -> Options:
    """`--rounds`, `--quick` (a few seconds, for a look), `--no-peers`, `--json`, and where they
    mean something `--database` and `--tickets`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=None, help=f"rounds (default {rounds})")
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, two rounds")
    parser.add_argument("--no-peers", action="store_true", help="install and run no peer")
    parser.add_argument("--json", type=Path, default=None, help="add the result to this file")
    if databases:
        parser.add_argument("--database", choices=(SQLITE, POSTGRES), default=SQLITE)
    if tickets:
        parser.add_argument("--tickets", type=int, default=None, help=f"(default {tickets:,})")
    given = parser.parse_args(argv)
    return Options(
        rounds=given.rounds or (2 if given.quick else rounds),
        quick=given.quick,
        peers=not given.no_peers,
        database=given.database if databases else SQLITE,
        json=given.json,
        tickets=(given.tickets or (tickets // 500 if given.quick else tickets)) if tickets else 0,
    )


def play(sides: Mapping[str, Round], rounds: int) -> dict[str, list[float]]:
    """Every side once a round, each round beginning with another side."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    with bar("rounds", rounds * len(names)) as tick:
        for number in range(rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                tick(0, name)
                rates[name].append(sides[name]())
                tick(1, f"round {number + 1} of {rounds}: {name} {rates[name][-1]:,.0f}/s")
    return rates


@contextmanager
def bar(what: str, total: int) -> Iterator[Tick]:
    """A bar on a terminal, a line a step elsewhere; standard output is kept for the tables."""
    if not ERRORS.is_terminal:
        yield _line
        return
    columns = (
        BarColumn(20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=ERRORS, transient=True) as progress:
        task = progress.add_task(what, total=total)

        def tick(steps: int, text: str) -> None:
            progress.update(task, advance=steps, description=text)

        _shown.append(tick)
        try:
            yield tick
        finally:
            _shown.remove(tick)


def detail(text: str) -> None:
    """What goes on inside a long step, beside the bar that is on the screen."""
    for tick in _shown:
        tick(0, text)


def _line(steps: int, text: str) -> None:
    if steps:
        ERRORS.print(text, highlight=False, soft_wrap=True)


def timed(count: int, work: Callable[[], object]) -> float:
    """How many a second, when `work` does `count` of them."""
    began = perf_counter()
    work()
    return count / (perf_counter() - began)
