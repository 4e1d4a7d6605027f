"""A desk that was down for hours listens first: `radica up` itself, between two platforms."""

from datetime import timedelta

from store.turn import Turn
from tests.live.live import POLLING, SOCKET, TUESDAY, Live, Ways
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer

WAYS = Ways(POLLING, SOCKET)


async def test_overdue_timers_wait_until_people_were_heard(
    platforms: tuple[TelegramServer, SlackServer], sqlite_url: str
) -> None:
    def arm(turn: Turn) -> None:
        turn.timers.set("talk.nudge", "1", turn.now + timedelta(hours=1))

    async with Live(*platforms, sqlite_url, WAYS, {}) as live:
        talk = await live.app.desk.run(
            lambda turn: turn.conversations.at("telegram", "777", "700", "700")
        )
        assert talk.id == 1
        await live.app.desk.run(arm)
        assert live.app.desk.presence.listens_until is None
    async with Live(*platforms, sqlite_url, WAYS, {}, now=TUESDAY + timedelta(hours=3)) as live:
        desk = live.app.desk
        until = desk.presence.listens_until
        assert until == TUESDAY + timedelta(hours=3, minutes=2)
        await live.until(lambda: "timers" in desk.meter.succeeded_at, "a round of the timers")
        assert await desk.read(lambda turn: turn.timers.of("1"))
        await live.waits(minutes=3)
        assert not await desk.read(lambda turn: turn.timers.of("1"))
