"""Whether this machine, the database's and the platforms agree on what time it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from bot.app import App
from bot.checkup.finding import FAULT, NOTE, OK, Finding
from policy.errors import Outage
from scheduler.clock import SystemClock, utc

NOTABLE, HARMFUL = timedelta(seconds=20), timedelta(minutes=2)
MEND = "set this machine's clock (NTP): Slack's signatures are good for five minutes"
PATIENCE = 5.0  # seconds


async def examine(app: App, *, online: bool) -> AsyncIterator[Finding]:
    """One finding a clock that could be asked."""
    machine = SystemClock()
    asked = machine.now()
    try:
        there = await asyncio.wrap_future(app.database.now_there())
    except Outage:
        there = None  # that it is away was told
    if there is not None:
        half_way = asked + (machine.now() - asked) / 2
        yield compared("the database's server", utc(there) - half_way)
    if not online:
        return
    for name, url in _addresses(app).items():
        skew = await _skew(url, machine)
        if skew is not None:
            yield compared(name, skew)


def compared(who: str, ahead: timedelta) -> Finding:
    """The difference in words. `ahead`: by how much the other clock is before this machine's."""
    if abs(ahead) < NOTABLE:
        return Finding(OK, f"the clock agrees with {who}")
    seconds = abs(ahead) / timedelta(seconds=1)
    way = "behind" if ahead > timedelta() else "ahead of"
    what = f"this machine's clock is {seconds:.0f} s {way} {who}"
    return Finding(FAULT if abs(ahead) >= HARMFUL else NOTE, what, MEND)


def _addresses(app: App) -> dict[str, str]:
    """Where each connected platform tells the time; no token is in these addresses."""
    found: dict[str, str] = {}
    if app.telegram is not None:
        found["Telegram"] = app.settings.telegram_api_url or "https://api.telegram.org"
    if app.slack is not None:
        found["Slack"] = app.settings.slack_api_url or "https://slack.com/api/"
    return found


async def _skew(url: str, machine: SystemClock) -> timedelta | None:
    """From the Date header of any answer, which is cut to the second."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            asked = machine.now()
            answer = await client.get(url)
            half_way = asked + (machine.now() - asked) / 2
    except httpx.HTTPError:
        return None
    told = _moment(answer.headers.get("date", ""))
    return None if told is None else told + timedelta(seconds=0.5) - half_way


def _moment(date: str) -> datetime | None:
    try:
        return utc(parsedate_to_datetime(date))
    except ValueError:
        return None
