"""The soak: desks between two stormy platforms, killed again and again, then reckoned with."""

import asyncio
import json
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from scheduler.clock import SystemClock
from store.database import Database
from tests.databases import PostgresServer, bare_turns
from tests.faults.bots import Bot
from tests.faults.crowd import Crowd, Manners
from tests.faults.house import Order
from tests.faults.houses import House
from tests.faults.ledger import WAYS, Ledger
from tests.faults.reckoning import Reckoning, Scene, reckon
from tests.faults.records import Records
from tests.faults.storm import STARTING, Storm, within
from tests.faults.weather import Weather
from tests.faults.workroom import Workroom
from tests.live.live import HTTP, POLLING, TUESDAY, WEBHOOK, Ways, environment, populate

JUMP = 61.0  # by which the next life of a lone desk is ahead: every lease has run out
HURRY = 20.0  # the speed of a lone desk's clock
TURN = 10.0  # seconds that a lone desk is given as one bot, at most, while all is drained
NO_START = 1  # the exit code of a desk that could not start
ENDINGS = (0, -signal.SIGTERM)  # uvicorn raises the signal again after a clean stop


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to do, and until when: so many minutes, or sooner once every way has its kills."""

    database: str
    minutes: float
    kills: int = 0
    kills_in_all: int = 0  # enough in any case, once as many things were said in cases
    replicas: int = 1
    seed: int = 1
    speed: float = 0.0  # 0: hurried where one desk is alone, the machine's own for replicas
    drain: float = 900.0  # seconds; Slack takes few marks a minute, and a storm leaves hundreds
    restarts: bool = True  # of the PostgreSQL server, which must wait for the disk
    fast: bool = False  # SQLite does not wait for the disk
    manners: Manners = field(default_factory=Manners)

    @property
    def pace(self) -> float:
        """How many of the desk's seconds pass in one of ours."""
        return self.speed or (HURRY if self.replicas == 1 else 1.0)

    @property
    def alone(self) -> bool:
        """One desk at a time."""
        return self.replicas == 1


