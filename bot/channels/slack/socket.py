"""Slack over Socket Mode: for trials and behind firewalls. HTTP is the reliable way in.

An envelope is acknowledged only when the seam answered 200. Bolt and the SDK reconnect by
themselves; the watchdog restarts a socket that went deaf and tells of ghosts: connections that
Slack still counts, to which it sends what nobody will ever answer.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.channels.health import Health
from bot.channels.slack.api import SlackApi, quiet
from bot.channels.slack.ingress import Ingress

log = logging.getLogger(__name__)

PING = 5.0  # seconds between pings
DEAF = 6  # pings without a pong before the socket is renewed
CONNECT = 10.0  # seconds for the first connection
STEP = 1.0  # between two looks of the watchdog


@dataclass
class SocketCounts:
    """What the socket went through since the start."""

    connected: bool = False
    connections: int = 0  # as Slack's last hello said
    hellos: int = 0
    restarts: int = 0
    ghosts: int = 0  # hellos that counted more connections than expected
    gaps: int = 0  # sockets that were replaced: what was pressed in between failed visibly
    longest_gap: float = 0.0  # seconds, from the last sign of life to the next hello


class SlackSocket:
    """One Socket Mode connection. `expected` tells how many replicas hold one now."""

    def __init__(
        self,
        ingress: Ingress,
        api: SlackApi,
        app_token: str,
        *,
        expected: Callable[[], int] = lambda: 1,
        ping: float = PING,
    ) -> None:
        self.counts = SocketCounts()
        self._ingress = ingress
        self._api = api
        self._token = app_token
        self._expected = expected
        self._ping = ping
        self._alive_at = 0.0  # the loop's time of the last sign of life
        self._handler: AsyncSocketModeHandler | None = None
        self._watchdog: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and keep watch. Raises what `apps.connections.open` raises, or TimeoutError.

        The address is asked for here: the SDK alone would repeat a refused token for ever.
        """
        handler = AsyncSocketModeHandler(
            self._ingress.app,
            app_token=self._token,
            logger=quiet("slack.socket"),
            web_client=self._api.client,
            ping_interval=self._ping,
        )
        handler.client.on_message_listeners.append(self._heard)
        self._handler = handler
        try:
            handler.client.wss_uri = await handler.client.issue_new_wss_url()
            await asyncio.wait_for(handler.connect_async(), CONNECT)
        except BaseException:
            await self.stop()
            raise
        self._watchdog = asyncio.ensure_future(self._watch(handler))

    async def stop(self) -> None:
        """Stop taking envelopes, then let what is shown be shown. Safe to call twice."""
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is not None:
            watchdog.cancel()
            await asyncio.gather(watchdog, return_exceptions=True)
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.close_async()
            await handler.client.aiohttp_client_session.close()
        await self._ingress.settle()
        self.counts.connected = False

    @property
    def client(self) -> SocketModeClient | None:
        """The SDK's client while there is one."""
        return None if self._handler is None else self._handler.client

    @property
    def health(self) -> Health:
        """Ghosts and gaps are degraded: Slack sends events again, but not presses."""
        if self._handler is None:
            return Health("stopped")
        if not self.counts.connected:
            return Health("degraded", "socket lost")
        if self.counts.connections > self._expected():
            return Health("degraded", f"{self.counts.connections} sockets")
        return Health("ok")

    async def _heard(self, message: WSMessage) -> None:
        """Count the hellos: each tells how many connections Slack believes to be alive."""
        now = asyncio.get_running_loop().time()
        silent, self._alive_at = now - self._alive_at, now
        if '"hello"' not in str(message.data)[:400]:
            return
        try:
            hello = json.loads(message.data)
        except ValueError:
            return
        if not isinstance(hello, dict) or hello.get("type") != "hello":
            return
        count = hello.get("num_connections")
        self.counts.hellos += 1
        if self.counts.hellos > 1:
            self._back_after(silent)
        self.counts.connected = True
        self.counts.connections = count if isinstance(count, int) else 0
        if self.counts.connections > self._expected():
            self.counts.ghosts += 1
            log.warning("slack counts %s sockets, not %s", count, self._expected())

    def _back_after(self, silent: float) -> None:
        """Another socket in the place of one that was lost or recycled (F53)."""
        self.counts.gaps += 1
        self.counts.longest_gap = max(self.counts.longest_gap, silent)
        log.warning("slack socket replaced, silent for %.1f s at most", silent)

    async def _watch(self, handler: AsyncSocketModeHandler) -> None:
        """Renew a socket whose pongs stopped. Measured by the loop's own clock."""
        loop = asyncio.get_running_loop()
        pong, since = handler.client.last_ping_pong_time, loop.time()
        while True:
            await asyncio.sleep(min(STEP, self._ping))
            self.counts.connected = await handler.client.is_connected()
            if handler.client.last_ping_pong_time != pong:
                pong, since = handler.client.last_ping_pong_time, loop.time()
                self._alive_at = since
            elif loop.time() - since > self._ping * DEAF:
                since = loop.time()
                await self._renew(handler)

    async def _renew(self, handler: AsyncSocketModeHandler) -> None:
        self.counts.restarts += 1
        log.warning("slack socket is deaf: renewed")
        try:
            await handler.client.connect_to_new_endpoint(force=True)
        except Exception as fault:
            log.warning("slack socket not renewed: %s", type(fault).__name__)
