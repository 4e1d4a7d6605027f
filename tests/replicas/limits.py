"""Platforms that enforce the limits they document, and remember who went too fast or too early.

Telegram (bots FAQ): one message a second in a chat, short bursts may go over it; 20 a minute in a
group; 30 a second in all. Slack (rate limits): one message a second in a channel, short bursts
allowed; several hundred a minute in a workspace; 20, 50 or 100 requests a minute of a method.
"""

import math
import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from typing_extensions import override

from tests.platforms.slack import Fault as SlackFault
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer
from tests.platforms.telegram_api import Fault, Request
from tests.platforms.telegram_rules import Params, Refused

MINUTE = 60.0
BURST = (3, 2.0)  # messages of a chat within so many seconds: a short burst over one a second
PRIVATE = (BURST, (63, MINUTE))
GROUP = (BURST, (20, MINUTE))
BOT = ((30, 1.0),)
CHANNEL = ((5, 4.0), (65, MINUTE))
WORKSPACE = ((300, MINUTE),)
TIERS = {
    **dict.fromkeys(("chat.update", "chat.delete", "reactions.add", "conversations.open"), 50),
    **dict.fromkeys(("chat.postEphemeral", "views.publish", "views.open", "users.info"), 100),
    "reactions.remove": 20,
}
UNDER_WAY = 1.0  # seconds in which a request may have left before the 429 was known

Windows = tuple[tuple[int, float], ...]


@dataclass
class Limits:
    """Sliding windows a key. Thread-safe."""

    refused: list[str] = field(default_factory=list[str])  # went too fast
    early: list[str] = field(default_factory=list[str])  # came before the time that a 429 named
    asked: dict[str, int] = field(default_factory=dict[str, int])  # 429 made on purpose, by key
    _seen: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _told: dict[str, tuple[float, float]] = field(default_factory=dict)  # at, until
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, keys: Mapping[str, Windows]) -> int:
        """A request under these keys: 0 when it may pass, else the seconds it has to wait."""
        now = time.monotonic()
        with self._lock:
            self._note_early(keys, now)
            for key, windows in keys.items():
                wait = max(_wait(self._seen[key], most, span, now) for most, span in windows)
                if wait > 0:
                    self.refused.append(key)
                    return self._tell(key, wait, now)
            for key in keys:
                self._seen[key].append(now)
        return 0

    def tell(self, key: str, seconds: float) -> int:
        """A 429 made on purpose."""
        now = time.monotonic()
        with self._lock:
            self._note_early([key], now)
            self.asked[key] = self.asked.get(key, 0) + 1
            return self._tell(key, seconds, now)

    def _tell(self, key: str, seconds: float, now: float) -> int:
        asked = max(1, math.ceil(seconds))
        at, until = self._told.get(key, (now, now))
        self._told[key] = (at if until > now else now), now + asked
        return asked

    def _note_early(self, keys: Iterable[str], now: float) -> None:
        for key in keys:
            at, until = self._told.get(key, (now, now))
            if now < until - 0.05 and now - at > UNDER_WAY:
                self.early.append(f"{key}: {until - now:.2f} s early")


def _wait(seen: deque[float], most: int, span: float, now: float) -> float:
    while seen and now - seen[0] > MINUTE:
        seen.popleft()
    inside = [at for at in seen if now - at < span]
    return 0.0 if len(inside) < most else inside[-most] + span - now


class StrictTelegram(TelegramServer):
    """Enforces its limits. `throttled` chats also meet refusals and silences by chance."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.limits = Limits()
        self.throttled: frozenset[int] = frozenset()
        self.refusals, self.silences, self.silence = 0.0, 0.0, 12.0
        self.flooded_until = 0.0  # of the machine's monotonic clock: nobody is served before
        self.silent = 0
        self._chance = random.Random(seed)

    @override
    def fault_of(self, request: Request) -> Fault | None:
        planned = super().fault_of(request)
        chat = request.params.get("chat_id")
        if planned is not None or not _posts(request) or chat not in self.throttled:
            return planned
        with self._change:
            if self._chance.random() >= self.silences:
                return None
            self.silent += 1
            arrived = self._chance.random() < 0.5
        cut = not self.silence
        return Fault(request.method, status=500, applied=arrived, delay=self.silence, reset=cut)

    @override
    def _done(self, request: Request) -> Any:
        if _posts(request):
            self._admit(int(request.params["chat_id"]))
        return super()._done(request)

    def _admit(self, chat: int) -> None:
        """Raises Refused, with a 429."""
        left = self.flooded_until - time.monotonic()
        if left > 0:
            raise _flood(self.limits.tell("bot", left))
        wait = self.limits.take({str(chat): GROUP if chat < 0 else PRIVATE, "bot": BOT})
        if wait:
            raise _flood(wait)
        if chat in self.throttled and self._chance.random() < self.refusals:
            raise _flood(self.limits.tell(str(chat), self._chance.choice((1, 2, 3))))


def _posts(request: Request) -> bool:
    return request.method.startswith("send")


def _flood(seconds: int) -> Refused:
    parameters: Params = {"retry_after": seconds}
    return Refused(429, f"Too Many Requests: retry after {seconds}", parameters)


class StrictSlack(SlackServer):
    """Enforces its limits a channel, a method and a workspace."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__()
        self.limits = Limits()
        self.refusals = 0.0  # of the requests with a limit, on purpose
        self._chance = random.Random(seed)

    @override
    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        keys: dict[str, Windows] = {}
        if method == "chat.postMessage":
            body = await request.json()
            keys = {str(body.get("channel")): CHANNEL, "workspace": WORKSPACE}
        elif method in TIERS:
            keys = {method: ((TIERS[method], MINUTE),)}
        wait = self.limits.take(keys) if keys else 0
        if keys and not wait and self._chance.random() < self.refusals:
            wait = self.limits.tell(next(iter(keys)), self._chance.choice((1, 2, 3)))
        if wait:
            return await self._fail(request, method, {}, SlackFault.rate(str(wait)))
        return await super()._api(request)
