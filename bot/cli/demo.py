"""radica demo: the whole story of a case on real parts, in the terminal, in seconds."""

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, fail, show_json, told

if TYPE_CHECKING:
    from bot.app import App
    from bot.reports.studio import Studio
    from bot.stage import Stuck
    from bot.story import Step
    from bot.transcript import Bubble
    from store.turn import Turn

START = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # a Tuesday, 10:12 a. m. in Bogota
WIDTH = 76
LONG_AGO = timedelta(days=30)  # so that every bubble names its day
app = typer.Typer()


@dataclass
class Telling:
    """What one step brought: every message that is new or redrawn since the step before."""

    step: str
    caption: str
    bubbles: "list[Bubble]" = field(default_factory=list)


@app.command()
def demo(
    policy: Annotated[str, typer.Option(help="A pack's name, or its file.")] = "imexhs",
    as_json: AsJson = False,
) -> None:
    """Play a case from its first message to the report. Fails loudly if a step does not happen."""
    from bot.reports.studio import Studio

    studio = Studio()
    studio.warm()  # beside us, while we load the rest
    from bot.stage import Stuck

    with told():
        try:
            tellings = asyncio.run(_played(policy, studio, quiet=as_json))
        except Stuck as stuck:
            fail(_missing(stuck), code=1)
    if as_json:
        show_json({"policy": policy, "steps": tellings})


async def _played(policy: str, studio: "Studio", *, quiet: bool) -> list[Telling]:
    from bot import story, story_of_policy
    from bot.stage import Stage

    tellings: list[Telling] = []
    with tempfile.TemporaryDirectory(prefix="radica-demo-") as folder:
        desk = _assembled(policy, Path(folder), studio)
        try:
            await _open(desk)
            name = desk.desk.book.name
            stage = Stage(desk.desk, _hands(desk))
            for step in (*story.script(name).steps, *story_of_policy.steps(name)):
                seen = await desk.desk.read(_newest)
                await stage.play(step)
                telling = await _telling(desk, step, seen)
                if tellings and tellings[-1].step == step.name:
                    telling = replace(telling, caption="")
                tellings.append(telling)
                if not quiet:
                    _print(desk, telling)
        finally:
            await desk.stop()
    if not quiet:
        typer.echo(f"\n{len({one.step for one in tellings})} pasos, todos cumplidos.")
    return tellings


def _assembled(policy: str, folder: Path, studio: "Studio") -> "App":
    from bot.app import assemble
    from bot.settings import Settings
    from scheduler.clock import VirtualClock

    found = Settings.local(policy, f"sqlite:///{folder / 'demo.db'}")
    return assemble(found, clock=VirtualClock(START), fast=True, studio=studio)


async def _open(desk: "App") -> None:
    from bot import seed

    await desk.prepare()
    await desk.desk.run(seed.seed)


def _hands(desk: "App") -> Any:
    if desk.hands is None:
        fail("the demo needs a desk without tokens", code=1)
    return desk.hands


def _newest(turn: "Turn") -> int:
    return max((row.seq for row in turn.wire.changes(0)), default=0)


async def _telling(desk: "App", step: "Step", seen: int) -> Telling:
    from bot.transcript import bubble

    rows = await desk.desk.read(lambda turn: turn.wire.changes(seen))
    shown = [bubble(row) for row in rows if not row.deleted]
    return Telling(step=step.name, caption=_caption(desk, step), bubbles=shown)


def _caption(desk: "App", step: "Step") -> str:
    from handlers.wording import Words

    words = Words(desk.desk.book.desk.languages[0], domain="console")
    return words.line(f"console.story.{step.name}")


def _print(desk: "App", telling: Telling) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.panel import Panel
    from rich.text import Text

    from bot.transcript import plainly

    console = Console(width=WIDTH + 8, highlight=False)
    if telling.caption:
        console.print(Text(f"\n{telling.caption}", style="bold"))
    for one in telling.bubbles:
        title = Text(plainly(_title(desk, one)))
        body = Text(plainly(one.text))
        for name in one.files:
            body.append(f"\n[{plainly(name)}]", style="italic")
        if one.buttons:
            body.append("\n" + "  ".join(f"[{label}]" for label in one.buttons), style="cyan")
        left = 0 if one.side == "desk" else 8
        panel = Panel(body, title=title, title_align="left", width=WIDTH, border_style=_style(one))
        console.print(Padding(panel, (0, 0, 0, left)))


def _title(desk: "App", one: "Bubble") -> str:
    from handlers.wording import Words

    book = desk.desk.book.desk
    words = Words(book.languages[0], zone=book.zone, now=START - LONG_AGO)
    only = f" (solo {one.only.split()[0]})" if one.only else ""
    return f"{one.who} · {one.where} · {words.write('short', one.at)}{only}"


def _style(one: "Bubble") -> str:
    if one.side == "person":
        return "green" if one.channel == "telegram" else "blue"
    return "dim" if one.only else "white"


def _missing(stuck: "Stuck") -> str:
    wanted = "; ".join(str(one) for one in stuck.missing)
    return f"the story stopped at '{stuck.step.name}': not seen: {wanted}"
