"""Supervisors decide in the console as in Slack: the same blocks, the same forms."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import seed
from bot.app import App
from bot.channels.local import Hands
from bot.channels.local.slack import chat_of
from bot.gestures import Button, Json, buttons, phone, pressed, query, submitted
from scheduler import drive
from scheduler.clock import VirtualClock
from store.turn import Turn
from store.values import WireRow
from tests.web.served import TUESDAY, assembled

LUCIA = seed.colleague("lucia")
FAULT = "en la sala 2 el resonador no está pasando imágenes al PACS desde las 7, solo a mí"
SIGNATURE = "cómo cargo mi firma"


@pytest.fixture
async def app(tmp_path: Path) -> App:
    """A desk whose clock stands still."""
    made = assembled(tmp_path, clock=VirtualClock(TUESDAY))
    await made.prepare()
    await made.desk.run(seed.seed)
    return made


async def test_an_emergency_is_opened_on_the_engineers_side(app: App) -> None:
    """Berta's institution owes an invoice; Lucía's direct messages hold the two buttons."""
    await writes(app, "berta", FAULT)
    await presses(app, "berta", "c:send")
    await presses(app, "berta", "c:urgent")
    view = await opened(app, "c:rv_open")
    await hands(app).slack_interaction(submitted(LUCIA, view, {"reason": "hay un paciente"}))
    await drive.quiet(app.desk)
    assert "hay un paciente" in str((await newest(app, "berta")).call)
    assert await app.desk.read(lambda turn: len(turn.tickets.open())) == 1
    await app.stop()


async def test_an_appeal_is_let_through_on_the_engineers_side(app: App) -> None:
    """Marta's guide is the way; her sentence reaches Lucía with three buttons."""
    await writes(app, "marta", SIGNATURE)
    await presses(app, "marta", "c:helped")
    await writes(app, "marta", SIGNATURE)
    await presses(app, "marta", "c:appeal")
    await writes(app, "marta", "la guía no explica mi formato de firma")
    view = await opened(app, "c:rv_uphold")
    assert view["blocks"]
    await hands(app).slack_interaction(pressed(LUCIA, await of_lucia(app, "c:rv_once")))
    await drive.quiet(app.desk)
    assert "le dio la razón" in str((await newest(app, "marta")).call)
    await app.stop()


async def writes(app: App, who: str, text: str) -> None:
    await hands(app).telegram({"message": {**phone(who), "text": text}})
    await drive.quiet(app.desk)


async def presses(app: App, who: str, code: str) -> None:
    row = await newest(app, who)
    button = next(one for one in buttons(row) if one.code.startswith(code))
    await hands(app).telegram({"callback_query": query(who, button)})
    await drive.quiet(app.desk)


async def opened(app: App, code: str) -> Json:
    """The form behind a button of Lucía's."""
    answer = await hands(app).slack_interaction(pressed(LUCIA, await of_lucia(app, code)))
    return next(call.params["view"] for call in answer.calls if call.method == "views.open")


async def of_lucia(app: App, code: str) -> Button:
    def look(turn: Turn) -> Button:
        return next(b for row in standing(turn, "slack", chat_of(LUCIA.slack)) for b in of(row))

    def of(row: WireRow) -> Iterator[Button]:
        return (one for one in buttons(row) if one.code.startswith(code))

    return await app.desk.read(look)


async def newest(app: App, who: str) -> WireRow:
    """The last thing that stands on a phone."""
    chat = str(seed.client(who).user)
    return await app.desk.read(lambda turn: next(standing(turn, "telegram", chat)))


def standing(turn: Turn, channel: str, chat: str) -> Iterator[WireRow]:
    rows = turn.wire.list(chat, channel=channel, account=seed.ACCOUNT)
    return (row for row in reversed(rows) if row.call["by"] == "desk")


def hands(app: App) -> Hands:
    """What people do."""
    assert app.hands is not None
    return app.hands
