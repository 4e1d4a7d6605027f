"""Slack joined to the desk: over signed HTTP, over Socket Mode, or both."""

import logging

from bot.accounts import SLACK
from bot.channels.slack.api import API_URL, SlackApi
from bot.channels.slack.channel import Slack
from bot.channels.slack.http import SlackHttp
from bot.channels.slack.ingress import Ingress
from bot.channels.slack.socket import SlackSocket
from bot.platforms import Source
from bot.settings import Settings
from policy.errors import Outage
from scheduler.channel import SetupFault
from scheduler.desk import Desk

log = logging.getLogger(__name__)


class SlackPlatform:
    """One app in one workspace. `http` answers `POST /slack/events`; None without a secret."""

    def __init__(self, settings: Settings, desk: Desk, source: Source) -> None:
        token = settings.slack_bot_token
        if token is None:
            raise ValueError("Slack is not configured")
        api = SlackApi(token.get_secret_value(), base_url=settings.slack_api_url or API_URL)
        self.channel = Slack(api, account=SLACK, source=source)
        self.ingress = Ingress(desk, self.channel, desk.clock, points=desk.points)
        secret, app_token = settings.slack_signing_secret, settings.slack_app_token
        self.http = SlackHttp(self.ingress, [secret.get_secret_value()]) if secret else None
        self.socket = (
            SlackSocket(self.ingress, api, app_token.get_secret_value()) if app_token else None
        )

    @property
    def way(self) -> str:
        """How events come in."""
        ways = ("HTTP at /slack/events" if self.http else "", "Socket Mode" if self.socket else "")
        return " and ".join(way for way in ways if way)

    async def open(self, *, listen: bool) -> None:
        """Connect the socket, where there is one. Raises Outage."""
        if self.socket is None or not listen:
            return
        try:
            await self.socket.start()
        except Exception as error:
            if self.http is None:
                raise _sorted(error) from None
            log.warning("no Slack socket, HTTP alone", extra={"error": type(error).__name__})

    async def close(self) -> None:
        """Take no more envelopes and show what is still to be shown."""
        if self.socket is not None:
            await self.socket.stop()
        await self.ingress.settle()


def _sorted(error: Exception) -> Exception:
    """A refused app token will not get better by waiting; anything else may."""
    if "invalid_auth" in str(error) or "not_allowed_token_type" in str(error):
        return SetupFault("Slack refuses SLACK_APP_TOKEN")
    return Outage(f"Slack's socket: {type(error).__name__}")
