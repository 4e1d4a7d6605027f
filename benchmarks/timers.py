"""Timers and the closing of silent cases: all that is due at once, beside SQL by hand and peers.

Run as `python -m benchmarks.timers [--database postgresql] [--tickets N]`. Half of the cases in
the table are due. Radica's side runs in a process of its own (`benchmarks.sweep`) through
`scheduler.timers`, as on a desk: read the world again, decide, write all rows.
"""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import crowd
from benchmarks.databases import Place, place
from benchmarks.intake import by_form
from benchmarks.office import office
from benchmarks.peers import OFF, peer, scheduled
from benchmarks.raw import Closings
from benchmarks.report import Figure, Pair, Sheet, compare, load, show, written
from benchmarks.rounds import POSTGRES, Options, Round, detail, options, play
from handlers import silence
from policy.ticket import State

CLOSES = "silent cases closed, with all that follows"
TWO = "the same, by two replicas"
LOOKS = "timers with nothing left to say"
BY_HAND = {
    "sqlite": "UPDATE ... RETURNING, event, letter; 500 a commit",
    POSTGRES: "the same in one statement of asyncpg's, SKIP LOCKED; 500 a commit",
}
BY_TWO = "asyncpg's one statement, two workers"
ESCALATE = "django-helpdesk 2.6.1, escalate_tickets"
APS = "APScheduler 3, SQLAlchemyJobStore, empty jobs"
JOBS = "procrastinate 3, empty jobs"
BATCH = 500
TICKETS = 100_000
OF_HAND = {"sqlite": (0.15, 0.30), POSTGRES: (0.20, 0.30)}
ROOT = Path(__file__).parent.parent


@dataclass
class Sweeps:
    """Lays out a fresh database for each sweep and starts the process that does it."""

    where: Place
    loop: asyncio.Runner
    told: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def closes(self, many: int, replicas: int = 1) -> float:
        """Closed a second. Raises RuntimeError when one was left, or closed twice."""
        url = self.laid_out(2 * many, many, silence.CLOSE, State.SOLVED)
        results = self._swept(url, replicas)
        done = sum(result["done"] for result in results)
        closed = crowd.in_state(url, State.CLOSED)
        if not many == done == closed == crowd.told(url, "closed"):
            raise RuntimeError(f"{done} fired and {closed} closed of {many}")
        if replicas == 1:
            self.told.extend(results)
        return many / max(result["seconds"] for result in results)

    def looks(self, many: int) -> float:
        """Fired a second, when every case has been closed meanwhile."""
        url = self.laid_out(2 * many, many, silence.REMIND, State.CLOSED)
        (result,) = self._swept(url, 1)
        if result["done"] != many:
            raise RuntimeError(f"{result['done']} fired of {many}")
        return many / float(result["seconds"])

    def crowded(self, many: int, people: int) -> dict[str, Any]:
        """What people wait while so many are closed."""
        url = self.laid_out(2 * many, many, silence.CLOSE, State.SOLVED)
        (result,) = self._swept(url, 1, "--people", str(people))
        closed = crowd.in_state(url, State.CLOSED)
        if closed != many:
            raise RuntimeError(f"{closed} closed of {many} while people wrote")
        return result

    def laid_out(self, waiting: int, due: int, kind: str, state: State) -> str:
        url = self.where.url()
        with office(url) as desk:
            (user,) = desk.clients(1)
            self.loop.run(by_form(desk, user))
            crowd.populate(url, 2 * crowd.PEOPLE)
            crowd.lay_out(desk, waiting, due, kind, state)
        return url

    def _swept(self, url: str, replicas: int, *more: str) -> list[dict[str, Any]]:
        children = [Sweep(url, *more) for _ in range(replicas)]
        for child in children:
            child.until("ready")
        for child in children:
            child.begin()
        return [child.until("result") for child in children]


