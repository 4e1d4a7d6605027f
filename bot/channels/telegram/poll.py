"""Our own getUpdates loop: an update is confirmed only after its turn was committed.

One poller a bot, under a lease; a crash between fetch and commit fetches the same updates again
(F12), and the inbox knows those that were committed after all. An offset belongs to the tenure in
which it was found: a poller that was stopped past its lease and goes on confirms nothing (F49).
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from telegram.error import Conflict

from bot.channels.health import Health
from bot.channels.telegram.door import Door
from bot.channels.telegram.fields import ParseFault
from bot.channels.telegram.outcome import outcome_of
from bot.channels.telegram.parse import UPDATES
from handlers.inbound import Inbound
from policy.errors import Outage
from scheduler.channel import Result

log = logging.getLogger(__name__)

T = TypeVar("T")


class Lease(Protocol):
    """The right to poll, which one process of all holds. Once taken it is renewed by itself."""

    @property
    def held(self) -> bool:
        """Whether nobody else can have it now."""
        ...

    @property
    def fence(self) -> int:
        """The number of this tenure; it moves when somebody else may have polled in between."""
        ...

    async def hold(self) -> bool:
        """Take it, or go on keeping it. False while another process has it. Raises Outage."""
        ...

    async def over(self) -> None:
        """Wait until it is held no more."""
        ...

    async def release(self) -> None:
        """Give it back, so that a successor need not wait for it to run out."""
        ...


class Caller(Protocol):
    """A raw Bot API client."""

    async def call(
        self, method: str, params: dict[str, Any], *, patience: float | None = None
    ) -> Any:
        """The result of one request."""
        ...


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """Seconds. The pauses after failures double from `first` to `longest`."""

    poll: int = 25
    standby: float = 2.0
    first: float = 1.0
    longest: float = 60.0
    refused: float = 60.0  # between two tries with a token that Telegram refuses
    goodbye: float = 3.0  # for the answer to the last request


@dataclass(frozen=True)
class _Step:
    """One update of a batch, read."""

    ident: int
    raw: Any
    event: Inbound | None = None
    fault: str = ""


class Poller:
    """Fetches, hands over, confirms; until stopped."""

    def __init__(
        self, caller: Caller, door: Door, lease: Lease, rhythm: Rhythm | None = None
    ) -> None:
        self._caller = caller
        self._door = door
        self._lease = lease
        self._rhythm = rhythm or Rhythm()
        self._offset: int | None = None
        self._fence = 0  # of the tenure in which the offset was found
        self._failures = 0
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._prepared = False
        self.health = Health("stopped")

    def start(self) -> None:
        """Begin to poll in a task of its own."""
        self._task = asyncio.create_task(self.run(), name="telegram-poll")

    async def stop(self) -> None:
        """Finish the batch in hand, confirm it, give the lease back. Safe to call twice."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def run(self) -> None:
        """Poll until stopped."""
        try:
            while not self._stopping.is_set():
                await self._until(asyncio.sleep(await self._round()), self._stopping.wait())
        finally:
            await self._leave()

    async def _leave(self) -> None:
        try:
            if self._offset is not None and self._lease.held:
                await self._fetch(wait=0, patience=self._rhythm.goodbye)
        except Exception as error:
            log.info("left without goodbye: %s", outcome_of(error).code)
        try:
            await self._lease.release()
        except Outage as error:
            log.info("the lease is left to run out: %s", error)
        self.health = Health("stopped")

    async def _round(self) -> float:
        """One fetch with all that follows. Returns the seconds to rest before the next."""
        try:
            if not await self._lease.hold():
                self._offset = None  # whoever polls now moves it
                self.health = Health("ok", "standby: another process polls")
                return self._rhythm.standby
            await self._prepare()
            fetching = self._fetch(wait=self._rhythm.poll, patience=self._rhythm.poll + 10)
            batch = await self._until(fetching, self._stopping.wait(), self._lease.over())
            if batch and self._lease.held:
                await self._hand_over(batch)
        except Exception as error:
            return self._trouble(error)
        self._failures = 0
        self.health = Health("ok")
        return 0.0

    async def _prepare(self) -> None:
        """A webhook left set would make every getUpdates a 409. What is pending stays pending."""
        if not self._prepared:
            await self._caller.call("deleteWebhook", {"drop_pending_updates": False})
            self._prepared = True

    async def _fetch(self, *, wait: int, patience: float) -> list[Any]:
        """The next batch; asking for it confirms what is below the offset."""
        if self._fence != self._lease.fence:
            self._offset, self._fence = None, self._lease.fence
        if not self._lease.held:
            raise Outage("the right to poll ran out")
        params: dict[str, Any] = {"timeout": wait, "allowed_updates": list(UPDATES)}
        if self._offset is not None:
            params["offset"] = self._offset
        batch = await self._caller.call("getUpdates", params, patience=patience)
        if not isinstance(batch, list):
            raise Outage("getUpdates gave no list")
        if not batch:
            # All is confirmed. Ids start anew at random after a quiet week: hold no old one (F11).
            self._offset = None
        return batch

    async def _hand_over(self, batch: Sequence[Any]) -> None:
        """Chats side by side, each in order; confirm up to the first that was not committed."""
        steps = [step for raw in batch if (step := await self._read(raw)) is not None]
        lanes: dict[str, list[_Step]] = {}
        for step in steps:
            lane = step.event.address.chat if step.event else f"update {step.ident}"
            lanes.setdefault(lane, []).append(step)
        undone = await asyncio.gather(*(self._walk(lane) for lane in lanes.values()))
        failed = [ident for ident in undone if ident is not None]
        if failed:
            self._offset = min(failed)
            raise Outage("an update was not committed")
        if not steps:
            raise Outage("no update of the batch has an id")
        self._door.points("before_ack")
        self._offset = max(step.ident for step in steps) + 1

    async def _read(self, raw: Any) -> _Step | None:
        ident = raw.get("update_id") if isinstance(raw, Mapping) else None
        if not isinstance(ident, int) or isinstance(ident, bool):
            await self._door.set_aside(raw, "no update_id")
            return None
        try:
            return _Step(ident, raw, self._door.read(raw))
        except ParseFault as fault:
            return _Step(ident, raw, fault=str(fault))

    async def _walk(self, lane: Sequence[_Step]) -> int | None:
        """The id of the first update that was not committed, or None."""
        for step in lane:
            try:
                await self._take(step)
            except Outage as outage:
                log.warning("update %s waits: %s", step.ident, outage)
                return step.ident
        return None

    async def _take(self, step: _Step) -> None:
        if step.fault:
            await self._door.set_aside(step.raw, step.fault)
        elif step.event is not None:
            await self._door.take(step.event)

    def _trouble(self, error: Exception) -> float:
        """What a failed round means for health, and how long to rest."""
        self._failures += 1
        pause = min(self._rhythm.first * 2 ** (self._failures - 1), self._rhythm.longest)
        if isinstance(error, Conflict):
            self.health = Health("degraded", "409: another process polls, or a webhook is set")
            log.warning("getUpdates conflict, waiting %.0f s", pause)
            return pause
        if isinstance(error, Outage):
            self.health = Health("degraded", str(error))
            return pause
        outcome = outcome_of(error)
        if outcome.result is Result.AUTH:
            self.health = Health("down", outcome.code)
            return self._rhythm.refused
        self.health = Health("degraded", outcome.code)
        log.warning("getUpdates failed: %s", outcome.code)
        return max(pause, min(outcome.retry_after or 0.0, self._rhythm.longest))

    async def _until(self, work: Awaitable[T], *ends: Awaitable[object]) -> T | None:
        """The work's result, or None when an end came first. Updates not fetched stay there."""
        doing = asyncio.ensure_future(work)
        ending = [asyncio.ensure_future(end) for end in ends]
        try:
            await asyncio.wait({doing, *ending}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            for end in ending:
                end.cancel()
            if not doing.done():
                doing.cancel()
                await asyncio.wait({doing})
