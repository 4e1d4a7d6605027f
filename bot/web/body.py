"""Request bodies, bounded: a page may not fill the memory of the desk it looks at."""

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

JSON_MOST = 262_144  # bytes; a Slack view may weigh 250 kB


class BadBody(ValueError):
    """A body that is too big or not what was asked for. `status` is the HTTP answer."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


async def limited(request: Request, most: int) -> bytes:
    """The body, read no further than `most` bytes. Raises BadBody above that, and for a body
    that was broken off."""
    taken = bytearray()
    try:
        async for piece in request.stream():
            taken += piece
            if len(taken) > most:
                raise BadBody("too_big", 413)
    except ClientDisconnect:
        raise BadBody("broken_off", 400) from None
    return bytes(taken)


async def payload(request: Request) -> dict[str, Any]:
    """The JSON object in the body. Raises BadBody."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise BadBody("not_json", 415)
    raw = await limited(request, JSON_MOST)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadBody("not_json", 400) from None
    if not isinstance(body, dict):
        raise BadBody("not_an_object", 400)
    return body
