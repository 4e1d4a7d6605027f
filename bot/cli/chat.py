"""radica chat: a client's phone in the terminal, over the local desk."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import fail, run, settings

if TYPE_CHECKING:
    from bot.app import App
    from bot.gestures import Button

END = frozenset({"/exit", "/quit", "/q"})
app = typer.Typer()


@app.command()
def chat(
    who: Annotated[str, typer.Option("--as", help="marta, omar, berta or iris.")] = "marta",
) -> None:
    """Write as a client of the local desk. A number presses a button, /exit ends."""
    run(_talk(who))


async def _talk(who: str) -> None:
    from bot.app import assemble, running
    from bot.logging import configure
    from bot.seed import CLIENTS, client, seed

    if who not in {one.key for one in CLIENTS}:
        fail(f"there is no '{who}'; there are {', '.join(one.key for one in CLIENTS)}")
    found = settings()
    if found.connected:
        fail("a platform's token is set: chat plays on a local desk only")
    configure(found.model_copy(update={"log": "error"}))
    desk = assemble(found)
    async with running(desk):
        await desk.desk.run(seed)
        person = client(who)
        typer.echo(f"You are {person.name}, {person.organisation}. /exit ends.")
        await Phone(desk, who).use()


class Phone:
    """Shows what is new in the client's chat, and sends what is typed."""

    def __init__(self, desk: "App", who: str) -> None:
        from bot.seed import client

        self._desk = desk
        self._who = who
        self._chat = str(client(who).user)
        self._seen: set[str] = set()  # refs; a message that is redrawn is not told again
        self._buttons: list[Button] = []

    async def use(self) -> None:
        """Until the input ends."""
        await self._show()
        while (line := await _line()) is not None:
            await self._send(line)
            await self._show()

    async def _send(self, line: str) -> None:
        from bot.gestures import phone, query

        hands = self._desk.hands
        if hands is None:
            raise RuntimeError("not a local desk")
        if line.isdecimal() and 0 < int(line) <= len(self._buttons):
            pressed = query(self._who, self._buttons[int(line) - 1])
            answer = await hands.telegram({"callback_query": pressed})
        else:
            answer = await hands.telegram({"message": {**phone(self._who), "text": line}})
        for call in answer.calls:
            if call.params.get("text") and call.method == "answerCallbackQuery":
                typer.echo(f"  ({call.params['text']})")

    async def _show(self) -> None:
        """Everything that stands in the chat since the last look, once the desk is at rest."""
        from bot.gestures import buttons
        from scheduler import drive

        await drive.quiet(self._desk.desk)
        rows: list[Any] = await self._desk.desk.read(lambda turn: turn.wire.list(self._chat))
        fresh = [row for row in rows if row.ref not in self._seen and row.call.get("by") == "desk"]
        for row in fresh:
            self._seen.add(row.ref)
            text = str(row.call["params"].get("text") or row.call["params"].get("caption") or "")
            typer.echo("\n" + "\n".join(f"  {line}" for line in text.splitlines()))
            self._buttons = list(buttons(row)) or self._buttons
            for number, button in enumerate(buttons(row), start=1):
                typer.echo(f"    [{number}] {button.action.get('text', button.code)}")


async def _line() -> str | None:
    """What is typed; None at the end of the input."""
    try:
        line = await asyncio.to_thread(input, "\n> ")
    except EOFError:
        return None
    return None if line.strip().lower() in END else line.strip()
