"""Ten thousand reminders, a few workers, and somebody who kills them: each fires once, none early.

The timers are the desk's own: the reminder of a solved case. Firing writes an audit row, every
time, so that a second firing would be seen. The database notes by its own clock when each row
came; its audit table has a column more than this release knows, as after a newer one's migration.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from policy.ticket import State
from scheduler.clock import SystemClock
from store.turn import Turn
from tests.databases import bare_turns
from tests.platforms.telegram import TelegramServer
from tests.replicas.fleet import Fleet, Nursery, Replica
from tests.replicas.places import ACCOUNT, looking, opened, phone_alone
from tests.store.givens import a_ticket

FIRST_CHAT, FIRST_CASE = 800_000, 100_000
CLOSING = 10_000_000  # between the ids of the reminders and those of the closing timers
HOMES = 100  # clients among whom the cases are spread
FIRED = "timers fired"
WARM = 1.0  # seconds between arming and the first that falls due
Watcher = Callable[[int, int], None]  # timers fired, of how many


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many, over how long, and how often somebody dies."""

    count: int
    replicas: int
    kills: int
    spread: float  # seconds over which they fall due
    overdue: float = 0.25  # of them were due before anybody was up
    overdue_by: float = 10_800.0  # seconds at most
    seed: int = 1
    longest: float = 3600.0


class Night:
    """One run."""

    def __init__(self, plan: Plan, url: str, telegram: TelegramServer | None = None) -> None:
        self.plan, self.url = plan, url
        self.telegram = telegram or TelegramServer()
        self.logged: list[dict[str, Any]] = []  # of every batch of timers that somebody fired
        self._chance = random.Random(plan.seed)
        self._killed = self._killed_at_work = 0

    async def run(self, nursery: Nursery, folder: Path, watch: Watcher) -> dict[str, Any]:
        """Set the timers, let workers come and go, and compare."""
        with self.telegram:
            await asyncio.to_thread(self._prepare)
            env = phone_alone(self.telegram, self.url)
            async with Fleet(nursery, folder, env) as fleet:
                began = time.monotonic()
                await fleet.up(*["worker"] * self.plan.replicas)
                await asyncio.to_thread(self._arm, self._in_time())
                killing = asyncio.create_task(self._kill(fleet, time.monotonic()))
                await self._fire(watch)
                killing.cancel()
                await asyncio.gather(killing, return_exceptions=True)
                seconds = time.monotonic() - began
                living = [one for one in fleet.replicas if one.lives]
                codes = await asyncio.gather(*(one.stops() for one in living))
                self.logged = [line for one in fleet.replicas for line in one.logged(FIRED)]
        return self._seen() | {"seconds": round(seconds, 1), "exit_codes": codes}

    async def _fire(self, watch: Watcher) -> None:
        ends = time.monotonic() + self.plan.longest
        with looking(self.url) as connection:
            while left := _left(connection):
                watch(self.plan.count - left, self.plan.count)
                assert time.monotonic() < ends, f"{left} timers have not fired"
                await asyncio.sleep(0.2)
        watch(self.plan.count, self.plan.count)

    async def _kill(self, fleet: Fleet, began: float) -> None:
        """Somebody dies at a random moment of the spread, and a successor comes."""
        span = WARM + self.plan.spread
        for at in sorted(self._chance.uniform(0.5, span) for _ in range(self.plan.kills)):
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            victim = self._chance.choice([one for one in fleet.replicas if one.lives])
            await self._end(victim)
            await fleet.start("--role", "worker")

    async def _end(self, victim: Replica) -> None:
        with looking(self.url) as connection:
            due = connection.execute(
                "SELECT count(*) FROM timers WHERE kind = 'silence.remind' AND due_at <= now()"
            ).fetchone()
        await victim.dies()
        self._killed += 1
        self._killed_at_work += bool(due and due[0])

    def _prepare(self) -> None:
        for chat in range(HOMES):
            self.telegram.knows(FIRST_CHAT + chat)
        with opened(self.url) as database:
            run = bare_turns(database, SystemClock().now).run
            numbers = [run(_solved(home)).result(60) for home in range(HOMES)]
        with looking(self.url) as connection:
            connection.execute("CREATE TABLE armed (number bigint PRIMARY KEY, due_at timestamptz)")
            connection.execute(
                "ALTER TABLE audit ADD COLUMN noted_at timestamptz DEFAULT clock_timestamp()"
            )
            self._multiply(connection, numbers[0])
        self._arm([-self._chance.uniform(1, self.plan.overdue_by) for _ in range(self._overdue)])

    @property
    def _overdue(self) -> int:
        return int(self.plan.count * self.plan.overdue)

    def _in_time(self) -> list[float]:
        left = self.plan.count - self._overdue
        return [WARM + self._chance.uniform(0, self.plan.spread) for _ in range(left)]

    def _multiply(self, connection: Any, first: int) -> None:
        """As many cases as timers, each like one of those that are there."""
        columns = connection.execute(
            "SELECT string_agg(column_name, ', ') FROM information_schema.columns"
            " WHERE table_name = 'tickets' AND column_name <> 'number'"
        ).fetchone()[0]
        copied = (
            f"INSERT INTO tickets (number, {columns}) SELECT {FIRST_CASE} + n, {columns}"
            f" FROM tickets JOIN generate_series(0, {self.plan.count - 1}) n"
            f" ON tickets.number = {first} + n % {HOMES}"
        )
        connection.execute(copied.encode())

    def _arm(self, seconds: Sequence[float]) -> None:
        """Timers due so many seconds from now; when is kept beside, for the comparison."""
        with looking(self.url) as connection, connection.cursor() as cursor:
            armed = cursor.execute("SELECT count(*), clock_timestamp() FROM armed").fetchone()
            assert armed is not None
            cursor.executemany(
                "INSERT INTO armed VALUES (%s, %s)",
                [
                    (FIRST_CASE + armed[0] + number, armed[1] + timedelta(seconds=later))
                    for number, later in enumerate(seconds)
                ],
            )
            first = FIRST_CASE + armed[0]
            cursor.execute(_SET, (CLOSING, "silence.close", timedelta(hours=48), first))
            cursor.execute(_SET, (0, "silence.remind", timedelta(), first))

    def _seen(self) -> dict[str, Any]:
        with looking(self.url) as connection:
            fired = connection.execute(_FIRED).fetchone()
            late = connection.execute(_LATE, (FIRST_CASE + self._overdue,)).fetchone()
        assert fired is not None
        assert late is not None
        return {
            "plan": asdict(self.plan),
            "armed": self.plan.count,
            "fired_once": fired[0],
            "fired_more_than_once": fired[1],
            "never_fired": fired[2],
            "early": fired[3],
            "killed": self._killed,
            "killed_while_timers_were_due": self._killed_at_work,
            "late_seconds_of_those_due_in_time": {
                "half": round(float(late[0] or 0), 2),
                "most_of_them": round(float(late[1] or 0), 2),
                "the_last": round(float(late[2] or 0), 2),
            },
        }


