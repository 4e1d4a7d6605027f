"""Leases of a process: kept alive while something goes on, given back at once on a clean stop."""

import asyncio
import logging
from datetime import timedelta
from secrets import token_hex
from time import monotonic

from typing_extensions import override

from policy.errors import Outage
from scheduler.desk import Desk
from store.turn import Turn
from store.values import Lease

log = logging.getLogger(__name__)

LASTING = timedelta(seconds=12)  # how long a successor waits for one that was killed
EVERY = 3.0  # seconds between two renewals


class DatabaseLease:
    """One holder a name, whatever the number of replicas.

    While it is held it is renewed by itself. `held` is judged by this process's own unstoppable
    watch, from before the database was asked: a process that was stopped and goes on knows at
    once that its time is over. `fence` is the number of this tenure; it moves whenever somebody
    else may have held the lease in between.
    """

    def __init__(
        self, desk: Desk, name: str, *, lasting: timedelta = LASTING, every: float = EVERY
    ) -> None:
        self.fence = 0
        self.holder = token_hex(8)
        self.name = name
        self._desk = desk
        self._lasting = lasting
        self._every = every
        self._sure_until = 0.0
        self._over = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def held(self) -> bool:
        """Whether nobody else can have it now."""
        return monotonic() < self._sure_until

    async def hold(self) -> bool:
        """Take it, or go on keeping it. False while another process has it. Raises Outage."""
        if self._keeper is not None and self.held:
            return True
        if not await self._take():
            return False
        if self._keeper is None:
            self._over.clear()
            self._keeper = asyncio.create_task(self._keep(), name=f"lease {self.name}")
        return True

    async def over(self) -> None:
        """Wait until it is held no more."""
        await self._over.wait()

    async def release(self) -> None:
        """Give it back, so that a successor need not wait. Raises Outage."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        self._let_go()
        await self._desk.run(self.give_back)

    def renew(self, turn: Turn) -> Lease | None:
        """Inside the turn that takes or renews it."""
        return turn.leases.take(self.name, self.holder, self._lasting)

    def give_back(self, turn: Turn) -> None:
        """Inside the turn that ends it."""
        turn.leases.release(self.name, self.holder)

    async def _take(self) -> bool:
        asked = monotonic()
        lease = await self._desk.run(self.renew)
        if lease is None:
            self._let_go()
            return False
        self.fence = lease.fence
        self._sure_until = asked + self._lasting.total_seconds()
        return True

    async def _keep(self) -> None:
        """Renew until it is lost; a database that is away is asked again until time is up."""
        try:
            while self.held:
                await asyncio.sleep(self._every)
                await self._renewed()
        finally:
            self._let_go()
            self._keeper = None

    async def _renewed(self) -> None:
        try:
            if not await self._take():
                log.warning("lease lost", extra={"lease": self.name})
        except Outage as error:
            log.info("lease not renewed", extra={"lease": self.name, "error": str(error)})
        except Exception:
            log.exception("lease not renewed", extra={"lease": self.name})

    def _let_go(self) -> None:
        self._sure_until = 0.0
        self._over.set()


class Presence(DatabaseLease):
    """One of many that do the same: each has a lease of its own, and all are counted."""

    def __init__(
        self, desk: Desk, name: str, *, lasting: timedelta = LASTING, every: float = EVERY
    ) -> None:
        super().__init__(desk, name, lasting=lasting, every=every)
        self.together = 1  # this one counted
        self._all = f"{name}:"
        self.name = self._all + self.holder

    @override
    def renew(self, turn: Turn) -> Lease | None:
        """Take it, and count the others."""
        lease = super().renew(turn)
        self.together = max(1, turn.leases.living(self._all))
        return lease

    @override
    def give_back(self, turn: Turn) -> None:
        """A name that nobody will use again is forgotten."""
        turn.leases.drop(self.name)
