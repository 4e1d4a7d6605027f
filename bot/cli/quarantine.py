"""radica quarantine list|show|replay|drop: events that could not be handled, and another try."""

from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.cli.common import AsJson, fail, in_read, in_turn, prepared, run, show_json, table

if TYPE_CHECKING:
    from store.values import Quarantined

app = typer.Typer(help="Events that failed on their own, kept whole.", no_args_is_help=True)
COLUMNS = ("reference", "channel", "kind", "at", "replayed_at", "error")
Reference = Annotated[str, typer.Argument(help="Such as Q-4F2A91.")]


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
def show(reference: Reference) -> None:
    """The event as it came in, with what went wrong. It may hold what a person wrote."""
    kept = in_read(lambda turn: turn.quarantine.get(reference))
    if kept is None:
        _unknown(reference)
    show_json({column: getattr(kept, column) for column in (*COLUMNS, "body")})


@app.command()
def replay(reference: Reference) -> None:
    """Handle the event after all. What it says is sent by the desk that runs."""
    again = run(_replay(reference))
    if again is None:
        _unknown(reference)
    if again:
        fail(f"{reference} failed again: it is kept as {again}", code=1)
    typer.echo(f"{reference} was handled.")


@app.command()
def drop(reference: Reference) -> None:
    """Forget an event that nobody will ever want, such as junk that was never one."""
    if not in_turn(lambda turn: turn.quarantine.drop(reference)):
        _unknown(reference)
    typer.echo(f"{reference} is forgotten.")


async def _replay(reference: str) -> str | None:
    """None for a reference that does not exist; a new one where it failed once more."""
    from bot.replay import rebuilt
    from handlers.inbound import Toast
    from handlers.intake import KEPT

    async with prepared() as app:
        kept: Quarantined | None = await app.desk.read(lambda turn: turn.quarantine.get(reference))
        if kept is None:
            return None
        receipt: Any = await app.desk.receive(rebuilt(kept))
        await app.desk.run(lambda turn: turn.quarantine.replayed(kept.reference))
        if isinstance(receipt, Toast) and receipt.key == KEPT:
            return str(receipt.facts["reference"])
        return ""


def _unknown(reference: str) -> NoReturn:
    fail(f"there is nothing in quarantine under {reference}", code=1)
