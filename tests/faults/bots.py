"""Telegram for the benches: a bot that is polled or posted to, at least once, in bad weather."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from typing_extensions import override

from tests.faults.houses import House
from tests.faults.ledger import POLLING, WEBHOOK, Ledger
from tests.faults.post import post
from tests.faults.weather import Weather
from tests.platforms.telegram import TelegramServer
from tests.platforms.telegram_api import Fault, Request
from tests.platforms.telegram_rules import Params

TOKENS = re.compile(r"\bzq[a-z]+\b")
PATH = "/telegram/webhook"
FIRST_WAIT, LONGEST_WAIT = 0.05, 0.4  # seconds between two posts of an update


class Bot(TelegramServer):
    """One account. Without `houses` to post to it waits to be polled."""

    def __init__(
        self, token: str, first_update: int, ledger: Ledger, weather: Weather,
        houses: Callable[[], Sequence[House]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(token, f"radica_{first_update}_bot")
        self.restarts_ids(first_update)
        self.account = token.partition(":")[0]
        self.seen: set[str] = set()  # words that marked a message, as the people saw them
        self.newest = 0  # the id of the last update
        self.walls: dict[int, list[Params]] = defaultdict(list)
        self._ledger, self._weather, self._houses = ledger, weather, houses
        self._flying: dict[str, tuple[int, list[int]]] = {}  # by house: its last batch
        self._posting: set[asyncio.Task[None]] = set()

    @property
    def way(self) -> str:
        """How its updates travel."""
        return POLLING if self._houses is None else WEBHOOK

    @contextmanager
    def together(self) -> Iterator[None]:
        """What people do inside travels in one batch."""
        with self._change:
            yield

    @property
    def owes(self) -> bool:
        """Whether there are updates that nobody acknowledged."""
        return bool(self.state.updates or self._posting)

    @override
    def update(self, **content: Any) -> int:
        """Queue it for the next poll, or post it until it is acknowledged."""
        if self._houses is None:
            self.newest = super().update(**content)
            return self.newest
        with self._change:
            made = {"update_id": next(self._update_ids)} | content
            self.newest = int(made["update_id"])
        task = asyncio.get_running_loop().create_task(self._see_through(made))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)
        return self.newest

    @override
    def sent(self, chat: int) -> list[Params]:
        """As they stand, by an index: a bench has many chats."""
        with self._change:
            return [
                self.state.messages.get((chat, one["message_id"]), one) for one in self.walls[chat]
            ]

    def landed(self, house: str) -> None:
        """The desk in this house is gone, and what it fetched is not confirmed."""
        with self._change:
            number, _ = self._flying.pop(house, (-1, []))
            self._ledger.close(number, acknowledged=False)
            self.state.polls += 1  # a poll of the dead that still waits ends
            self._change.notify_all()

    async def close(self) -> None:
        """Post no more."""
        for task in tuple(self._posting):
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)

    # The Bot API's side

    @override
    def answer(self, request: Request) -> tuple[Fault | None, int, Any]:
        """As usual, and noted who was given which updates."""
        if request.method != "getUpdates":
            return super().answer(request)
        with self._change:
            self._confirmed(request)
        fault, status, body = super().answer(request)
        whole = fault is None or not (fault.reset or fault.body)
        batch = body.get("result") if status == 200 and whole else None
        if batch:
            with self._change:
                idents = [one["update_id"] for one in batch]
                number = self._ledger.open(POLLING, request.house, self._keys(idents))
                self._flying[request.house] = number, idents
        return fault, status, body

    @override
    def fault_of(self, request: Request) -> Fault | None:
        """What was planned, else the weather."""
        return super().fault_of(request) or self._weather.on_telegram(request.method)

    def _confirmed(self, request: Request) -> None:
        """The desk comes again: what its offset says about the batch it had."""
        number, idents = self._flying.pop(request.house, (-1, []))
        offset = request.params.get("offset") or 0
        self._ledger.close(number, acknowledged=all(ident < offset for ident in idents))

    @override
    def _confirm(self, offset: int | None) -> None:
        before = len(self.state.confirmed)
        super()._confirm(offset)
        self._ledger.confirm(self._keys(self.state.confirmed[before:]))

    @override
    def _wanted(self) -> list[Params]:
        """In order, but for bad weather: out of order, or once more."""
        found = super()._wanted()
        if len(found) > 1 and self._weather.chance(0.1, "updates out of order"):
            self._weather.random.shuffle(found)
        return found

    @override
    def _send(self, request: Request) -> Params:
        message = super()._send(request)
        chat = message["chat"]["id"]
        stored = self.state.messages[chat, message["message_id"]]
        self.walls[chat].append(stored)
        self.seen.update(TOKENS.findall(str(stored.get("text", ""))))
        return message

    # The webhook's side

    async def _see_through(self, update: Params) -> None:
        """At least once, until it is acknowledged."""
        wait, fate = FIRST_WAIT, self._weather.fate()
        if fate == "late":
            await asyncio.sleep(self._weather.random.uniform(0.05, 0.5))
        if fate == "overlap":
            await asyncio.gather(self._once(update, ""), self._once(update, ""))
        while not await self._once(update, fate):
            await asyncio.sleep(self._weather.random.uniform(FIRST_WAIT, wait))
            wait, fate = min(2 * wait, LONGEST_WAIT), self._weather.fate()
        if fate == "twice":
            await self._once(update, "")

    async def _once(self, update: Params, fate: str) -> bool:
        houses = self._houses() if self._houses else ()
        if not houses or not self.state.secret:
            return False
        house = self._weather.random.choice(houses)
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": self.state.secret,
        }
        body = json.dumps(update).encode()
        if fate == "cut":
            await post(house.port, PATH, headers, body, cut=True)
            return False
        deaf = self._weather.random.uniform(0, 0.05) if fate == "lost" else None
        key = self._keys([update["update_id"]])[0]
        with self._ledger.flight(WEBHOOK, house.name, key) as flight:
            status, _ = await post(house.port, PATH, headers, body, deaf_after=deaf)
            flight.acknowledged = status == 200
        return flight.acknowledged

    def _keys(self, idents: Sequence[int]) -> list[str]:
        return [f"update:{ident}" for ident in idents]
