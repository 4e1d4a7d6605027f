"""Letters on their way out: without a network, to who does not want them, too late for a press."""

from datetime import timedelta

import httpx
import pytest

from tests.live.conftest import Start
from tests.live.live import ANDRES, CAMILA, HTTP, MARTA, ROOM, WEBHOOK, Live, Ways
from tests.matrix.gate import Gate
from tests.platforms.slack import SlackServer
from tests.platforms.telegram import TelegramServer

POSTED = Ways(WEBHOOK, HTTP)


@pytest.mark.fault("F27")
async def test_ten_minutes_without_a_connection_make_letters_late_and_nothing_else(
    sqlite_url: str, start: Start, platforms: tuple[TelegramServer, SlackServer]
) -> None:
    """Refused at the socket: tried with growing waits, in order, once; the gauge shows it."""
    async with Gate(platforms[0].url) as gate:
        desk = await start(sqlite_url, POSTED, TELEGRAM_API_URL=gate.url)
        await desk.files_a_case()
        card = await desk.claims(1042)
        await desk.reads("lo tomó Camila")
        await desk.rests()
        before = len(desk.heard())
        await gate.shut()
        for text in ("primero esto", "y luego esto"):
            await desk.slack.says(ROOM, CAMILA, text, card.ts)
        await desk.waits(minutes=10)
        assert len(desk.heard()) == before
        waiting = await desk.read(lambda turn: turn.outbox.list(state="pending"))
        head = min((row for row in waiting if row.channel == "telegram"), key=lambda row: row.id)
        assert 10 <= head.attempt <= 25
        again = await desk.read(lambda turn: turn.outbox.wakes_at(turn.now))
        assert again is not None and again - desk.now <= timedelta(minutes=1)
        assert await oldest(desk) >= 590
        await gate.open()
        await desk.waits(minutes=2)
        assert [text.rpartition(": ")[2] for text in desk.heard()[before:]] == [
            "primero esto",
            "y luego esto",
        ]
        assert await oldest(desk) == 0


@pytest.mark.fault("F32")
async def test_nothing_is_sent_to_who_blocked_the_bot_until_they_are_heard(desk: Live) -> None:
    """One request found it out; the case goes on, its engineer is told once, and then again
    only by what they themselves send."""
    await desk.files_a_case()
    card = await desk.claims(1042)
    await desk.reads("lo tomó Camila")
    await desk.rests()
    desk.telegram.blocks(MARTA)
    tried = len(desk.telegram.calls("sendMessage"))
    for text in ("¿sigue ahí?", "le escribo otra vez"):
        reply = await desk.slack.says(ROOM, CAMILA, text, card.ts)
        await desk.marked(reply.ts, "warning")
    await desk.slack.presses(CAMILA, card.ts, "Soltar")
    await desk.waits(hours=5)
    assert len(desk.telegram.calls("sendMessage")) <= tried + 1
    dead = await desk.read(lambda turn: turn.outbox.list(state="dead", limit=50))
    assert {row.error for row in dead} == {"blocked"}
    assert (await desk.ticket()).is_open
    desk.telegram.blocks(MARTA, blocked=False)
    desk.telegram.says(MARTA, "ya le desbloqueé")
    await desk.in_thread(1042, "ya le desbloqueé")
    await desk.slack.says(ROOM, CAMILA, "gracias", card.ts)
    await desk.slack.presses(CAMILA, card.ts, "Tomar")
    await desk.reads("lo tomó Camila", times=2)


@pytest.mark.fault("F54")
async def test_no_answer_hangs_on_an_address_that_is_used_up(desk: Live) -> None:
    """Eight answers to presses, over more than half an hour: Slack's address would have ended."""
    await desk.files_a_case()
    card = await desk.card(1042)
    old = list(card.blocks)
    await desk.claims(1042)
    for n in range(8):
        card.blocks = old
        assert (await desk.slack.presses(ANDRES, card.ts, "Tomar")).status == 200
        await desk.until(lambda n=n: len(desk.slack.whispers(ANDRES)) == n + 1, "a whisper")
        await desk.waits(minutes=5)
    assert not [one for one in desk.slack.log if "response" in one.method]


async def oldest(desk: Live) -> float:
    """The age of the oldest letter that waits, as a monitor reads it."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{desk.url}/metrics")).text
    lines = (line.split() for line in text.splitlines() if line.startswith("radica_outbox_oldest"))
    return max((float(line[-1]) for line in lines), default=0.0)
