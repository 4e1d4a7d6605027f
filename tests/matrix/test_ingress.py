"""Events on their way in: again, out of order, overlapping, unreadable, forged, too many."""

import asyncio
import json
from urllib.parse import urlencode

import httpx
import pytest

from tests.live.conftest import Start
from tests.live.live import CAMILA, HTTP, MARTA, ROOM, WEBHOOK, Live, Ways
from tests.matrix.doors import Doors

POSTED = Ways(WEBHOOK, HTTP)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.fault("F04")
async def test_slack_repeats_an_event_while_the_first_try_is_at_work(
    database_url: str, start: Start
) -> None:
    """Three overlapping repetitions: each is answered 200, and the client reads it once."""
    desk = await start(database_url, POSTED)
    await desk.files_a_case()
    card = await desk.claims(1042)
    tries = [desk.slack.says(ROOM, CAMILA, "Ya lo miro.", card.ts)]
    replies = await asyncio.gather(*tries, *(desk.slack.tells_again(n) for n in (1, 2, 3)))
    assert {reply.status for reply in replies} <= {200, 503}
    assert (await desk.slack.tells_again(3)).status == 200
    await desk.reads("Ya lo miro.")
    await desk.rests()
    assert len([text for text in desk.heard() if "Ya lo miro." in text]) == 1


@pytest.mark.fault("F16")
async def test_a_captured_request_posted_again_does_nothing(
    database_url: str, start: Start
) -> None:
    """The very bytes and the very signature, within its five minutes: a message and a press."""
    desk = await start(database_url, POSTED)
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.slack.says(ROOM, CAMILA, "Ya lo miro.", card.ts)
    await desk.slack.presses(CAMILA, card.ts, "Soltar")
    (_, words), (_, press) = desk.slack.delivered[-2:]
    bodies = [
        (json.dumps(words).encode(), JSON),
        (urlencode({"payload": json.dumps(press)}).encode(), FORM),
    ]
    await desk.reads("Ya lo miro.")
    await desk.rests()
    before = await desk.audit(), len(desk.heard()), len(desk.slack.sent(ROOM))
    for body, kind in bodies:
        captured = desk.slack.signed(body) | kind
        replies = [await desk.slack.post(body, captured) for _ in range(3)]
        assert [reply.status for reply in replies] == [200, 200, 200]
    await desk.rests()
    assert before == (await desk.audit(), len(desk.heard()), len(desk.slack.sent(ROOM)))


@pytest.mark.fault("F10", "F11")
async def test_the_order_of_ids_means_nothing(doors: Doors) -> None:
    """N+1 at one replica before N at the other; then an id far below; each once."""
    assert await doors.update(1001, "segundo") == 200
    assert await doors.update(1000, "primero", replica=1) == 200
    assert await doors.counts() == (2, 0)
    assert await doors.update(5, "después de una semana") == 200
    assert await doors.counts() == (3, 0)
    again = [doors.update(ident, replica=n % 2) for n, ident in enumerate((5, 1000, 1001, 5))]
    assert await asyncio.gather(*again) == [200] * 4
    assert await doors.counts() == (3, 0)


@pytest.mark.fault("F08")
async def test_one_unreadable_item_is_kept_and_the_good_ones_are_handled(doors: Doors) -> None:
    """Acknowledged, so that it does not come again; kept once, with the reason."""
    for _ in range(2):
        assert await doors.update(7, text=["no", "text"]) == 200
        assert await doors.event("Ev7", {"type": "message", "channel": 7}) == 200
    assert await doors.counts() == (0, 2)
    assert await doors.update(8, "hola") == 200
    words = {"type": "message", "user": "U1", "channel": "D1", "channel_type": "im"}
    assert await doors.event("Ev8", words | {"text": "hola", "ts": "1790000001.000001"}) == 200
    assert await doors.counts() == (2, 2)
    kept = await doors.bench.read(lambda turn: turn.quarantine.list())
    assert {one.key for one in kept} == {"update:7", "event:Ev7"}
    assert all(json.loads(one.body)["reason"] for one in kept)


@pytest.mark.fault("F14", "F15")
async def test_what_is_forged_leaves_no_row_and_is_counted(
    sqlite_url: str, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """At the real routes: refused before anything is read, without a traceback."""
    desk = await start(sqlite_url, POSTED)
    body = json.dumps({"type": "event_callback", "event_id": "E1"}).encode()
    good = desk.slack.signed(body) | JSON
    forged: list[dict[str, str]] = [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "1"},
    ]
    before = await everything(desk)
    async with httpx.AsyncClient(base_url=desk.url) as client:
        answers = [
            await client.post("/slack/events", content=body, headers=good | one) for one in forged
        ]
        odd = {"X-Slack-Signature": "v0=ñandú".encode()}
        raw = [(n.encode(), v.encode()) for n, v in good.items() if n != "X-Slack-Signature"]
        answers.append(
            await client.post("/slack/events", content=body, headers=[*raw, *_bytes(odd)])
        )
        for secret in ("", "guessed", "ñ"):
            told = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
            answers.append(
                await client.post("/telegram/webhook", content=b"{}", headers=[*told.items()])
            )
    assert [(one.status_code, one.text) for one in answers] == [(401, "")] * len(answers)
    assert await everything(desk) == before
    counted = desk.app.desk.meter.totals
    assert (counted["refused.slack"], counted["refused.telegram"]) == (5, 3)
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.fault("F17")
async def test_ten_megabytes_are_refused_unread_and_the_next_event_is_handled(
    sqlite_url: str, start: Start
) -> None:
    """413 with nine megabytes still to come: nobody waits for them, nobody keeps them."""
    desk = await start(sqlite_url, POSTED)
    for path in ("/slack/events", "/telegram/webhook"):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(desk.url.rsplit(":")[-1]))
        head = f"POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Length: 10000000\r\n\r\n"
        writer.write(head.encode() + b"x" * 1_100_000)
        async with asyncio.timeout(5):
            answer = await reader.readline()
        writer.transport.abort()
        assert answer.split()[1] == b"413"
    desk.telegram.says(MARTA, "hola")
    await desk.reads("Hola, Marta")


async def everything(desk: Live) -> tuple[int, int, int]:
    """Cases, letters and events in quarantine."""
    return await desk.read(
        lambda turn: (
            len(turn.tickets.open()),
            sum(turn.outbox.counts().values()),
            len(turn.quarantine.list()),
        )
    )


def _bytes(headers: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value) for name, value in headers.items()]
