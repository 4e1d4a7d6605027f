"""More letters than either platform takes, through several workers: G9, F30.

The stand-ins enforce what is documented and count who went too fast. Now and then they refuse on
purpose, once the whole bot; nobody may come back before the time they name.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scheduler.clock import SystemClock
from store.database import Database
from store.turn import Turn
from store.values import Destination
from tests.databases import bare_turns
from tests.live.live import ROOM, Ways
from tests.platforms.slack import SlackServer
from tests.platforms.slack_state import Message
from tests.replicas.fleet import Fleet, Nursery
from tests.replicas.limits import StrictSlack, StrictTelegram
from tests.replicas.places import ACCOUNT, opened, settings

PRIVATE = tuple(range(600_001, 600_041))
GROUPS = (-500_001, -500_002, -500_003)
EDITS, MARKS = "C0EDITS", "C0MARKS"
PEOPLE = tuple(f"U0PERSON{number}" for number in range(4))
FLOOD = 2.0  # seconds in which the bot as a whole is refused, half-way
Watcher = Callable[[int, int], None]  # seconds passed, of how many


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long, by how many."""

    seconds: float
    replicas: int
    refusals: float = 0.02  # of the requests, on purpose
    seed: int = 1


class Rush:
    """One run."""

    def __init__(self, plan: Plan, url: str) -> None:
        self.plan, self.url = plan, url
        self.telegram, self.slack = StrictTelegram(plan.seed), StrictSlack(plan.seed)
        self._chance = random.Random(plan.seed)
        self._standing: list[tuple[str, str]] = []

    async def run(self, nursery: Nursery, folder: Path, watch: Watcher) -> dict[str, Any]:
        """Write more than can be sent, for so long; what the platforms saw."""
        await self.slack.open()
        try:
            with self.telegram, opened(self.url) as database:
                self._furnish()
                env = settings(self.telegram, self.slack, self.url, Ways("polling", "http"))
                async with Fleet(nursery, folder, env) as fleet:
                    await fleet.up(*["worker"] * self.plan.replicas)
                    await self._rush(database, watch)
                    codes = await asyncio.gather(*(one.stops() for one in fleet.replicas))
                return self._seen() | {"exit_codes": codes}
        finally:
            await self.slack.close()

    def _furnish(self) -> None:
        self.telegram.throttled = frozenset(PRIVATE)
        self.telegram.refusals = self.slack.refusals = self.plan.refusals
        for chat in (*PRIVATE, *GROUPS):
            self.telegram.knows(chat)
        for user in PEOPLE:
            self.slack.user(user, user)
        for channel in (EDITS, MARKS):
            self.slack.channel(channel, *PEOPLE)
            self._standing.append((channel, _stands(self.slack, channel)))

    async def _rush(self, database: Database, watch: Watcher) -> None:
        began, turns = time.monotonic(), bare_turns(database, SystemClock().now)
        flooded = False
        for second in range(int(self.plan.seconds)):
            await asyncio.wrap_future(turns.run(self._written))
            watch(second, int(self.plan.seconds))
            if not flooded and second >= self.plan.seconds / 2:
                flooded, self.telegram.flooded_until = True, time.monotonic() + FLOOD
            await asyncio.sleep(max(0.0, began + second + 1 - time.monotonic()))
        watch(int(self.plan.seconds), int(self.plan.seconds))

    def _written(self, turn: Turn) -> None:
        """A second's worth: a little more of everything than the platforms allow."""
        for chat in (*self._chance.sample(PRIVATE, 30), *GROUPS):
            _say(turn, "telegram", str(chat))
        (edits, stands), (marks, told) = self._standing
        for _ in range(2):
            _say(turn, "slack", ROOM)
            _say(turn, "slack", edits, kind="edit", edits=stands)
        emojis = {"ref": told, "emoji": "✅", "instead": "⏳"}
        for _ in range(2):
            _say(turn, "slack", marks, emojis, kind="mark")
        for user in PEOPLE[:2]:
            _say(turn, "slack", user)
        for user in PEOPLE[2:]:
            _say(turn, "slack", user, kind="home")

    def _seen(self) -> dict[str, Any]:
        calls: dict[str, int] = {}
        for one in self.slack.log:
            calls[one.method] = calls.get(one.method, 0) + 1
        sent = [one for one in self.telegram.calls("sendMessage") if one.status == 200]
        limits = (self.telegram.limits, self.slack.limits)
        return {
            "plan": asdict(self.plan),
            "telegram_sent": len(sent),
            "telegram_a_second": round(len(sent) / self.plan.seconds, 1),
            "slack_calls": calls,
            "refused_on_purpose": sum(sum(one.asked.values()) for one in limits),
            "refused_while_the_bot_was_flooded": limits[0].asked.get("bot", 0),
            "self_inflicted_429": sum(len(one.refused) for one in limits),
            "too_fast": sorted({key for one in limits for key in one.refused}),
            "too_early": [line for one in limits for line in one.early],
        }


def faults(seen: dict[str, Any]) -> list[str]:
    """What was promised and not kept, in sentences."""
    found = [
        f"{seen['self_inflicted_429']} of our own 429: {seen['too_fast']}"
        if seen["self_inflicted_429"]
        else "",
        f"too early: {seen['too_early'][:3]}" if seen["too_early"] else "",
        f"exit codes {seen['exit_codes']}" if any(seen["exit_codes"]) else "",
    ]
    return [one for one in found if one]


def _say(
    turn: Turn, channel: str, chat: str, facts: dict[str, Any] | None = None, **more: Any
) -> None:
    account = ACCOUNT if channel == "telegram" else "slack"
    to = Destination(channel=channel, account=account, chat=chat)
    turn.say(to, "quarantine.apology", facts or {"reference": "#1#"}, **more)


def _stands(slack: SlackServer, channel: str) -> str:
    """A message of the bot in a channel, to be edited and marked."""
    message = Message(channel=channel, ts=slack.next_ts(), user=slack.bot_user, text="x", bot=True)
    slack.messages.append(message)
    return message.ts
