"""Slack's Web API through slack_sdk, without its retries: one request a call, bounded in time."""

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

API_URL = "https://slack.com/api/"
PATIENCE = aiohttp.ClientTimeout(total=20, connect=5, sock_connect=5, sock_read=10)  # seconds
BY_QUERY = frozenset(
    {
        "auth.test",
        "conversations.history",
        "conversations.info",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
    }
)
NOTHING: Mapping[str, Any] = MappingProxyType({})


class SlackApi:
    """A client whose session lives as long as the channel. Not bound to a loop until it is used.

    The SDK's own handlers would send a message twice after a reset, and sleep inside a call
    when Slack asks to wait: there are none. Its debug log holds bodies, so it stays above that.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = API_URL,
        timeout: aiohttp.ClientTimeout = PATIENCE,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._token = token
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None

    def __repr__(self) -> str:
        return f"SlackApi({self.base_url})"

    @property
    def token(self) -> str:
        """The bot's token; kept out of every log and repr."""
        return self._token

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session; made on first use, inside the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
            self._client = None
        return self._session

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client over that session."""
        session = self.session
        if self._client is None:
            self._client = AsyncWebClient(
                token=self._token,
                base_url=self.base_url,
                session=session,
                retry_handlers=[],
                logger=quiet("slack.web"),
            )
        return self._client

    async def call(self, method: str, params: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """One call. Raises what the SDK and aiohttp raise; `outcome.of_failure` sorts it."""
        if method in BY_QUERY:
            answer = await self.client.api_call(method, params=dict(params))
        else:
            answer = await self.client.api_call(method, json=dict(params))
        data = answer.data
        if not isinstance(data, dict):
            raise TypeError(f"{method} answered {type(data).__name__}")
        return data

    async def close(self) -> None:
        """Safe to call twice."""
        if self._session is not None:
            await self._session.close()
        self._session = self._client = None


def quiet(name: str) -> logging.Logger:
    """A logger for a vendor, above the level at which it would print messages and tokens."""
    logger = logging.getLogger(name)
    if logger.level < logging.WARNING:
        logger.setLevel(logging.WARNING)
    return logger
