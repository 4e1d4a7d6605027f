"""What use proposes is decided on in the console as in Slack: the same list, rewritten in place."""

from pathlib import Path

import pytest

from bot import seed
from bot.app import App
from bot.channels.local.slack import chat_of
from bot.gestures import Json, pressed, submitted
from scheduler import drive
from scheduler.clock import VirtualClock
from store.lessons import ACCEPTED, WITHDRAWN
from store.turn import Turn
from tests.web.served import TUESDAY, assembled
from tests.web.test_decisions import LUCIA, hands, of_lucia, opened, standing


@pytest.fixture
async def app(tmp_path: Path) -> App:
    """A desk whose clock stands still, with two proposals."""
    made = assembled(tmp_path, clock=VirtualClock(TUESDAY))
    await made.prepare()
    await made.desk.run(seed.seed)
    await made.desk.run(propose)
    return made


def propose(turn: Turn) -> None:
    for said in ("la rúbrica sale de lado", "el garabato quedó chueco"):
        topic = "article:cargar-firma"
        turn.lessons.propose(topic, said, "unmatched", pack="imexhs", by=None, ticket=None)


async def test_the_list_is_rewritten_where_it_stands(app: App) -> None:
    """Accept, another topic, take back: one message, each time as things stand."""
    form: Json = {"command": "/radica", "text": "kb pendientes", "user_name": LUCIA.key}
    await hands(app).slack_command(form | {"user_id": LUCIA.slack, "channel_id": LUCIA.direct})
    await drive.quiet(app.desk)
    first = await listed(app)
    assert first[0].count("Aceptar frase") == 2 and "la rúbrica" in first[0]
    await press(app, "c:kb_yes:1.")
    assert "aceptada" in (await listed(app))[0]
    view = await opened(app, "c:kb_topic:2.")
    await hands(app).slack_interaction(submitted(LUCIA, view, {"topic": "article:usar-el-ris"}))
    await drive.quiet(app.desk)
    await press(app, "c:kb_undo:2.")
    (last,) = await listed(app)
    assert "retirada" in last and "Aceptar frase" not in last
    one, two = await app.desk.read(lambda turn: turn.lessons.newest("imexhs")[::-1])
    assert (one.state, two.state, two.topic) == (ACCEPTED, WITHDRAWN, "article:usar-el-ris")
    await app.stop()


async def press(app: App, code: str) -> None:
    await hands(app).slack_interaction(pressed(LUCIA, await of_lucia(app, code)))
    await drive.quiet(app.desk)


async def listed(app: App) -> list[str]:
    """The lists in Lucía's direct messages, as they stand."""

    def look(turn: Turn) -> list[str]:
        rows = standing(turn, "slack", chat_of(LUCIA.slack))
        return [str(row.call) for row in rows if "Frases propuestas" in str(row.call)]

    return await app.desk.read(look)
