"""Many chats, several dispatchers, a platform in a mood: order in each, and none in another's way.

Half of the chats meet refusals and silences by chance, the others are served. The strict stand-in
counts who went too fast; its log tells the order, and when each chat had all it was owed.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from store.database import Database
from tests.platforms.telegram_api import Request
from tests.replicas.fleet import Fleet, Nursery
from tests.replicas.limits import StrictTelegram
from tests.replicas.places import ACCOUNT, looking, number_in, opened, phone_alone, write

FIRST_CHAT = 700_000
SLOWER = 1.1  # what throttled chats may cost the others
Watcher = Callable[[int, int], None]  # letters settled, of how many


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much, and how bad."""

    chats: int
    messages: int
    dispatchers: int
    refusals: float = 0.10  # of the requests into a throttled chat: 429, one to three seconds
    silences: float = 0.01  # no answer within the bot's patience, arrived or not
    silence: float = 12.0  # seconds; 0: the connection is reset instead
    seed: int = 1
    longest: float = 3600.0

    @property
    def letters(self) -> int:
        """How many there are in all."""
        return self.chats * self.messages


class Crowd:
    """One run."""

    def __init__(self, plan: Plan, url: str, *, calm: bool = False) -> None:
        self.plan, self.url, self.calm = plan, url, calm
        self.chats = [FIRST_CHAT + number for number in range(plan.chats)]
        self.throttled = frozenset() if calm else frozenset(self.chats[::2])
        self.telegram = StrictTelegram(plan.seed)
        self.began = 0.0

    async def run(self, nursery: Nursery, folder: Path, watch: Watcher) -> dict[str, Any]:
        """Send everything; what was seen."""
        server = self.telegram
        with server, opened(self.url) as database:
            server.throttled = self.throttled
            server.refusals, server.silences = self.plan.refusals, self.plan.silences
            server.silence = self.plan.silence
            for chat in self.chats:
                server.knows(chat)
            async with Fleet(nursery, folder, phone_alone(server, self.url)) as fleet:
                await fleet.up(*["worker"] * self.plan.dispatchers)
                await self._send(database, watch)
                codes = await asyncio.gather(*(one.stops() for one in fleet.replicas))
            return self._seen() | {"exit_codes": codes}

    async def _send(self, database: Database, watch: Watcher) -> None:
        places = [("telegram", ACCOUNT, str(chat)) for chat in self.chats]
        await asyncio.to_thread(write, database, places, self.plan.messages)
        self.began = time.monotonic()
        ends = self.began + self.plan.longest
        with looking(self.url) as connection:
            while waiting := _waiting(connection):
                watch(self.plan.letters - waiting, self.plan.letters)
                assert time.monotonic() < ends, f"{waiting} letters still wait"
                await asyncio.sleep(0.1)
        watch(self.plan.letters, self.plan.letters)

    def _seen(self) -> dict[str, Any]:
        tries = self._tries()
        copies = {chat: self._standing(chat) for chat in self.chats}
        with looking(self.url) as connection:
            states = dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state"))
        arrived = sum(len(set(numbers)) for numbers in copies.values())
        ends = {chat: max(one.at for one in tries[chat]) - self.began for chat in self.chats}
        clean = sorted(ends[chat] for chat in self.chats if chat not in self.throttled)
        return {
            "letters": self.plan.letters,
            "states": states,
            "arrived": arrived,
            "requests": sum(map(len, tries.values())),
            "refused_on_purpose": sum(self.telegram.limits.asked.values()),
            "silences": self.telegram.silent,
            "second_copies": sum(map(len, copies.values())) - arrived,
            "out_of_order": sum(not _ordered(tries[chat]) for chat in self.chats),
            "self_inflicted_429": len(self.telegram.limits.refused),
            "too_early": self.telegram.limits.early,
            "seconds": round(max(ends.values()), 1),
            "clean_chats_done_after": round(clean[-1], 1),
            "clean_chats_done_half": round(clean[len(clean) // 2], 1),
            "longest_pause_while_clean_chats_waited": round(self._longest_pause(clean[-1]), 2),
        }

    def _tries(self) -> dict[int, list[Request]]:
        found: dict[int, list[Request]] = {chat: [] for chat in self.chats}
        for one in self.telegram.calls("sendMessage"):
            found[int(one.params["chat_id"])].append(one)
        return found

    def _standing(self, chat: int) -> list[int]:
        return [number_in(str(one["text"])) for one in self.telegram.sent(chat)]

    def _longest_pause(self, until_: float) -> float:
        """The longest time in which nothing was sent although clean chats were owed letters."""
        ends = self.began + until_
        times = [self.began, *(one.at for one in self.telegram.calls("sendMessage"))]
        times = sorted(at for at in times if at <= ends)
        return max((after - before for before, after in pairwise(times)), default=0.0)


async def compared(
    plan: Plan, urls: tuple[str, str], nursery: Nursery, folder: Path, watch: Watcher
) -> dict[str, Any]:
    """The same crowd twice: in peace, and with half of the chats throttled."""
    calm = await Crowd(plan, urls[0], calm=True).run(nursery, folder, watch)
    stormy = await Crowd(plan, urls[1]).run(nursery, folder, watch)
    ratio = stormy["clean_chats_done_after"] / calm["clean_chats_done_after"]
    return {
        "plan": asdict(plan),
        "in_peace": calm,
        "with_half_throttled": stormy,
        "clean_chats_slower_by": round(ratio, 3),
    }


def faults(seen: dict[str, Any]) -> list[str]:
    """What was promised and not kept, in sentences."""
    found = [
        f"{seen['out_of_order']} chats out of order" if seen["out_of_order"] else "",
        f"{seen['self_inflicted_429']} of our own 429" if seen["self_inflicted_429"] else "",
        f"too early: {seen['too_early'][:3]}" if seen["too_early"] else "",
        "letters are missing" if seen["arrived"] != seen["letters"] else "",
        "more copies than doubts" if seen["second_copies"] > seen["silences"] else "",
        f"exit codes {seen['exit_codes']}" if any(seen["exit_codes"]) else "",
    ]
    return [one for one in found if one]


def faults_of_both(seen: dict[str, Any]) -> list[str]:
    """The same for the run in peace and the other, and how much the one slowed the other."""
    found = [*faults(seen["in_peace"]), *faults(seen["with_half_throttled"])]
    if seen["clean_chats_slower_by"] > SLOWER:
        found.append(f"clean chats were slower by {seen['clean_chats_slower_by']}")
    return found


def _ordered(tries: list[Request]) -> bool:
    numbers = [number_in(str(one.params["text"])) for one in tries]
    return numbers == sorted(numbers)


def _waiting(connection: Any) -> int:
    query = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'claimed')"
    return int(connection.execute(query).fetchone()[0])
