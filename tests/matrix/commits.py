"""A wire to PostgreSQL that breaks at a COMMIT: before the server hears it, or before we do."""

import asyncio
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from sqlalchemy import make_url

PIECE = 65_536
COMMIT = re.compile(rb"\bCOMMIT\b")
SOCKET = ".s.PGSQL.5432"


class Wire:
    """Passes everything on. `cut` is what becomes of the next COMMIT, once."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._there = Path(str(self._url.query["host"])) / SOCKET
        self._folder = Path(tempfile.mkdtemp(prefix="radica-wire-"))
        self._passing: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.cut: Literal["", "unheard", "unanswered"] = ""

    @property
    def url(self) -> str:
        """The same database by this wire."""
        here = self._url.update_query_dict({"host": str(self._folder)})
        return here.render_as_string(hide_password=False)

    async def __aenter__(self) -> Self:
        path = str(self._folder / SOCKET)
        self._server = await asyncio.start_unix_server(self._let_in, path)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._talk(reader, writer))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)
        await asyncio.wait({task})

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, asks = await asyncio.open_unix_connection(str(self._there))
        back = asyncio.create_task(self._pass_back(answers, writer))
        try:
            with suppress(OSError):
                while piece := await reader.read(PIECE):
                    if COMMIT.search(piece) and self.cut:
                        how, self.cut = self.cut, ""
                        if how == "unanswered":
                            back.cancel()
                            await asyncio.wait({back})
                            asks.write(piece)
                            await answers.read(PIECE)
                        return
                    asks.write(piece)
                    await asks.drain()
        finally:
            back.cancel()
            asks.transport.abort()
            writer.transport.abort()

    async def _pass_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                writer.write(piece)
                await writer.drain()