class Soak:
    """One run over one database."""

    def __init__(
        self, plan: Plan, url: str, folder: Path, server: PostgresServer | None = None
    ) -> None:
        self.plan, self.url, self.server = plan, url, server
        self.random = random.Random(plan.seed)
        self.ledger, self.weather = Ledger(), Weather(plan.seed + 1)
        self.folder = folder
        self.houses = [House(name, folder / f"log.{name}") for name in "abcdefgh"[: plan.replicas]]
        self.polled = Bot(f"111111:{'A' * 35}", 1_000, self.ledger, self.weather)
        self.posted = Bot(
            f"222222:{'B' * 35}", 5_000_000, self.ledger, self.weather, self._posted_to
        )
        self.room = Workroom(self.ledger, self.weather, self._ready)
        bots = (self.polled, self.posted)
        self.crowd = Crowd(bots, self.room, plan.seed + 2, plan.manners)
        self.records = Records(url)
        self.counts: Counter[str] = Counter()
        self.violations: list[str] = []
        self.retried: set[int] = set()  # letters that an operator sent after all
        self._starts: list[float] = []  # seconds from birth to readiness
        self.draining = False
        self._bot_of: dict[str, Bot] = {}
        self._began = time.monotonic()
        self._ahead = 0.0
        self.away_until = float("-inf")  # when the database was last away
        self._over = self._asked_to_end = False
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> Reckoning:
        """Everything: the storm, the calm, the reckoning."""
        async with self.open():
            await self._storm()
            drained = await self._drain()
        found = reckon(self.scene())
        found.violations[:0] = self.violations
        if not drained:
            found.violations.insert(0, f"not drained within {self.plan.drain:.0f} s")
        if self.plan.kills and not self.enough:
            found.violations.insert(0, f"time was up before every way had {self.plan.kills} kills")
        found.counts = self._figures() | found.counts
        if found.violations:
            self._keep_for_a_look()
        return found

    def _keep_for_a_look(self) -> None:
        """What a violation is about stays in the folder, also where a server's database ends."""
        for table in ("outbox", "tickets", "conversations", "audit", "timers"):
            rows = self.records.rows(f"SELECT * FROM {table}")
            told = "".join(json.dumps(row, default=str) + "\n" for row in rows)
            (self.folder / f"{table}.jsonl").write_text(told)

    @property
    def enough(self) -> bool:
        """Whether every way has the kills that were asked for."""
        if self._asked_to_end:
            return True
        said = sum(len(case.texts) for case in self.crowd.cases)
        if 0 < self.plan.kills_in_all <= min(len(self.ledger.kills), said):
            return True
        by_way = self.ledger.kills_by_way()
        return bool(self.plan.kills) and all(by_way[way] >= self.plan.kills for way in WAYS)

    def ask_to_end(self) -> None:
        """Let the calm begin now, and reckon with what there was."""
        self._asked_to_end = True

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    # The storm

    async def _storm(self) -> None:
        self._tasks = [asyncio.create_task(self._keep(house)) for house in self.houses]
        self.crowd.start()
        storm = Storm(self)
        try:
            while self.passed < 60 * self.plan.minutes and not self.enough:
                await storm.blows(0.2)
                self._look_after_houses()
        finally:
            await storm.ends()
            self._heal()

    def _look_after_houses(self) -> None:
        """Raises what kept a desk from being started again: else the storm would blow over none."""
        for task in self._tasks:
            if task.done():
                task.result()

    def _heal(self) -> None:
        self.weather.calm = True
        for house in self.houses:
            house.starve(None)
            house.signals(signal.SIGCONT)

    # The calm

    async def _drain(self) -> bool:
        """Until everything is acknowledged and sent. False when that takes too long."""
        await self.crowd.close()
        self.draining = True
        ends = time.monotonic() + self.plan.drain
        while time.monotonic() < ends:
            await asyncio.sleep(0.3)
            quiet = not self._owes() and not self.waiting()
            if quiet and not await self._send_after_all():
                self.counts["seconds to drain"] = round(self.plan.drain - ends + time.monotonic())
                return True
            if self.plan.alone:
                await self._change_ways()
        return False

    async def _send_after_all(self) -> int:
        """`radica outbox retry`, once, for each letter of which nobody knows whether it arrived."""
        over = "SELECT id FROM outbox WHERE state = 'dead' AND error LIKE 'unknown: %'"
        unknown = [letter for letter in self.records.column(over) if letter not in self.retried]
        if unknown:
            self.retried.update(unknown)
            await asyncio.to_thread(self._retry, unknown)
        return len(unknown)

    def _retry(self, letters: Sequence[int]) -> None:
        database = Database.open(self.url, clock=self._now)
        try:
            turns = bare_turns(database, self._now)
            for letter in letters:
                turns.run(lambda turn, letter=letter: turn.outbox.retry(letter)).result(10)
        finally:
            database.close()

    async def _change_ways(self) -> None:
        """The lone desk stops cleanly and comes back as the other bot."""
        house = self.houses[0]
        await asyncio.wait_for(house.ready.wait(), STARTING)
        bot = self._bot_of[house.name]
        await within(TURN, lambda: not (bot.owes or self.room.owes or self.waiting(bot)), step=0.1)
        if not self._owes() and not self.waiting():
            return
        house.signals(signal.SIGTERM)
        await house.ended()

    def _owes(self) -> bool:
        return self.polled.owes or self.posted.owes or self.room.owes

    def waiting(self, bot: Bot | None = None) -> int:
        """Letters that could go and have not; those that a desk as this bot would send."""
        account = bot.account if bot else ""
        try:
            return self.records.waiting(f"{self._now():%Y-%m-%d %H:%M:%S}+00", account)
        except psycopg.OperationalError:
            return 1

    async def _end(self) -> None:
        self._over = True
        self._heal()
        while left := [task for task in self._tasks if not task.done()]:
            for house in self.houses:  # a desk that is just being born hears none of it
                house.signals(signal.SIGKILL)
            await asyncio.wait(left, timeout=0.1)
        await asyncio.gather(*self._tasks)
        for house in self.houses:
            await house.close()

    # The houses

    async def _keep(self, house: House) -> None:
        """One life after another."""
        while not self._over:
            await self.begin(house, self._next_bot(house).way)
            noting = asyncio.create_task(self._note_start(house))
            code = await house.ended()
            noting.cancel()
            await self.buried(house)
            if not self._expected(code):
                self.violations.append(f"desk {house.name} ended by itself with {code}")

    async def begin(self, house: House, way: str, point: str = "") -> None:
        """A new desk in a house, as the bot that gets its updates by this way."""
        self._bot_of[house.name] = self.polled if way == self.polled.way else self.posted
        await house.start(lambda port: self._order(house, port, point))

    async def buried(self, house: House) -> None:
        """Once what the dead desk had still written was read."""
        await asyncio.sleep(0.05)
        self.polled.landed(house.name)
        self._ahead += JUMP if self.plan.alone else 0.0

    def bot_in(self, house: House) -> Bot:
        """Which bot the desk in it is."""
        return self._bot_of[house.name]

    async def _note_start(self, house: House) -> None:
        born = time.monotonic()
        await house.ready.wait()
        self._starts.append(time.monotonic() - born)

    def _expected(self, code: int) -> bool:
        """Killed; stopped by us; or started while the database was away, which it says."""
        if code == NO_START and time.monotonic() - self.away_until < STARTING:
            self.counts["starts without a database"] += 1
            return True
        return code == -signal.SIGKILL or (self.draining and code in ENDINGS)

    def _next_bot(self, house: House) -> Bot:
        """A lone desk is each bot in turn; of several, each bot has one at least."""
        if self.plan.alone:
            return self.posted if house.lives % 2 else self.polled
        others = {bot.way for name, bot in self._bot_of.items() if name != house.name}
        if len(others) == 1:
            return self.polled if self.posted.way in others else self.posted
        return self.random.choice((self.polled, self.posted))

    def _order(self, house: House, port: int, point: str) -> Order:
        bot = self._bot_of[house.name]
        ways = Ways(POLLING if bot is self.polled else WEBHOOK, HTTP)
        env = environment(bot, self.room, self.url, ways) | {
            "TELEGRAM_API_URL": f"{bot.url}/{house.name}",
            "SLACK_API_URL": f"{self.room.url}/{house.name}/api/",
            "SLACK_APP_TOKEN": self.room.app_token,
        }
        shift = 0.0
        if self.plan.pace == 1:
            shift = self.random.uniform(-90, 90)
            self.counts["clocks shifted"] += 1
        return Order(
            env=env,
            port=port,
            point=point,
            speed=self.plan.pace,
            began=self._began,
            origin=TUESDAY.isoformat(),
            ahead=self._ahead + shift,
            fast=self.plan.fast,
        )

    def _now(self) -> datetime:
        """The desks' time."""
        if self.plan.pace == 1:
            return SystemClock().now()
        return TUESDAY + timedelta(seconds=self.passed * self.plan.pace + self._ahead)

    def _ready(self) -> list[House]:
        return [house for house in self.houses if house.ready.is_set()]

    def _posted_to(self) -> list[House]:
        return [one for one in self._ready() if self._bot_of.get(one.name) is self.posted]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The platforms, with nobody at home; no desk outlives them."""
        await self.room.open()
        populate(self.room)
        self._began = time.monotonic()
        try:
            with self.polled, self.posted:
                for bot in (self.polled, self.posted):
                    bot.time = lambda: int(self._now().timestamp())
                try:
                    yield
                finally:
                    await self._end()
                    await self.posted.close()
        finally:
            await self.room.close()

    def scene(self) -> Scene:
        """What is to be compared."""
        return Scene(
            ledger=self.ledger,
            bots=(self.polled, self.posted),
            room=self.room,
            cases=self.crowd.cases,
            records=self.records,
            alone=self.plan.alone,
            retried=self.retried,
        )

    def _figures(self) -> dict[str, Any]:
        by_way = self.ledger.kills_by_way()
        return {
            "database": self.plan.database,
            "replicas": self.plan.replicas,
            "seed": self.plan.seed,
            "minutes": round(self.passed / 60, 1),
            "kills": len(self.ledger.kills),
            "kills by way": {way: by_way[way] for way in WAYS},
            "lives": sum(house.lives for house in self.houses),
            "seconds to start, median": round(median(self._starts), 2) if self._starts else None,
            **self.counts,
            "letters retried by an operator": len(self.retried),
            "faults": dict(sorted(self.weather.counts.items())),
            "handed over": dict(self.ledger.handed),
            "presses": self.crowd.presses,
            "cases given up": self.crowd.given_up,
        }
