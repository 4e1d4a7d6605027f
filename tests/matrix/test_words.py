"""What people write: any text is somebody's message, and never anything but text (F18, F19)."""

import json
import logging
import unicodedata
from io import StringIO

import pytest

from bot.cli.common import table
from bot.logging import configure
from bot.settings import Settings
from tests.live.conftest import Start
from tests.live.live import CAMILA, FAULT, HTTP, MARTA, ROOM, WEBHOOK, Live, Ways, flat, said

ODD = (
    "nul \x00 aquí",
    "media pareja \ud83d aquí",
    "👍" * 2048,
    "al \u202erevés\u202c y \u200bancho cero",
    "e" + "\u0301" * 400 + " con pila",
    "\ufeff\u2066solo signos\u2069",
)
ALIVE = (
    "<!channel> <!here|@here> <@U0CAMILA> <!subteam^S1|@all>",
    "<http://evil.example|el banco> http://evil.example/a?b=1",
    "*_[](tg://user?id=1) __x__ `y` ||z||",
    "<b>negrita</b> <script>alert(1)</script> &lt;!channel&gt; &amp;",
    "@everyone @channel #general :fire:",
)


@pytest.mark.fault("F18")
async def test_odd_text_is_answered_kept_alike_and_never_comes_again(
    database_url: str, start: Start
) -> None:
    """As Telegram's JSON tells it; both databases hold the same words, and both sides read them."""
    desk = await start(database_url, Ways(WEBHOOK, HTTP))
    await desk.files_a_case()
    await desk.claims(1042)
    for number, text in enumerate(ODD):
        desk.telegram.says(MARTA, f"{number}: {text}")
        await desk.in_thread(1042, f"{number}: ")
    await desk.rests()
    assert set(desk.telegram.posts) == {200}
    assert await desk.read(lambda turn: turn.quarantine.list()) == []
    kept = await desk.read(lambda turn: turn.messages.of_ticket(1042))
    words = [one.text for one in kept if one.text[:3] in {f"{n}: " for n in range(len(ODD))}]
    assert words == [f"{number}: {tamed(text)}" for number, text in enumerate(ODD)]
    assert all(request.status == 200 for request in desk.telegram.calls("sendMessage"))


@pytest.mark.fault("F19")
async def test_markup_of_people_arrives_as_the_characters_it_is(desk: Live) -> None:
    """Both ways, in the title of a card as well; no platform is ever asked for a live mention."""
    desk.telegram.says(MARTA, f"{ALIVE[0]} {ALIVE[1]} {FAULT}")
    await desk.reads("¿A quién")
    await desk.presses("Solo a mí")
    await desk.reads("¿Lo envío?")
    await desk.presses("Enviar")
    await desk.reads("Caso 1042")
    card = await desk.claims(1042)
    for text in ALIVE:
        desk.telegram.says(MARTA, text)
        told = await desk.in_thread(1042, flat(text))
        assert "<" not in told.text
        await desk.slack.says(ROOM, CAMILA, f"repito: {text}", card.ts)
        await desk.reads(f"repito: {text}"[:30])
    await desk.rests()
    for one in desk.slack.sent(ROOM):
        shown = json.dumps(one.blocks)
        assert not [kind for kind in LIVE if f'"type": "{kind}"' in shown]
        assert not any(mark in one.text for mark in ("<!", "<@", "<http"))
    calls = [*desk.telegram.calls("sendMessage"), *desk.telegram.calls("editMessageText")]
    assert all(one.status == 200 and "parse_mode" not in one.params for one in calls)
    assert "<!channel>" in said(card)


LIVE = ("user", "usergroup", "broadcast", "link", "channel", "mrkdwn")


@pytest.mark.fault("F19")
async def test_what_looks_like_a_command_inside_words_is_words(desk: Live) -> None:
    """A line of a message that begins with a slash, or names a button's code, does nothing."""
    await desk.files_a_case()
    await desk.claims(1042)
    for text in ("mire:\n/retirar", "t:withdraw_yes:1042:taken:1", "el texto dice /casos y nada"):
        desk.telegram.says(MARTA, text)
        await desk.in_thread(1042, flat(text))
    assert (await desk.ticket()).is_open


@pytest.mark.parametrize("text", [*ALIVE, "a\nERROR forged\x1b[31m", "{text} %s %(x)s"])
def test_what_people_write_is_one_entry_of_the_log(text: str) -> None:
    """G11: a line of the log cannot be written by a name."""
    stream = StringIO()
    root = logging.getLogger()
    before = root.handlers, root.level
    try:
        configure(Settings.load(None), stream)
        logging.getLogger("radica").warning("from %s", text, extra={"who": text})
    finally:
        root.handlers, root.level = before
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert "\x1b" not in entry["event"] and "\n" not in entry["who"]
    assert text.split("\n", maxsplit=1)[0] in entry["event"]


@pytest.mark.parametrize("text", ["[red]x[/red]", "\x1b]0;root\x07", "\x9b31m", "a\u202eb", *ALIVE])
def test_what_people_write_commands_no_terminal(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """G11: a subject in `radica ticket show` colours nothing, renames nothing, turns nothing."""
    table(("subject",), [(text,)])
    told = capsys.readouterr().out
    assert not set("\x1b\x07\x9b\u202e") & set(told)
    if text.isprintable():
        assert text in told.replace("\n", "")


def tamed(text: str) -> str:
    """What any database can hold of it, composed."""
    whole = text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole)
