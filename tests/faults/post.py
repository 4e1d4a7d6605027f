"""One HTTP request by hand, so that it can be broken off at any byte."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

PATIENCE = 12.0  # seconds; the platforms wait less


async def post(
    port: int, path: str, headers: Mapping[str, str], body: bytes, *, cut: bool = False,
    deaf_after: float | None = None,
) -> tuple[int, str]:  # fmt: skip
    """Status and body of the answer; 0 where there was none.

    `cut` breaks the connection in the middle of the body; `deaf_after` so many seconds after
    everything was sent.
    """
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return 0, ""
    try:
        writer.write(_head(path, headers, len(body)))
        writer.write(body[: len(body) // 2] if cut else body)
        await writer.drain()
        if cut:
            return 0, ""
        async with asyncio.timeout(PATIENCE if deaf_after is None else deaf_after):
            return _read(await reader.read())
    except (OSError, TimeoutError, ValueError, IndexError):
        return 0, ""
    finally:
        with suppress(OSError):
            writer.transport.abort()


def _head(path: str, headers: Mapping[str, str], length: int) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: desk.example",
        "Connection: close",
        f"Content-Length: {length}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _read(answer: bytes) -> tuple[int, str]:
    """Raises ValueError or IndexError for an answer that was broken off."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        raise ValueError("no answer")
    return int(head.split(b" ", 2)[1]), body.decode(errors="replace")
