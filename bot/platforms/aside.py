"""Quarantine as the platforms' doors see it."""

from typing import Any

from scheduler.desk import Desk
from store.turn import Turn


class Aside:
    """Keeps an event that cannot be handled, once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(
        self, *, channel: str, account: str, key: str, kind: str, body: dict[str, Any]
    ) -> None:
        """Store it durably. Raises Outage."""

        def keep(turn: Turn) -> bool:
            is_new = turn.inbox.is_new(channel, account, key, turn.now)
            if is_new:
                turn.quarantine.add(channel=channel, account=account, key=key, kind=kind, body=body)
            return is_new

        if await self._desk.run(keep):
            self._desk.meter.add("events.quarantined")
