"""A process of its own that fires everything that is due, and tells what that took.

Started by `benchmarks.timers` over a database that is laid out: `python -m benchmarks.sweep URL`.
It says that it is ready, begins at a line on its standard input, says now and then how far it is,
and in its last line what came out. With `--people` forms are sent in meanwhile, and what is told
is how long their senders waited.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from benchmarks.crowd import FIRST, LATER, PEOPLE
from benchmarks.intake import by_form
from benchmarks.memory import forget_peak, peak, resident
from benchmarks.office import Office, office
from benchmarks.report import percentile
from policy.errors import Outage
from scheduler import timers

TICKS = 51
LOOK = 0.5  # seconds between two lines
GAP = 0.1  # seconds between two people


def main(argv: Sequence[str] | None = None) -> None:
    """Sweep, or sweep while people write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--people", type=int, default=0, help="forms sent in before the sweep")
    given = parser.parse_args(argv)
    with office(given.url) as desk, asyncio.Runner() as loop:
        work = crowded(desk, given.people) if given.people else alone(desk)
        say(loop.run(work))


async def alone(desk: Office) -> dict[str, Any]:
    """Idle ticks, then everything at once."""
    idle = [await _seconds(timers.run_once(desk.desk)) for _ in range(TICKS)]
    before = resident()
    forget_peak()
    ready()
    desk.clock.reach(LATER)
    desk.desk.bell.clear()
    began = perf_counter()
    first = asyncio.create_task(_first(desk, began))
    telling = asyncio.create_task(_tell(desk))
    counts = await timers.run_once(desk.desk)
    spent = perf_counter() - began
    telling.cancel()
    first.cancel()
    return {
        "result": True,
        "done": counts.done,
        "seconds": spent,
        "idle_ms": 1000 * percentile(idle, 0.5),
        "first": first.result() if first.done() else spent,
        "grown": peak() - before,
    }


async def crowded(desk: Office, before: int) -> dict[str, Any]:
    """How long people wait for their commit: while all is quiet, then while the sweep runs."""
    users = iter(range(FIRST + PEOPLE, FIRST + 10 * PEOPLE))
    await _write(desk, users, 5, asyncio.Event())  # warm
    quiet = await _write(desk, users, before, asyncio.Event())
    ready()
    desk.clock.reach(LATER)
    over = asyncio.Event()
    writing = asyncio.create_task(_write(desk, users, 1000, over))
    began = perf_counter()
    counts = await timers.run_once(desk.desk)
    spent = perf_counter() - began
    over.set()
    busy = await writing
    desk.check()
    return {
        "result": True,
        "done": counts.done,
        "seconds": spent,
        "quiet_p99": percentile(quiet, 0.99),
        "busy_p99": percentile(busy, 0.99),
        "busy_p50": percentile(busy, 0.5),
        "quiet_p50": percentile(quiet, 0.5),
        "busy_max": max(busy),
        "wrote": len(busy),
    }


async def _write(desk: Office, users: Any, most: int, over: asyncio.Event) -> list[float]:
    """Forms at a steady pace, whether or not the one before is done; seconds of each."""
    waits: list[asyncio.Task[float]] = []
    while len(waits) < most and not over.is_set():
        waits.append(asyncio.create_task(_seconds(_sent(desk, next(users)))))
        await asyncio.sleep(GAP)
    return list(await asyncio.gather(*waits))


async def _sent(desk: Office, user: int) -> None:
    """Until it is committed: what a desk is too busy for, the platform sends again."""
    while True:
        try:
            await by_form(desk, user)
        except Outage:
            continue
        return


async def _first(desk: Office, began: float) -> float:
    """The bell rings after each batch."""
    await desk.desk.bell.wait()
    return perf_counter() - began


async def _tell(desk: Office) -> None:
    while True:
        await asyncio.sleep(LOOK)
        say({"fired": desk.desk.meter.totals["timers.fired"]})


async def _seconds(work: Any) -> float:
    began = perf_counter()
    await work
    return perf_counter() - began


def ready() -> None:
    """Begin when the bench says so: several of these begin together."""
    say({"ready": True})
    sys.stdin.readline()


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
