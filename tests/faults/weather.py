"""What goes wrong between the desk and its platforms, by chance, until it is told to stop."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.platforms import slack, telegram_api

SENDING, ASKING, STARTING = "sending", "asking", "starting"
SHARE = {SENDING: 0.10, ASKING: 0.03, STARTING: 0.004}  # of the requests that meet a fault
STARTS = frozenset(
    {"getMe", "setWebhook", "deleteWebhook", "auth.test", "apps.connections.open", "getUpdates"}
)
ASKS = frozenset({"users.info", "conversations.history", "conversations.replies", "getFile"})
FATES: Mapping[str, float] = {
    "cut": 0.02,  # the connection breaks half way through the event
    "lost": 0.04,  # the answer never arrives
    "overlap": 0.03,  # sent again before the first was answered
    "twice": 0.04,  # sent again although it was acknowledged
    "late": 0.06,  # overtaken by what came after it
}

TelegramFault = Callable[["Weather", str], telegram_api.Fault]
SlackFault = Callable[["Weather"], slack.Fault]

TELEGRAM: Mapping[str, TelegramFault] = {
    "429": lambda w, m: _refused(m, 429, {"retry_after": w.random.randint(1, 3)}),
    "429 without delay": lambda w, m: _refused(m, 429),
    "500": lambda w, m: _refused(m, 502),
    "500 after accepting": lambda w, m: telegram_api.Fault(m, status=500, applied=True),
    "reset after accepting": lambda w, m: telegram_api.Fault(m, reset=True),
    "garbage": lambda w, m: telegram_api.Fault(m, body=b"<html>bad gateway</html>"),
    "delay": lambda w, m: telegram_api.Fault(m, delay=w.random.uniform(0.02, 0.4)),
}
SLACK: Mapping[str, SlackFault] = {
    "429": lambda w: slack.Fault.rate(str(w.random.randint(1, 3))),
    "429 without delay": lambda w: slack.Fault.rate(None),
    "500": lambda w: slack.Fault.http(503, after=False),
    "500 after accepting": lambda w: slack.Fault.http(500),
    "reset": lambda w: slack.Fault.reset(after=False),
    "reset after accepting": lambda w: slack.Fault.reset(),
    "garbage": lambda w: slack.Fault.garbage("<html>oops</html>"),
    "internal_error": lambda w: slack.Fault.error("internal_error", after=True),
    "delay": lambda w: slack.Fault.slow(w.random.uniform(0.02, 0.4)),
}


class Weather:
    """Decides by a seed; `calm` heals everything. `counts` says what went wrong how often."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.calm = False
        self.counts: Counter[str] = Counter()

    def on_telegram(self, method: str) -> telegram_api.Fault | None:
        """How the next request of a method goes wrong, if it does."""
        kind = self._struck(method, [*TELEGRAM])
        return TELEGRAM[kind](self, method) if kind else None

    def on_slack(self, method: str) -> slack.Fault | None:
        """How the next call of a method goes wrong, if it does."""
        kind = self._struck(method, [*SLACK])
        return SLACK[kind](self) if kind else None

    def fate(self) -> str:
        """What becomes of the next event on its way to the desk; "" for nothing unusual."""
        if self.calm:
            return ""
        drawn = self.random.random()
        for fate, share in FATES.items():
            drawn -= share
            if drawn < 0:
                self.counts[f"event {fate}"] += 1
                return fate
        return ""

    def chance(self, share: float, name: str) -> bool:
        """Whether something happens that this share of the times happens."""
        happens = not self.calm and self.random.random() < share
        if happens:
            self.counts[name] += 1
        return happens

    def _struck(self, method: str, kinds: list[str]) -> str:
        kind = STARTING if method in STARTS else ASKING if method in ASKS else SENDING
        if self.calm or self.random.random() >= SHARE[kind]:
            return ""
        drawn = self.random.choice(kinds)
        self.counts[drawn] += 1
        return drawn


def _refused(
    method: str, status: int, parameters: dict[str, Any] | None = None
) -> telegram_api.Fault:
    return telegram_api.Fault(method, status=status, parameters=parameters)
