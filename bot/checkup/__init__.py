"""What the doctor finds: each check is a sentence, and where it hurts, what to do about it."""

from collections.abc import AsyncIterator

from bot.app import App
from bot.checkup import clocks, database, letters, setting
from bot.checkup.finding import FAULT, NOTE, OK, Finding
from policy.errors import Outage
from scheduler.channel import Channel, SetupFault

__all__ = ["FAULT", "NOTE", "OK", "Finding", "examine"]


async def examine(app: App, *, online: bool) -> AsyncIterator[Finding]:
    """Everything worth telling, the most basic first."""
    for finding in setting.program(app):
        yield finding
    fit = True
    async for finding in database.examine(app):
        fit = fit and finding.level != FAULT
        yield finding
    if fit and await database.is_ready(app):
        for finding in await app.desk.read(lambda turn: list(letters.examine(turn))):
            yield finding
    for finding in setting.settings(app):
        yield finding
    async for finding in clocks.examine(app, online=online):
        yield finding
    if online:
        async for finding in _platforms(app):
            yield finding


async def _platforms(app: App) -> AsyncIterator[Finding]:
    """Each platform's token, and then what only that platform knows."""
    for platform in app.platforms:
        found = await _token(platform.channel)
        yield found
        if found.level == OK:
            for finding in await _special(app, platform.channel.name):
                yield finding


async def _special(app: App, name: str) -> list[Finding]:
    """What needs a platform's vendor, which is imported with that platform alone."""
    if name == "telegram":
        from bot.checkup import telegram

        return await telegram.examine(app)
    from bot.checkup import slack

    return await slack.examine(app)


async def _token(channel: Channel) -> Finding:
    try:
        await channel.start()
    except SetupFault as fault:
        return Finding(FAULT, str(fault), "check the token")
    except Outage as error:
        return Finding(FAULT, str(error), "check the network, and try again")
    return Finding(OK, f"{channel.name} accepts the token")
