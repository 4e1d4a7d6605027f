"""A desk among its platforms: events on their way, a process that may die, a clock that is told."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from handlers.inbound import Commanded, Inbound, Pressed, Receipt, ShowForm, Submitted
from policy.errors import Outage
from scheduler import dispatch, drive, sweeps, timers
from scheduler.clock import VirtualClock
from scheduler.counts import Counts
from scheduler.desk import Desk
from store.errors import StaleTurn
from store.tables import inbox, outbox, tickets
from store.tables import timers as timer_rows
from store.turn import Turn
from tests.machine.bases import Base
from tests.machine.cast import SUR, TEAM, TELEGRAM, UNPAID, settle_in
from tests.machine.life import Crash
from tests.machine.platforms import Platform
from tests.machine.processes import Processes
from tests.machine.tally import Tally

MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # 8:30 in Bogota
REMEMBERED = timedelta(days=7)  # for so long a platform may deliver an event again
MOST_ROUNDS = 500
FAILS = (Crash, Outage, StaleTurn)  # how a caretaker may end, to begin again


@dataclass(eq=False)
class Event:
    """Something on its way to the desk; a platform delivers it until it is acknowledged."""

    inbound: Inbound
    acked_at: datetime | None = None

    @property
    def once(self) -> bool:
        """Slack says that a press, a command or a form failed, and never sends it again."""
        one_shot = isinstance(self.inbound, Pressed | Commanded | Submitted)
        return one_shot and self.inbound.address.channel == "slack"

    @property
    def key(self) -> tuple[str, str, str]:
        """Its key in the inbox."""
        address = self.inbound.address
        return address.channel, address.account, self.inbound.key


@dataclass(frozen=True)
class OpenForm:
    """A form that stands open before somebody."""

    asked: Inbound
    shown: ShowForm


class Town:
    """Everything around the desk."""

    def __init__(self, base: Base, policy: str) -> None:
        self.base = base
        self.clock = VirtualClock(MONDAY)
        self.telegram = Platform("telegram", TELEGRAM, self.clock.now)
        self.slack = Platform("slack", TEAM, self.clock.now)
        self.under_way: dict[str, deque[Event]] = {}  # by chat, in order
        self.acked: list[Event] = []
        self.forms: list[OpenForm] = []
        self.processes = Processes(base, self.clock, self.platforms, policy)
        self.faults: list[str] = []
        self._count = 0

    @property
    def now(self) -> datetime:
        """The town's time."""
        return self.clock.now()

    @property
    def desk(self) -> Desk:
        """The process that serves now."""
        return self.processes.desk

    @property
    def tally(self) -> Tally:
        """What this run went through."""
        return self.processes.tally

    @property
    def platforms(self) -> tuple[Platform, Platform]:
        """Both."""
        return self.telegram, self.slack

    async def found(self) -> None:
        """People move in."""
        await self.desk.run(settle_in)
        await self.processes.begins()

    def next(self) -> int:
        """A number nobody has used."""
        self._count += 1
        return self._count

    def heals(self) -> None:
        """Nothing else goes wrong from now on."""
        self.processes.life.end_at("", 0)
        for platform in self.platforms:
            platform.script.clear()

    async def pays(self, paid: bool) -> None:
        """The old invoice is paid, or it turns out that it was not."""
        number, issued = UNPAID
        day = self.now.date() if paid else None

        def record(turn: Turn) -> None:
            owing = turn.people.organisation_named(SUR)
            if owing is not None:
                turn.people.add_invoice(owing.id, number, issued, day)

        await self.processes.does(lambda desk: _counted(desk.run(record)))

    async def waiting(self) -> int:
        """Letters that have not ended."""
        return await self.desk.read(lambda turn: turn.outbox.pending_count())

    # Events

    def sends(self, inbound: Inbound) -> None:
        """Somebody did something; it is on its way."""
        self.under_way.setdefault(_way(inbound), deque()).append(Event(inbound))

    async def arrives(self, chat: str = "") -> None:
        """What is on its way reaches the desk, in order; from one chat, or from all."""
        for way in [chat] if chat else sorted(self.under_way):
            waiting = self.under_way.get(way, deque())
            while waiting:
                if await self._hand_over(waiting[0]) or waiting[0].once:
                    waiting.popleft()
            self.under_way.pop(way, None)

    async def together(self, inbounds: list[Inbound]) -> None:
        """A burst: the platform does not wait for one before it delivers the next."""
        ways = [(Event(inbound), self.desk) for inbound in inbounds]
        took = await asyncio.gather(*(self._receive(event) for event, _ in ways))
        if any(crash for _, crash in took):
            await self.processes.dies()
        self._took(ways, took)

    async def storm(self, inbounds: list[Inbound]) -> None:
        """Everything at once on two replicas: each event at either, the first at both, while
        timers fire and letters leave."""
        life, twin = self.processes.born()
        desks = (self.desk, twin)
        events = [Event(inbound) for inbound in inbounds]
        ways = [(event, desks[place % 2]) for place, event in enumerate(events)]
        ways += [(event, twin) for event in events[:1]]
        caretakers = [work(desk) for desk in desks for work in (timers.run_once, dispatch.run_once)]
        took, done = await asyncio.gather(
            asyncio.gather(*(self._receive(event, desk) for event, desk in ways)),
            asyncio.gather(*caretakers, return_exceptions=True),
        )
        faults = [one for one in done if isinstance(one, BaseException)]
        self.faults += [f"{one!r} in a storm" for one in faults if not isinstance(one, FAILS)]
        await self.processes.bury(twin, life)
        if self.processes.life.over:
            await self.processes.dies()
        self._took(ways, took)

    def _took(self, ways: list[tuple[Event, Desk]], took: list[tuple[bool, bool]]) -> None:
        """What was acknowledged by anybody is kept; the rest comes again."""
        done = {id(event) for (event, _), (acked, _) in zip(ways, took, strict=True) if acked}
        for event in dict.fromkeys(event for event, _ in ways):
            if id(event) in done and not self._is_known(event):
                self.faults.append(f"{event.key} was acknowledged and is not kept")
            if id(event) not in done and not event.once:
                self.under_way.setdefault(_way(event.inbound), deque()).append(event)

    async def again(self, event: Event) -> None:
        """What was acknowledged is delivered once more: nothing may come of it."""
        if event.acked_at is None or self.now - event.acked_at > REMEMBERED:
            return
        before = self.base.counts()
        self.tally.again += 1
        await self._hand_over(event)
        after = self.base.counts()
        if before != after:
            told = {k: (before[k], after[k]) for k in after if before[k] != after[k]}
            self.faults.append(f"a second delivery of {event.key} changed {told}")

    async def _hand_over(self, event: Event) -> bool:
        """One delivery. True when it was acknowledged."""
        known = self._is_known(event)
        before, last = self._tickets(), self._last_letter()
        done, crash = await self._receive(event)
        opened = self._tickets() - before
        if opened > (0 if known else 1):
            self.faults.append(f"{event.key} opened {opened} tickets, known before: {known}")
        self.faults += self._more_than_one_answer(event, last)
        if done and not self._is_known(event):
            self.faults.append(f"{event.key} was acknowledged and is not kept")
        if crash:
            await self.processes.dies()
        return done

    async def _receive(self, event: Event, desk: Desk | None = None) -> tuple[bool, bool]:
        """Whether it was acknowledged, and whether the process died of it."""
        self.tally.events += 1
        here = desk or self.desk
        acked = False
        try:
            receipt = await here.receive(event.inbound)
            acked = True
            self._notice(event, receipt)
            await here.show(receipt, event.inbound)
        except Crash:
            return acked, True
        except Outage:
            return acked, False
        return True, False

    def _notice(self, event: Event, receipt: Receipt) -> None:
        """The acknowledgement is out; a form may have opened."""
        if event.acked_at is None:
            self.acked.append(event)
        event.acked_at = self.now
        if isinstance(receipt, ShowForm):
            self.forms.append(OpenForm(event.inbound, receipt))

    def _more_than_one_answer(self, event: Event, last: int) -> Iterator[str]:
        """U3: one event, one bubble in the chat that it came from; marks and edits apart."""
        address = event.inbound.address
        said = self.base.rows(
            select(outbox.c.key).where(
                outbox.c.id > last,
                outbox.c.channel == address.channel,
                outbox.c.chat == address.chat,
                outbox.c.kind.not_in(("mark", "delete", "home")),
                outbox.c.state != "expired",
            )
        )
        if address.private and len(said) > 1:
            yield f"{event.key} was answered with {[row.key for row in said]}"

    def _last_letter(self) -> int:
        return int(self.base.rows(select(func.max(outbox.c.id)))[0][0] or 0)

    def _tickets(self) -> int:
        return int(self.base.rows(select(func.count()).select_from(tickets))[0][0])

    def _is_known(self, event: Event) -> bool:
        channel, account, key = event.key
        found = select(inbox.c.key).where(
            inbox.c.channel == channel, inbox.c.account == account, inbox.c.key == key
        )
        return bool(self.base.rows(found))

    # Time

    async def works(self, *, sweep: bool = False) -> None:
        """Timers fire and letters leave, until nothing is left that may be done now."""
        for _ in range(MOST_ROUNDS):
            done = await self._fires()
            done += await self.processes.does(dispatch.run_once)
            if sweep:
                done += await self.processes.does(sweeps.run_once)
            if not done:
                return
        self.faults.append("the desk never came to rest")

    async def passes(self, span: timedelta) -> None:
        """Time passes, with a stop at every moment at which something falls due."""
        to = self.now + span
        await self.works()
        while (due := await drive.next_due(self.desk)) is not None and due <= to:
            self._reach(due)
            await self.works(sweep=True)
        self._reach(to)
        await self.works(sweep=True)

    def _reach(self, moment: datetime) -> None:
        """The clock moves, and the desk was there all the while."""
        self.clock.reach(moment)
        self.desk.presence.moved(self.now)

    async def _fires(self) -> Counts:
        """Exactly what is due fires, and none of it stays, unless people are heard out first."""
        due = self._due()
        life = self.processes.life
        done = await self.processes.does(timers.run_once)
        listens = self.desk.presence.listens_until
        if life is not self.processes.life or (listens is not None and self.now < listens):
            return done
        if done.done and not due:
            self.faults.append("a timer fired before its time")
        left = due & self._due()
        if left:
            self.faults.append(f"due timers stayed: {sorted(left)}")
        return done

    def _due(self) -> set[int]:
        found = select(timer_rows.c.id).where(timer_rows.c.due_at <= self.now)
        return {row.id for row in self.base.rows(found)}


async def _counted(work: Awaitable[None]) -> Counts:
    await work
    return Counts(done=1)


def _way(inbound: Inbound) -> str:
    address = inbound.address
    return f"{address.channel}:{address.chat}"
