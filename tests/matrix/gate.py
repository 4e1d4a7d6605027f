"""A port in front of a server that can be shut: then connections are refused, as in an outage."""

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

PIECE = 65_536


class Gate:
    """Passes bytes both ways while it is open. Its address stays the same."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._behind = parts.hostname or "127.0.0.1", parts.port or 80
        self._path, self._port = parts.path, 0
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """What to connect to instead."""
        return f"http://127.0.0.1:{self._port}{self._path}"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    async def open(self) -> None:
        """Let everybody through."""
        self._server = await asyncio.start_server(self._let_in, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Refuse what comes, and break what is under way."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in tuple(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._behind)
        for one in (self._pass(reader, back), self._pass(there, writer)):
            task = asyncio.create_task(one)
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while piece := await reader.read(PIECE):
                    writer.write(piece)
                    await writer.drain()
        finally:
            writer.close()
