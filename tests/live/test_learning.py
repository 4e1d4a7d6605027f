"""What use proposes over the wire: one list in a direct message, rewritten by Slack's own rules."""

from store.lessons import ACCEPTED, WITHDRAWN
from store.turn import Turn
from tests.live.live import CAMILA, LUCIA, ROOM, Live, said
from tests.platforms.slack import Message

ODD = "el garabato del galeno quedó chueco"


async def test_a_phrase_is_accepted_read_by_and_taken_back(desk: Live) -> None:
    """By buttons, and by a form that opens from one; an engineer is only refused."""
    desk.app.look = 0.05
    await desk.app.desk.run(propose)
    await desk.slack.commands(ROOM, CAMILA, "/radica", "kb pendientes")
    await desk.slack.commands(ROOM, LUCIA, "/radica", "kb pendientes")
    shown = await listed(desk, "la rúbrica")
    assert not desk.slack.sent(desk.slack.direct(CAMILA))
    await desk.slack.presses(LUCIA, shown.ts, "Aceptar frase")
    await listed(desk, "aceptada")
    await desk.until(lambda: article(desk) == "cargar-firma", "the phrase to be read by")
    await desk.slack.presses(LUCIA, shown.ts, "Otro tema")
    await desk.modal(LUCIA)
    await desk.slack.submits(LUCIA, topic="article:usar-el-ris")
    await listed(desk, "por el uso (0)")
    await desk.slack.commands(ROOM, LUCIA, "/radica", "kb aceptadas")
    held = await listed(desk, ODD, title="Frases aceptadas")
    await desk.slack.presses(LUCIA, held.ts, "Retirar frase")
    await listed(desk, "retirada", title="Frases aceptadas")
    await desk.until(lambda: article(desk) != "cargar-firma", "the phrase to be forgotten")
    one, two = await desk.read(lambda turn: turn.lessons.newest("imexhs")[::-1])
    assert (one.state, two.state, two.topic) == (WITHDRAWN, ACCEPTED, "article:usar-el-ris")


def propose(turn: Turn) -> None:
    for phrase in (ODD, "la rúbrica sale de lado"):
        topic = "article:cargar-firma"
        turn.lessons.propose(topic, phrase, "unmatched", pack="imexhs", by=None, ticket=None)


def article(desk: Live) -> str | None:
    """Which guide the running desk has for the phrase."""
    return desk.app.desk.reader.read(ODD).decision.article


async def listed(desk: Live, part: str, title: str = "Frases propuestas") -> Message:
    """The one list of that title in Lucía's direct messages, once it says so."""

    def found() -> list[Message]:
        direct = desk.slack.sent(desk.slack.direct(LUCIA))
        lists = [one for one in direct if title in said(one)]
        assert len(lists) <= 1
        return [one for one in lists if part in said(one)]

    await desk.until(found, f"a list with «{part}»")
    return found()[0]
