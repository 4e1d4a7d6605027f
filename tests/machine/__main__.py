"""`python -m tests.machine --examples 1000 --database both`: a long search, with its progress.

Examples come in batches, each from a seed of its own; what a batch found is told at once and the
search goes on. `--seed N --batches 1 --shrink` looks at one of them again, made small.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.bases import Base, base_of
from tests.machine.machine import DeskMachine, over

BATCH = 20


def main() -> int:
    """Exit code 1 when a law was broken."""
    wanted = arguments()
    names = ("sqlite", "postgresql") if wanted.database == "both" else (wanted.database,)
    found = 0
    for name in names:
        with base_of(name) as base:
            found += search(base, wanted)
    return 1 if found else 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--shrink", action="store_true", help="make what is found small: slow")
    return parser.parse_args()


def search(base: Base, wanted: argparse.Namespace) -> int:
    """All batches on one database. Returns how many of them found something."""
    began, found = time.monotonic(), 0
    before = DeskMachine.tally.examples
    for number in seeds(wanted):
        broken = batch(base, wanted, number)
        found += bool(broken)
        if broken:
            print(f"\r{base.dialect} seed {number}:\n{broken}", flush=True)
        done = DeskMachine.tally.examples - before
        minutes = (time.monotonic() - began) / 60
        line = (
            f"\r{base.dialect}: {done} examples, {minutes:.1f} min, {found} batches found a fault"
        )
        print(line, end="", file=sys.stderr, flush=True)
    print(f"\n{base.dialect}: {DeskMachine.tally.told()}", flush=True)
    return found


def seeds(wanted: argparse.Namespace) -> Iterator[int]:
    """One a batch."""
    batches = max(1, -(-wanted.examples // BATCH))
    yield from range(wanted.seed, wanted.seed + batches)


def batch(base: Base, wanted: argparse.Namespace, number: int) -> str:
    """What one batch found, with the steps that led there; empty for nothing."""
    phases = (Phase.generate, Phase.shrink) if wanted.shrink else (Phase.generate,)
    few = settings(
        deadline=None,
        database=None,
        max_examples=min(BATCH, wanted.examples),
        stateful_step_count=wanted.steps,
        suppress_health_check=[*HealthCheck],
        report_multiple_bugs=False,
        phases=phases,
    )
    try:
        run_state_machine_as_test(seed(number)(over(base)), settings=few)
    except (Exception, ExceptionGroup) as error:
        return "".join(traceback.format_exception(error, limit=-6))
    return ""


if __name__ == "__main__":
    sys.exit(main())
