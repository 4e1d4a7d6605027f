"""What the page is told: everything at first, then only what moved; a cut loses nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sse_starlette import ServerSentEvent
from sse_starlette.sse import AppStatus
from starlette.requests import Request
from starlette.types import Message, Scope

from bot.broadcast import Broadcast
from bot.gestures import phone
from bot.web.live import Stream
from bot.web.snapshot import Cursor
from tests.web.conftest import Visitor
from tests.web.served import Served


def texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["call"]["params"].get("text", "") for row in rows]


def write(served: Served, who: str, text: str) -> None:
    hands = served.app.hands
    assert hands is not None
    served.call(hands.telegram({"message": {**phone(who), "text": text}}))


async def next_news(events: AsyncIterator[ServerSentEvent]) -> tuple[str, dict[str, Any]]:
    async for event in events:
        if event.event == "news":
            return str(event.id), json.loads(str(event.data))
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("text", ["", "0", "7", "a-b", "-1-2", "1-2-3", "9" * 40 + "-1", "٣-١"])
def test_a_cursor_that_cannot_be_read_starts_from_the_beginning(text: str) -> None:
    assert Cursor.parse(text) == Cursor()


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert Cursor.parse(str(Cursor(12, 7))) == Cursor(12, 7)


def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(served: Served) -> None:
    stream = Stream(served.app.desk, served.app.moved, None, movable=True)

    async def told_from(cursor: Cursor) -> tuple[str, dict[str, Any]]:
        events = stream.events(cursor, "es")
        return await next_news(events)

    write(served, "berta", "hola, soy Berta")
    mark, first = served.call(told_from(Cursor()))
    assert "hola, soy Berta" in texts(first["rows"])
    write(served, "berta", "sigo aquí")
    later, second = served.call(told_from(Cursor.parse(mark)))
    assert "sigo aquí" in texts(second["rows"])
    assert "hola, soy Berta" not in texts(second["rows"])
    assert Cursor.parse(later).seq > Cursor.parse(mark).seq


def test_the_stream_wakes_at_a_ring_and_sends_only_what_changed(served: Served) -> None:
    moved = Broadcast()
    stream = Stream(served.app.desk, moved, None, movable=True)
    hands = served.app.hands
    assert hands is not None

    async def two_looks() -> dict[str, Any]:
        events = stream.events(Cursor(), "es")
        await next_news(events)
        await hands.telegram({"message": {**phone("omar"), "text": "buenas"}})
        moved.ring()
        async with asyncio.timeout(5):
            return (await next_news(events))[1]

    second = served.call(two_looks())
    assert "buenas" in texts(second["rows"])
    assert "people" not in second


def test_the_state_holds_the_whole_desk(visitor: Visitor) -> None:
    state = visitor.client.get("/console/state").json()
    assert [one["key"] for one in state["people"]] == ["marta", "omar", "berta", "iris"]
    assert [one["first"] for one in state["staff"]] == ["Camila", "Andrés", "Lucía"]
    assert state["clock"]["movable"] is True
    assert state["story"]["state"] == "idle"


def test_a_jump_moves_the_clock_forwards_and_keeps_it(visitor: Visitor) -> None:
    before = visitor.client.get("/console/state").json()["clock"]["now"]
    assert visitor.post("/console/clock", {"by": "1h"}).status_code == 200
    after = visitor.client.get("/console/state").json()["clock"]["now"]
    assert after > before


def test_what_could_not_be_taken_does_not_stand_on_the_wall(
    visitor: Visitor, served: Served
) -> None:
    served.outages.on = True
    answer = visitor.post("/console/telegram", {"message": {**phone("marta"), "text": "perdido"}})
    served.outages.on = False
    assert answer.status_code == 503
    assert answer.json() == {"error": "database"}
    assert "perdido" not in visitor.client.get("/console/state").text


async def test_a_stream_that_the_desk_ends_is_ended_properly(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the server complains of every open page whenever the desk stops."""
    monkeypatch.setattr(AppStatus, "should_exit", True)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody goes")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": b"",
    }
    stream = Stream(served.app.desk, served.app.moved, None, movable=True)
    async with asyncio.timeout(10):
        await stream.respond(Request(scope), "es")(scope, receive, send)
    assert [message["type"] for message in sent].count("http.response.start") == 1
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
