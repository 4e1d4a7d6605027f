"""The way in that polling and the webhook share: parse, one turn, then show what it answered."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.channels.aside import Aside, written
from bot.channels.call import Call
from bot.channels.telegram import show
from bot.channels.telegram.fields import ParseFault
from bot.channels.telegram.parse import inbound
from bot.channels.telegram.show import Shown
from handlers.inbound import Done, Inbound, Pressed, Receipt
from policy.errors import Outage
from scheduler.points import Points, nowhere
from scheduler.trace import at_event

log = logging.getLogger(__name__)

_TRIES = 3
_LAST_WORDS = 5.0  # seconds for receipts still being shown when the door closes


class Desk(Protocol):
    """What takes the events."""

    async def receive(self, inbound: Inbound) -> Receipt:
        """Returns after the commit. Raises Outage: nothing was stored, acknowledge nothing."""
        ...

    async def show(self, receipt: Receipt, inbound: Inbound) -> Shown:
        """The receipt in words."""
        ...


class Performer(Protocol):
    """The account's way of doing what may fail."""

    account: str
    username: str

    async def perform(self, calls: Iterable[Call]) -> Sequence[Call]:
        """Best effort; what certainly did not come to pass."""
        ...


class Door:
    """Hands updates to the desk, one effect each; the caller acknowledges when `take` returns."""

    def __init__(
        self,
        desk: Desk,
        channel: Performer,
        aside: Aside,
        now: Callable[[], datetime],
        points: Points = nowhere,
    ) -> None:
        self.points = points
        self._desk = desk
        self._channel = channel
        self._aside = aside
        self._now = now
        self._failures: dict[str, int] = {}
        self._showing: set[asyncio.Task[None]] = set()

    def read(self, update: Any) -> Inbound | None:
        """Raises ParseFault."""
        return inbound(
            update,
            account=self._channel.account,
            username=self._channel.username,
            received=self._now(),
        )

    async def take(self, event: Inbound) -> None:
        """Handle one event. Raises Outage when it must come again.

        Something that fails on its own, time after time, is set aside: no poison loop.
        """
        with at_event("telegram", self._channel.account, event.key):
            await self._take(event)

    async def _take(self, event: Inbound) -> None:
        if show.is_inert(event):
            self._show_soon(None, event)
            return
        try:
            receipt = await self._desk.receive(event)
        except Outage:
            raise
        except Exception as error:
            await self._failed(event, error)
            return
        self._failures.pop(event.key, None)
        if isinstance(event, Pressed) or not isinstance(receipt, Done):
            self._show_soon(receipt, event)

    async def set_aside(self, update: Any, reason: str) -> None:
        """Keep an update that could not be read. Raises Outage."""
        ident = update.get("update_id") if isinstance(update, dict) else None
        await self._keep(f"update:{ident}", ParseFault.__name__, written(update, reason))

    async def close(self) -> None:
        """Let receipts that are being shown finish, for a moment."""
        if self._showing:
            await asyncio.wait(set(self._showing), timeout=_LAST_WORDS)
        for task in self._showing:
            task.cancel()

    async def _failed(self, event: Inbound, error: Exception) -> None:
        log.error("event failed", exc_info=error)
        count = self._failures.get(event.key, 0) + 1
        self._failures[event.key] = count
        if count < _TRIES:
            raise Outage(f"event failed: {type(error).__name__}") from error
        await self._keep(event.key, type(event).__name__, {"reason": repr(error)})
        del self._failures[event.key]

    async def _keep(self, key: str, kind: str, body: dict[str, Any]) -> None:
        account = self._channel.account
        try:
            await self._aside(channel="telegram", account=account, key=key, kind=kind, body=body)
        except Outage:
            raise
        except Exception as error:
            raise Outage(f"not kept: {type(error).__name__}") from error

    def _show_soon(self, receipt: Receipt | None, event: Inbound) -> None:
        task = asyncio.create_task(self._show(receipt, event))
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)

    async def _show(self, receipt: Receipt | None, event: Inbound) -> None:
        try:
            shown = await self._desk.show(receipt, event) if receipt is not None else None
            undone = await self._channel.perform(show.calls(shown, event))
            await self._channel.perform(show.otherwise(undone, event))
        except Exception:
            log.warning("receipt not shown", exc_info=True)
