"""radica quarantine list|replay: events that could not be handled, and another try."""

from typing import Annotated, Any

import typer

from bot.cli.common import AsJson, fail, in_read, prepared, run, show_json, table

app = typer.Typer(help="Events that failed on their own, kept whole.", no_args_is_help=True)
COLUMNS = ("reference", "kind", "at", "replayed_at", "error")


@app.command("list")
def list_kept(
    everything: Annotated[bool, typer.Option("--all", help="Also those replayed since.")] = False,
    as_json: AsJson = False,
) -> None:
    """The newest first."""
    kept = in_read(lambda turn: turn.quarantine.list(waiting=not everything))
    lines = [tuple(getattr(one, column) for column in COLUMNS) for one in kept]
    if as_json:
        show_json([dict(zip(COLUMNS, line, strict=True)) for line in lines])
    else:
        table(COLUMNS, lines)


@app.command()
def replay(reference: Annotated[str, typer.Argument(help="Such as Q-4F2A91.")]) -> None:
    """Handle the event after all. What it says is sent by the desk that runs."""
    done = run(_replay(reference))
    if not done:
        fail(f"there is nothing in quarantine under {reference}", code=1)
    typer.echo(f"{reference} was handled.")


async def _replay(reference: str) -> bool:
    from bot.replay import rebuilt

    async with prepared() as app:
        kept: Any = await app.desk.read(lambda turn: turn.quarantine.get(reference))
        if kept is None:
            return False
        await app.desk.receive(rebuilt(kept))
        return await app.desk.run(lambda turn: turn.quarantine.replayed(kept.reference))
