"""The one place that joins the rooms: plain constructor calls, then start and stop in order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.accounts import LOCAL, house
from bot.broadcast import Broadcast
from bot.channels.local import Hands, LocalSlack, LocalTelegram, Shelf, Wall
from bot.platforms import Platform
from bot.reports.attach import Illustrator
from bot.reports.studio import Studio
from bot.settings import Settings
from handlers import policy_news
from handlers.letters.letter import LetterFile
from kb.library import shelved
from kb.shelf import knowledge
from policy.errors import Outage
from policy.pack import load
from scheduler import drive, learning, presence
from scheduler.channel import Channel
from scheduler.clock import Clock, OffsetClock, ServerClock, SteadyClock, SystemClock
from scheduler.desk import Desk, Parts
from scheduler.points import Points, nowhere
from scheduler.second_reader import SecondReader
from scheduler.ticker import Ticker
from store.database import Database
from store.turn import Turns

if TYPE_CHECKING:
    from bot.platforms.slack import SlackPlatform
    from bot.platforms.telegram import TelegramPlatform

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds between two tries at a platform that is away
FOLLOW = 10.0  # seconds between two looks at the database's clock, in every role
STOPPING = 22.0  # seconds from the signal to the last commit; platforms kill after 25 or 30


class App:
    """A whole desk: database, channels, time. `desk` may be driven without starting it."""

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        database: Database,
        studio: Studio,
        *,
        role: str = "all",
    ) -> None:
        self.settings = settings
        self.role = role
        self.desk = desk
        self.database = database
        self.studio = studio
        self.moved = Broadcast()  # a local wall changed
        self.hands: Hands | None = None  # the local desk's people; None with a platform's token
        self.telegram: TelegramPlatform | None = None
        self.slack: SlackPlatform | None = None
        self.ticker = Ticker(desk)
        self.follow = FOLLOW
        self.look = learning.LOOK
        self._beside: set[asyncio.Task[None]] = set()  # goes on until the stop
        self._started = False
        self._stop_by: float | None = None

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Those with a token."""
        return tuple(each for each in (self.telegram, self.slack) if each is not None)

    @property
    def local(self) -> bool:
        """Whether this is a desk of invented people, whose clock may be moved."""
        return not self.settings.connected

    async def prepare(self) -> None:
        """Bring the database up to date and the clock to where it was left. Raises Outage."""
        await asyncio.to_thread(self.database.migrate)
        await self._set_clock()

    async def start(self) -> None:
        """Everything that runs by itself. Raises SetupFault, Outage (the database)."""
        await self.prepare()
        await learning.follow(self.desk)
        self._started = True
        away = [each for each in self.platforms if not await self._begin(each)]
        if self.role != "web":
            if not self.local:
                await presence.attend(self.desk)
            self.ticker.start()
            await self.desk.run(policy_news.look)
        self.desk.warm_up()
        self._go_on(self._follow_clock())
        self._go_on(self._learn())
        for platform in away:
            self._go_on(self._keep_trying(platform))

    def refuse(self) -> None:
        """Take no more events, from now on: a signal to stop came. What was taken goes on."""
        if self._stop_by is None:
            self._stop_by = asyncio.get_running_loop().time() + STOPPING
        self.desk.refuse()

    async def stop(self) -> None:
        """In reverse: no new events, finish what was taken, send it, let go. Safe to call twice.

        All of it ends in time: what a platform or a database that is away would hold up is left
        to its lease, or comes again.
        """
        self.refuse()
        for task in self._beside:
            task.cancel()
        await self._within(0.25, *(platform.close() for platform in self.platforms))
        await self._within(0.5, self.desk.drain())
        if self._started:
            await self.ticker.stop(self._left() * 0.6)
        await self._within(0.8, *(each.stop() for each in self.desk.channels.values()))
        await asyncio.to_thread(self.studio.close)
        await asyncio.to_thread(self.database.close)

    def _left(self) -> float:
        """Seconds of the time for stopping that are left."""
        ends = self._stop_by or 0.0
        return max(0.5, ends - asyncio.get_running_loop().time())

    async def _within(self, share: float, *works: Coroutine[Any, Any, None]) -> None:
        """Side by side, in this share of what is left; faults are told, and hold up nothing."""
        if not works:
            return
        tasks = [asyncio.create_task(work, name=repr(work)) for work in works]
        _, late = await asyncio.wait(tasks, timeout=self._left() * share)
        for task in late:
            log.warning("not stopped in time", extra={"what": task.get_name()})
            task.cancel()
        for fault in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(fault, Exception):
                log.error("not stopped cleanly", exc_info=fault)

    def _go_on(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _begin(self, platform: Platform) -> bool:
        """Check the token and begin to take events. False while the platform is away."""
        channel = platform.channel
        try:
            await channel.start()
            await self.desk.run(
                lambda turn: turn.outbox.resume_account(channel.name, channel.account)
            )
            self._know_names()
            await platform.open(listen=self.role != "web")
        except Outage as error:
            log.warning("%s is away, trying again: %s", channel.name, error)
            return False
        return True

    async def _keep_trying(self, platform: Platform) -> None:
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(pause)
            try:
                if await self._begin(platform):
                    return
            except Exception:
                log.exception("%s cannot be opened", platform.channel.name)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _know_names(self) -> None:
        """The bot's public name is known once Telegram has answered; invitation links need it."""
        if self.telegram is not None and self.telegram.channel.username:
            turns = self.desk.turns
            known = replace(turns.house, telegram_bot=self.telegram.channel.username)
            self.desk.turns = replace(turns, house=known)

    async def _follow_clock(self) -> None:
        """Stay with the others' time: the server's clock, and by how much it was moved."""
        if server_clock(self.desk.clock) is None:
            return
        while True:
            await asyncio.sleep(self.follow)
            try:
                await self._set_clock()
            except Outage as error:
                log.info("the clock goes on by itself", extra={"error": str(error)})
            except Exception:
                log.exception("the clock was not set")

    async def _learn(self) -> None:
        """What a supervisor accepts or takes back holds here too, within seconds."""
        while True:
            await asyncio.sleep(self.look)
            try:
                await learning.follow(self.desk)
            except Outage as error:
                log.info("the phrases stay as they are", extra={"error": str(error)})
            except Exception:
                log.exception("the phrases were not read")

    async def _set_clock(self) -> None:
        """The database server's time, where there is one; moved where this desk's clock was."""
        clock = self.desk.clock
        server = server_clock(clock)
        if server is not None:
            asked_at = server.unmoved()
            there = await asyncio.wrap_future(self.database.now_there())
            if there is not None:
                server.correct(there, asked_at)
        if isinstance(clock, OffsetClock):
            kept = await self.desk.read(lambda turn: turn.settings.get(drive.OFFSET, 0.0))
            clock.offset = max(clock.offset, timedelta(seconds=float(kept)))


def assemble(
    settings: Settings,
    *,
    clock: Clock | None = None,
    points: Points | None = None,
    channels: Mapping[tuple[str, str], Channel] | None = None,
    fast: bool = False,
    role: str = "all",
    studio: Studio | None = None,
) -> App:
    """Build a desk. Nothing is started, no table is touched, no network is used.

    `channels` replaces every platform and stand-in; `fast` is for throw-away databases;
    `studio` may be one that is warm already. A desk of the role "web" takes events and answers
    pages, one of the role "worker" sends and keeps time; polling and sockets belong to the worker.
    Raises PackFaults for a policy that is wrong, SetupFault for a token that cannot be one.
    """
    book = load(settings.policy, shelved)
    url = settings.database_url.get_secret_value()
    time = clock or default_clock(settings)
    database = Database.open(url, clock=time.now, fast=fast)
    library, reader = knowledge(book)
    studio = studio or Studio()
    ways: dict[tuple[str, str], Channel] = dict(channels or {})
    desk = Desk(
        Parts(
            turns=Turns(database, book, time.now, house(settings)),
            book=book,
            library=library,
            reader=reader,
            channels=ways,
            clock=time,
            points=points or nowhere,
            finisher=Illustrator(studio),
            second=SecondReader.where_it_helps(book),
        )
    )
    app = App(settings, desk, database, studio, role=role)
    if channels is None:
        _join(app, ways)
    return app


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """The desk from start to a clean stop, also when the start fails half way."""
    try:
        await app.start()
        yield app
    finally:
        await app.stop()


def default_clock(settings: Settings) -> Clock:
    """The machine's; corrected by a server's; movable while no platform is connected."""
    url = settings.database_url.get_secret_value()
    system: Clock = SystemClock()
    if not url.startswith("sqlite"):
        system = ServerClock(SteadyClock(system))
    return system if settings.connected else OffsetClock(system)


def server_clock(clock: Clock) -> ServerClock | None:
    """The clock that follows the database's, if there is one underneath."""
    under = clock.base if isinstance(clock, OffsetClock) else clock
    return under if isinstance(under, ServerClock) else None


def files_folder(settings: Settings) -> Path:
    """Where a local desk keeps the files that its people attach: beside its database."""
    url = settings.database_url.get_secret_value()
    if not url.startswith("sqlite:///"):
        return Path("var/files")
    return Path(url.removeprefix("sqlite:///")).parent / "files"


def _join(app: App, ways: dict[tuple[str, str], Channel]) -> None:
    """The channels: real ones where there is a token, the console's stand-ins elsewhere."""
    settings, desk = app.settings, app.desk

    def source(file: LetterFile) -> AsyncIterator[bytes]:
        return ways[(file.channel, file.account)].fetch(file)

    shelf = Shelf(files_folder(settings))
    phone = LocalTelegram(Wall("telegram", desk.turns, shelf, app.moved.ring))
    workroom = LocalSlack(Wall("slack", desk.turns, shelf, app.moved.ring))
    if settings.telegram_bot_token is not None:
        from bot.platforms.telegram import TelegramPlatform

        app.telegram = TelegramPlatform(settings, desk, source)
        ways[("telegram", app.telegram.channel.account)] = app.telegram.channel
    else:
        ways[("telegram", LOCAL)] = phone
    if settings.slack_bot_token is not None:
        from bot.platforms.slack import SlackPlatform

        app.slack = SlackPlatform(settings, desk, source)
        ways[("slack", app.slack.channel.account)] = app.slack.channel
    else:
        ways[("slack", LOCAL)] = workroom
    if app.local:
        app.hands = Hands(desk, phone, workroom)
