"""A bare slack-bolt AsyncApp: signature verified, one listener that acknowledges, no network.

The library is the one that Radica itself depends on. Its listener runs inside the request: the
default looks every 10 ms whether it has acknowledged, and would be measured as that sleep.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

Request = tuple[Mapping[str, str], bytes]


class Bolt:
    """Takes any button of any message."""

    def __init__(self, secret: str) -> None:
        self._app = AsyncApp(
            signing_secret=secret,
            client=AsyncWebClient(),
            authorize=_authorize,
            process_before_response=True,
            logger=logging.getLogger("benchmarks.bolt"),
        )
        self._app.action(re.compile(".*"))(_pressed)

    async def take(self, request: Request) -> int:
        """The status of the answer."""
        headers, body = request
        plain: dict[str, Any] = dict(headers)
        answer = await self._app.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=plain))
        return int(answer.status)


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _pressed(ack: Any) -> None:
    await ack()
