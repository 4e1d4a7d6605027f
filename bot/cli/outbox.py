"""radica outbox list|retry|drop: what has not reached its reader, and what to do about it."""

from typing import Annotated

import typer

from bot.cli.common import AsJson, fail, in_read, in_turn, show_json, table

app = typer.Typer(help="Letters: what waits, what died, once more or never.", no_args_is_help=True)
STATES = ("pending", "claimed", "sent", "unknown", "dead", "expired")
COLUMNS = ("id", "state", "channel", "chat", "ticket", "key", "attempt", "created_at", "error")
Row = Annotated[int, typer.Argument(metavar="ID", help="The letter's id, as list shows it.")]


@app.command("list")
def list_rows(
    state: Annotated[str, typer.Option(help="pending, claimed, sent, unknown, dead, expired")] = "",
    ticket: Annotated[int | None, typer.Option(help="Only of this case.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest first; without --state everything that is not sent."""
    if state and state not in STATES:
        fail(f"there is no state '{state}'; there are {', '.join(STATES)}")
    found = in_read(lambda turn: turn.outbox.list(state=state or None, ticket=ticket, limit=limit))
    rows = [row for row in found if state or row.state not in ("sent", "expired")]
    lines = [tuple(getattr(row, column) for column in COLUMNS) for row in rows]
    if as_json:
        show_json([dict(zip(COLUMNS, line, strict=True)) for line in lines])
    else:
        table(COLUMNS, lines)


@app.command()
def retry(row: Row) -> None:
    """Send a letter that is dead, unknown or expired after all."""
    if not in_turn(lambda turn: turn.outbox.retry(row)):
        fail(f"letter {row} is not dead, unknown or expired", code=1)
    typer.echo(f"Letter {row} waits to be sent.")


@app.command()
def drop(row: Row) -> None:
    """Never send a letter that waits."""
    if not in_turn(lambda turn: turn.outbox.cancel(row, "dropped by the operator")):
        fail(f"letter {row} does not wait", code=1)
    typer.echo(f"Letter {row} will not be sent.")
