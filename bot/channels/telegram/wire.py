"""The real Bot of python-telegram-bot with raw calls: our JSON in, Telegram's JSON out.

Neither its queues nor its rate limiter nor its retries are used: the outbox owns all three.
"""

import json
import ssl
from functools import cache
from typing import Any

import httpx
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError
from telegram.request import HTTPXRequest

PUBLIC_API = "https://api.telegram.org"
_TOO_MANY, _TOO_LARGE = 429, 413


class Flood(NetworkError):
    """429, however its body looks. `retry_after` is None where Telegram named no usable time."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("Too Many Requests (429)")
        self.retry_after = retry_after


class Wire(Bot):
    """A bot that is called by method name, with the parameters as the Bot API documents them."""

    def __init__(self, token: str, api_url: str = PUBLIC_API, patience: float = 10.0) -> None:
        base = api_url.rstrip("/")
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_client(32, patience),
            get_updates_request=_client(2, patience),
        )

    async def call(
        self, method: str, params: dict[str, Any], *, patience: float | None = None
    ) -> Any:
        """The `result` of one request. `patience`: seconds to wait for the answer, if not usual.

        Raises TelegramError, or KeyError for an answer without result.
        """
        if patience is None:
            return await self._do_post(method, dict(params))
        return await self._do_post(method, dict(params), read_timeout=patience)


def uploaded(content: bytes, name: str) -> InputFile:
    """Bytes as a part of the request, named after the parameter that holds it."""
    return InputFile(content, filename=name or "file")


def _client(connections: int, patience: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=patience,
        pool_timeout=5,
        httpx_kwargs={"event_hooks": {"response": [_tell_apart]}, "verify": trust()},
    )


@cache
def trust() -> ssl.SSLContext:
    """The certificates to believe, read once: reading them is most of a client's making."""
    return httpx.create_ssl_context()


async def _tell_apart(response: httpx.Response) -> None:
    """Raises for two answers that PTB folds into others, before PTB reads them."""
    if response.status_code == _TOO_MANY:
        raise Flood(_retry_after(await response.aread()))
    if response.status_code == _TOO_LARGE:
        raise BadRequest("Request Entity Too Large")


def _retry_after(payload: bytes) -> float | None:
    try:
        asked = json.loads(payload)["parameters"]["retry_after"]
        seconds = float(asked)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return seconds if 0 < seconds < float("inf") else None
