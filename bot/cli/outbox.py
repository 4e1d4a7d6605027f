"""radica outbox list|retry|drop: what has not reached its reader, and what to do about it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, fail, in_read, in_turn, show_json, table

if TYPE_CHECKING:
    from store.turn import Turn
    from store.values import OutboxRow

app = typer.Typer(help="Letters: what waits, what died, once more or never.", no_args_is_help=True)
STATES = ("pending", "claimed", "sent", "dead", "expired")
QUIET = ("sent", "expired")  # not listed unless they are asked for
REASONS = {
    "too_late": "it waited past its sense",
    "replaced": "a later notice took its place",
    "told_together": "told with others in one letter",
    "answered_meanwhile": "answered in the meantime",
    "moved_on_meanwhile": "the talk went on in the meantime",
    "taken_back": "its author deleted it",
    "lease_lost": "its sender went away; it may have arrived",
}
COLUMNS = ("id", "state", "channel", "chat", "ticket", "key", "attempt", "created_at", "error")
Rows = Annotated[
    list[int],
    typer.Argument(metavar="ID...", min=1, max=2**63 - 1, help="Letters, as list shows them."),
]


@app.command("list")
def list_rows(
    state: Annotated[str, typer.Option(help=", ".join(STATES))] = "",
    ticket: Annotated[int | None, typer.Option(help="Only of this case.")] = None,
    channel: Annotated[str, typer.Option(help="Only of this channel.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest first; without --state everything that is neither sent nor dropped."""
    if state and state not in STATES:
        fail(f"there is no state '{state}'; there are {', '.join(STATES)}")

    def read(turn: "Turn") -> "list[OutboxRow]":
        return turn.outbox.list(
            state=state or None,
            ticket=ticket,
            channel=channel or None,
            without=() if state else QUIET,
            limit=limit,
        )

    lines = [_line(row) for row in in_read(read)]
    if as_json:
        show_json([dict(zip((*COLUMNS, "why"), line, strict=True)) for line in lines])
    else:
        table((*COLUMNS[:-1], "why"), [(*line[:-2], line[-1]) for line in lines])


@app.command()
def retry(rows: Rows) -> None:
    """Send letters that are dead or expired after all; each says that it is late."""
    done = in_turn(lambda turn: [row for row in rows if turn.outbox.retry(row)])
    _tell(done, "waits to be sent.", rows, "is not dead or expired")


@app.command()
def drop(rows: Rows) -> None:
    """Never send letters that wait."""
    why = "dropped by the operator"
    done = in_turn(lambda turn: [row for row in rows if turn.outbox.cancel(row, why)])
    _tell(done, "will not be sent.", rows, "does not wait")


def _line(row: "OutboxRow") -> tuple[Any, ...]:
    """The columns, and the reason in words: a platform's own code stands for itself."""
    return (*(getattr(row, column) for column in COLUMNS), REASONS.get(row.error, row.error))


def _tell(done: Iterable[int], how: str, asked: Iterable[int], why_not: str) -> None:
    known = set(done)
    for row in asked:
        if row in known:
            typer.echo(f"Letter {row} {how}")
    others = [f"letter {row} {why_not}" for row in asked if row not in known]
    if others:
        fail(*others, code=1)