_SET = """
INSERT INTO timers (id, kind, about, key, due_at, facts)
SELECT number + %s, %s, number::text, '', due_at + %s, '{}' FROM armed WHERE number >= %s
"""
_FIRED = """
WITH fired AS (
    SELECT armed.number, armed.due_at, count(audit.id) AS times, min(audit.at) AS at,
           min(audit.noted_at) AS noted_at
    FROM armed LEFT JOIN audit ON audit.ticket = armed.number AND audit.what = 'reminded'
    GROUP BY 1, 2)
SELECT count(*) FILTER (WHERE times = 1), count(*) FILTER (WHERE times > 1),
       count(*) FILTER (WHERE times = 0),
       count(*) FILTER (WHERE at < due_at OR noted_at < due_at)
FROM fired
"""
_LATE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY late),
       percentile_cont(0.99) WITHIN GROUP (ORDER BY late), max(late)
FROM (SELECT extract(epoch FROM audit.noted_at - armed.due_at) AS late
      FROM armed JOIN audit ON audit.ticket = armed.number AND audit.what = 'reminded'
      WHERE armed.number >= %s) AS found
"""


def faults(seen: dict[str, Any]) -> list[str]:
    """What was promised and not kept, in sentences."""
    names = ("fired_more_than_once", "never_fired", "early")
    found = [f"{seen[name]} {name}" for name in names if seen[name]]
    if any(seen["exit_codes"]):
        found.append(f"exit codes {seen['exit_codes']}")
    return found


def _solved(home: int) -> Callable[[Turn], int]:
    """A solved case of a client of their own."""

    def make(turn: Turn) -> int:
        user = str(FIRST_CHAT + home)
        clinic = turn.people.add_organisation(f"Clínica {home}", country="CO", plan="bronce")
        person = turn.people.add_person(f"Persona {home}", organisation=clinic.id)
        turn.people.bind(person.id, "telegram", ACCOUNT, user, user)
        talk = turn.conversations.at("telegram", ACCOUNT, user, user)
        return a_ticket(turn, person, state=State.SOLVED, conversation=talk.id).number

    return make


def _left(connection: Any) -> int:
    query = "SELECT count(*) FROM timers WHERE kind = 'silence.remind'"
    return int(connection.execute(query).fetchone()[0])
