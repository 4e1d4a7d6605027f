"""Slack over HTTP: `POST /slack/events` for events, interactivity and commands alike.

Free of any web framework: `handle(headers, body)` answers status, body and content type.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier

from bot.channels.slack.body import interaction
from bot.channels.slack.ingress import Ingress

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024  # bytes; Slack's largest payloads, whole views, stay under a quarter
PLAIN = "text/plain;charset=utf-8"
KEPT = ("content-type", "x-slack-retry-num", "x-slack-retry-reason")

Answer = tuple[int, str, str]


class SlackHttp:
    """The signed door. `secrets` may hold an old and a new one while the secret is changed.

    The signature is checked over the raw bytes before anything reads them. Its window is
    measured by the machine's own clock, never by a desk's clock that was moved.
    """

    def __init__(
        self, ingress: Ingress, secrets: Sequence[str], *, clock: Clock | None = None
    ) -> None:
        if not secrets:
            raise ValueError("a Slack signing secret is needed")
        watch = clock or Clock()
        self._ingress = ingress
        self._verifiers = [SignatureVerifier(one, clock=watch) for one in secrets]

    async def handle(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Status, body and content type. 2xx only after the turn's commit."""
        if len(body) > MAX_BODY:
            return 413, "", PLAIN
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return 400, "", PLAIN
        lowered = {name.lower(): value for name, value in headers.items()}
        if not self._signed(lowered, text):
            return 401, "", PLAIN
        response = await self._taken(lowered, body, text)
        kind = response.first_headers().get("content-type", PLAIN)
        return response.status, response.body if response.status == 200 else "", kind

    async def _taken(self, headers: Mapping[str, str], body: bytes, text: str) -> BoltResponse:
        payload = interaction(body)
        if payload is not None:
            return await self._ingress.interact(payload)
        request = _request(headers, text)
        if request is not None:
            return await self._ingress.dispatch(request)
        status = await self._ingress.set_aside(_payload(text), "not in any shape of Slack's")
        return BoltResponse(status=status, body="")

    def _signed(self, headers: Mapping[str, str], body: str) -> bool:
        stamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 16 and signature.isascii()):
            return False
        return any(one.is_valid(body, stamp, signature) for one in self._verifiers)


def _payload(body: str) -> Mapping[str, Any]:
    """What can be read of a body that Bolt cannot take; nothing where it is no object at all."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _request(headers: Mapping[str, str], text: str) -> AsyncBoltRequest | None:
    """Bolt's request, or None for a signed body that is no payload of Slack's."""
    kept: dict[str, str | Sequence[str]] = {name: headers[name] for name in KEPT if name in headers}
    try:
        request = AsyncBoltRequest(body=text, headers=kept)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as fault:
        log.warning("slack body refused: %s", type(fault).__name__)
        return None
    return request if isinstance(request.body, dict) else None