class Sweep:
    """The process that fires what is due."""

    def __init__(self, url: str, *more: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sweep", url, *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def begin(self) -> None:
        """Now."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def until(self, wanted: str) -> dict[str, Any]:
        """Its line with this in it. Raises RuntimeError when it ends without one."""
        for line in self._process.stdout or ():
            found: dict[str, Any] = json.loads(line)
            if wanted in found:
                return found
            detail(f"{found.get('fired', 0):,} fired")
        raise RuntimeError(f"the sweep ended with {self._process.wait()}")


def main(argv: Sequence[str] | None = None) -> None:
    """The table, then the side conditions."""
    chosen = options(__doc__ or "", argv, rounds=2, databases=True, tickets=TICKETS)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with ExitStack() as open_:
        where = open_.enter_context(place(chosen.database))
        sweeps = Sweeps(where, open_.enter_context(asyncio.Runner()))
        run(sweeps, where, chosen, open_)


def run(sweeps: Sweeps, where: Place, chosen: Options, open_: ExitStack) -> None:
    """Play and show."""
    before, many, absent = load(), chosen.tickets, dict[str, str]()
    sides: dict[str, Round] = {CLOSES: lambda: sweeps.closes(many)}
    if chosen.peers:  # nothing else is compared with it
        sides[LOOKS] = lambda: sweeps.looks(max(many // 5, 100))
    if where.postgres:
        sides[TWO] = lambda: sweeps.closes(many // 2, replicas=2)
        sides |= _asyncpg(where, chosen, open_, absent)
        sides |= _jobs(where, chosen, open_, absent)
    else:
        sides[BY_HAND["sqlite"]] = _by_hand(where, many, open_)
        sides |= _scheduled(chosen, absent)
    sides |= _escalate(where, chosen, open_, absent)
    rates = play(sides, chosen.rounds)
    people = sweeps.crowded(max(many // 5, 200), 5 if chosen.quick else 100)
    sheet = Sheet(
        name=f"timers-{chosen.database}",
        title=f"Timers: due rows a second, {chosen.database}, {many:,} due of {2 * many:,}",
        command=f"python -m benchmarks.timers{chosen.switch}{_size(many)}",
        lines=compare(_pairs(chosen.database), rates),
        figures=_figures(sweeps, people, many),
        notes=[f"every case was closed once and has one row that says so, {many:,} each time"],
        absent=absent,
        rounds=chosen.rounds,
        engine=where.engine,
        load=(before, load()),
    )
    show(sheet)
    written(sheet, chosen.json)


def _size(many: int) -> str:
    return "" if many == TICKETS else f" --tickets {many}"


def _pairs(database: str) -> list[Pair]:
    goal, aim = OF_HAND[database]
    return [
        Pair(ours=CLOSES, beside=BY_HAND[database], goal=goal, aim=aim),
        Pair(ours=CLOSES, beside=ESCALATE, goal=40, aim=80),
        Pair(ours=TWO, beside=BY_TWO),
        Pair(ours=LOOKS, beside=APS, goal=8, aim=20),
        Pair(ours=CLOSES, beside=APS),
        Pair(ours=LOOKS, beside=JOBS),
        Pair(ours=CLOSES, beside=JOBS),
    ]


def _figures(sweeps: Sweeps, people: dict[str, Any], many: int) -> list[Figure]:
    """The worst of all rounds, but for the idle tick: its median is told."""
    worst = {name: max(told[name] for told in sweeps.told) for name in sweeps.told[0]}
    ratio = people["busy_p99"] / people["quiet_p99"]
    waits = f"a form's way to its commit while the sweep runs, of {people['wrote']}"
    # A tick on PostgreSQL is a round trip to a server: there it is told and not judged.
    idle, first = ((None, None), (None, None)) if sweeps.where.postgres else ((1, 0.2), (250, 100))
    return [
        Figure(
            what=f"idle tick, {many:,} timers pending, median",
            value=worst["idle_ms"],
            unit="ms",
            most=idle[0],
            aim=idle[1],
        ),
        Figure(
            what=f"first batch committed, {many:,} due",
            value=1000 * worst["first"],
            unit="ms",
            most=first[0],
            aim=first[1],
        ),
        Figure(
            what=f"memory growth over {many:,} closings", value=worst["grown"], unit="MB", most=40
        ),
        Figure(what=f"{waits}: median", value=1000 * people["busy_p50"], unit="ms"),
        Figure(what=f"{waits}: p99 beside p99 of a quiet desk", value=ratio, unit="x", aim=3),
        Figure(
            what="the longest of them (what a batch holds the writer is less)",
            value=1000 * people["busy_max"],
            unit="ms",
        ),
    ]


def _by_hand(where: Place, many: int, open_: ExitStack) -> Round:
    limit = Closings(where.folder)
    open_.callback(limit.close)

    def round_() -> float:
        limit.fill(2 * many, many)
        return limit.rate(BATCH)

    return round_


def _asyncpg(
    where: Place, chosen: Options, open_: ExitStack, absent: dict[str, str]
) -> dict[str, Round]:
    limit, why = open_.enter_context(peer("postgres.py", wanted=chosen.peers))
    if limit is None:
        absent[BY_HAND[POSTGRES]] = why
        return {}
    limit.ask({"url": where.bare("limit")})
    many = chosen.tickets

    def by(workers: int) -> float:
        limit.ask({"do": "fill", "waiting": 2 * many, "due": many})
        told = limit.ask({"do": "close", "batch": BATCH, "workers": workers})
        return many / float(told["seconds"])

    return {BY_HAND[POSTGRES]: lambda: by(1), BY_TWO: lambda: by(2)}


def _scheduled(chosen: Options, absent: dict[str, str]) -> dict[str, Round]:
    if not chosen.peers:
        absent[APS] = OFF
        return {}
    return {APS: lambda: scheduled.rate(50 if chosen.quick else 2_000)}


def _jobs(
    where: Place, chosen: Options, open_: ExitStack, absent: dict[str, str]
) -> dict[str, Round]:
    other, why = open_.enter_context(peer("jobs.py", wanted=chosen.peers))
    if other is None:
        absent[JOBS] = why
        return {}
    other.ask({"url": where.bare("jobs")})
    many = 20 if chosen.quick else 1_000
    return {JOBS: lambda: many / float(other.ask({"jobs": many, "width": 16})["seconds"])}


def _escalate(
    where: Place, chosen: Options, open_: ExitStack, absent: dict[str, str]
) -> dict[str, Round]:
    other, why = open_.enter_context(peer("helpdesk.py", wanted=chosen.peers))
    if other is None:
        absent[ESCALATE] = why
        return {}
    other.ask(where.django("helpdesk"))
    waiting, due = (200, 20) if chosen.quick else (10_000, 500)

    def round_() -> float:
        other.ask({"do": "fill", "waiting": waiting, "due": due})
        told = other.ask({"do": "escalate"})
        return int(told["done"]) / float(told["seconds"])

    return {ESCALATE: round_}


if __name__ == "__main__":
    main()
