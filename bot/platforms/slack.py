"""Slack joined to the desk: over signed HTTP, over Socket Mode, or both."""

import asyncio
import logging

from bot.accounts import SLACK
from bot.channels.health import Health, worst
from bot.channels.slack.api import API_URL, SlackApi
from bot.channels.slack.channel import Slack
from bot.channels.slack.http import SlackHttp
from bot.channels.slack.ingress import Ingress
from bot.channels.slack.socket import SlackSocket
from bot.platforms import Source
from bot.platforms.aside import Aside
from bot.platforms.lease import Presence
from bot.settings import Settings
from policy.errors import Outage
from scheduler.channel import SetupFault
from scheduler.desk import Desk

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds between two tries at a socket


class SlackPlatform:
    """One app in one workspace. `http` answers `POST /slack/events`; None without a secret."""

    def __init__(self, settings: Settings, desk: Desk, source: Source) -> None:
        token = settings.slack_bot_token
        if token is None:
            raise ValueError("Slack is not configured")
        api = SlackApi(token.get_secret_value(), base_url=settings.slack_api_url or API_URL)
        self.channel = Slack(api, account=SLACK, source=source)
        self.ingress = Ingress(desk, self.channel, desk.clock, Aside(desk), points=desk.points)
        self.presence = Presence(desk, f"slack.socket:{SLACK}")
        self.first_pause = FIRST_PAUSE
        secret, app_token = settings.slack_signing_secret, settings.slack_app_token
        self.http = SlackHttp(self.ingress, [secret.get_secret_value()]) if secret else None
        self.socket = (
            SlackSocket(
                self.ingress,
                api,
                app_token.get_secret_value(),
                expected=lambda: self.presence.together,
            )
            if app_token
            else None
        )
        self._without = ""  # why there is no socket, while there should be one
        self._retrying: asyncio.Task[None] | None = None

    @property
    def way(self) -> str:
        """How events come in."""
        ways = ("HTTP at /slack/events" if self.http else "", "Socket Mode" if self.socket else "")
        return " and ".join(way for way in ways if way)

    @property
    def health(self) -> Health:
        """Of the Web API and, where there is one, of the socket."""
        missing = Health("degraded", self._without) if self._without else None
        connected = self.socket.health if self.socket is not None else None
        return worst(self.channel.health, missing, connected)

    async def open(self, *, listen: bool) -> None:
        """Connect the socket, where there is one. Raises Outage.

        Beside HTTP a socket is an extra: it is tried again until it stands, and nobody waits.
        """
        if self.socket is None or not listen:
            return
        try:
            await self._connect(self.socket)
        except Exception as error:
            if self.http is None:
                raise _sorted(error) from None
            self._note(error)
            self._retrying = asyncio.create_task(self._keep_trying(self.socket))

    async def close(self) -> None:
        """Take no more envelopes and show what is still to be shown."""
        retrying, self._retrying = self._retrying, None
        if retrying is not None:
            retrying.cancel()
            await asyncio.gather(retrying, return_exceptions=True)
        if self.socket is not None:
            await self.socket.stop()
            await self._depart()
        await self.ingress.settle()

    async def _connect(self, socket: SlackSocket) -> None:
        """Counted first, so that the others expect this socket when Slack counts it."""
        await self.presence.hold()
        try:
            await socket.start()
        except BaseException:
            await self._depart()
            raise
        self._without = ""

    async def _keep_trying(self, socket: SlackSocket) -> None:
        pause = self.first_pause
        while True:
            await asyncio.sleep(pause)
            try:
                await self._connect(socket)
                return
            except Exception as error:
                self._note(error)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _note(self, error: Exception) -> None:
        self._without = f"no socket: {_sorted(error)}"
        log.warning("no Slack socket, HTTP alone", extra={"error": type(error).__name__})

    async def _depart(self) -> None:
        try:
            await self.presence.release()
        except Outage as error:
            log.info("the presence is left to run out: %s", error)


def _sorted(error: Exception) -> Exception:
    """A refused app token will not get better by waiting; anything else may."""
    if "invalid_auth" in str(error) or "not_allowed_token_type" in str(error):
        return SetupFault("Slack refuses SLACK_APP_TOKEN")
    return Outage(f"Slack's socket: {type(error).__name__}")
