"""A platform that goes away in the middle of an event has told nothing, and is no fault of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request

from bot.web.body import BadBody, limited


def broken_off(pieces: Iterator[dict[str, Any]]) -> Request:
    """A request of which these pieces arrive, and then nothing."""

    async def receive() -> dict[str, Any]:
        return next(pieces, {"type": "http.disconnect"})

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


@pytest.mark.fault("F17")
async def test_half_a_body_is_refused_without_noise() -> None:
    half = {"type": "http.request", "body": b'{"update_id":', "more_body": True}
    with pytest.raises(BadBody) as caught:
        await limited(broken_off(iter([half])), 1000)
    assert (caught.value.code, caught.value.status) == ("broken_off", 400)
