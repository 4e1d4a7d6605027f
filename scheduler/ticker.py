"""The bell: APScheduler rings the caretakers' run_once; it decides and remembers nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from policy.errors import Outage
from scheduler import dispatch, sweeps, timers
from scheduler.counts import Counts
from scheduler.desk import Desk
from scheduler.trace import at

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """One caretaker: `seconds` between two rings, a little more or less by `jitter`."""

    name: str
    run: Callable[[Desk], Awaitable[Counts]]
    seconds: float
    jitter: float = 0.0


ROUNDS = (
    Round("timers", timers.run_once, 2.0, 0.2),
    Round("leases", sweeps.rescue, 3.0, 0.5),
    Round("sweeps", sweeps.run_once, 15.0, 3.0),
)


class Ticker:
    """Rings in this process. Any number of replicas may ring: the rows decide who acts."""

    def __init__(self, desk: Desk, rounds: tuple[Round, ...] = ROUNDS) -> None:
        self._desk = desk
        self._rounds = rounds
        self._running: dict[str, asyncio.Task[None]] = {}
        self._sender: asyncio.Task[None] | None = None
        self._bell = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin to ring and to send; the first round of each caretaker starts at once."""
        self._sender = asyncio.create_task(dispatch.serve(self._desk))
        for each in self._rounds:
            self._bell.add_job(
                self._ring, "interval", args=(each,), seconds=each.seconds, jitter=each.jitter
            )
        self._bell.start()
        for each in self._rounds:
            self._begin(each)

    async def stop(self, grace: float = 20.0) -> None:
        """Ring no more, let what runs end, send what is under way. Safe to call twice.

        APScheduler's own shutdown would cancel a running job in mid-turn; so the jobs are ours.
        """
        if self._bell.running:
            self._bell.shutdown(wait=False)
        await self._rest(grace / 4)
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
            self._sender = None
        await dispatch.finish(self._desk, grace * 3 / 4)

    async def _rest(self, patience: float) -> None:
        """Let rounds end. One with much to do is left there: its turn goes on to its own end in
        the database's thread, and what it did not reach is still due at the next start."""
        running = set(self._running.values())
        if not running:
            return
        _, busy = await asyncio.wait(running, timeout=patience)
        for round_ in busy:
            round_.cancel()
        await asyncio.gather(*busy, return_exceptions=True)

    async def _ring(self, each: Round) -> None:
        self._begin(each)

    def _begin(self, each: Round) -> None:
        """Start a round unless the last one still runs."""
        if each.name in self._running:
            return
        task = asyncio.create_task(self._run(each))
        self._running[each.name] = task
        task.add_done_callback(lambda _: self._running.pop(each.name, None))

    async def _run(self, each: Round) -> None:
        try:
            with at(round=each.name):
                await each.run(self._desk)
        except Outage as error:
            log.warning("round put off", extra={"round": each.name, "error": str(error)})
        except Exception:
            log.exception("round failed", extra={"round": each.name})
        else:
            self._desk.meter.success(each.name, self._desk.clock.now())
