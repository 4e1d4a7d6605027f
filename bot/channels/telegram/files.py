"""Files over HTTP: streamed out of Telegram, bounded; gathered for an upload, bounded too."""

from collections.abc import AsyncIterator, Callable
from urllib.parse import quote

import httpx
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram import limits
from bot.channels.telegram.secrets import redact
from bot.channels.telegram.wire import Wire, trust
from handlers.letters.letter import LetterFile
from policy.errors import Outage, Refusal

Source = Callable[[LetterFile], AsyncIterator[bytes]]

GONE = "file.gone"
TOO_BIG = "file.too_big"
_PIECE = 65_536
_CLIENT_FAULT, _SERVER_FAULT = 400, 500


class Files:
    """Reads files by their file_id. The client is made on first use."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._client: httpx.AsyncClient | None = None

    async def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        """The bytes, in pieces. Raises Refusal (too big, gone) or Outage (try again)."""
        if file.size is not None and file.size > limits.DOWNLOAD_BYTES:
            raise _too_big(file.size)
        path = await self._path(file.ref)
        # Built from Bot.base_file_url, which holds the token: never into a log or a message.
        url = f"{self._wire.base_file_url}/{quote(path)}"
        try:
            async with self._open().stream("GET", url) as response:
                _check(response.status_code)
                async for piece in _bounded(response.aiter_bytes(_PIECE), limits.DOWNLOAD_BYTES):
                    yield piece
        except httpx.HTTPError as error:
            raise Outage(f"file not read: {type(error).__name__}") from None

    async def close(self) -> None:
        """Safe to call twice."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=20, verify=trust())
        return self._client

    async def _path(self, ref: str) -> str:
        try:
            answer = await self._wire.call("getFile", {"file_id": ref})
            return str(answer["file_path"])
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise _too_big(None) from None
            raise Refusal(GONE) from None
        except (TelegramError, KeyError, TypeError) as error:
            raise Outage(redact(f"file not found out: {error}")) from None


async def gathered(file: LetterFile, source: Source | None) -> bytes:
    """The content to upload: made here, or read from the channel it came in on."""
    if file.content is not None:
        return file.content
    if source is None:
        raise Refusal(GONE)
    pieces = bytearray()
    async for piece in _bounded(source(file), limits.UPLOAD_BYTES):
        pieces += piece
    return bytes(pieces)


async def _bounded(pieces: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    taken = 0
    async for piece in pieces:
        taken += len(piece)
        if taken > most:
            raise _too_big(taken)
        yield piece


def _check(status: int) -> None:
    if status >= _SERVER_FAULT:
        raise Outage(f"file server answered {status}")
    if status >= _CLIENT_FAULT:
        raise Refusal(GONE)


def _too_big(size: int | None) -> Refusal:
    return Refusal(TOO_BIG, size=size, limit=limits.DOWNLOAD_BYTES)
