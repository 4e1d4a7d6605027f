"""radica simulate: try a policy before living under it, with arrivals and staff of your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import AsJson, fail, show_json, table, told

if TYPE_CHECKING:
    from policy.pack import Policy

app = typer.Typer()
COLUMNS = ("cases", "kept", "broken", "kept %", "no answer", "p50", "p90", "counted p50", "p90")
FIELDS = (
    *("cases", "kept", "broken", "kept_percent", "never_answered"),
    *("wait_p50", "wait_p90", "counted_p50", "counted_p90"),
)


@app.command()
def simulate(
    policy: Annotated[
        str | None, typer.Option("--policy", help="A pack's name or file; else the scenario's.")
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="TOML, or CSV of arrivals; else the pack's example."),
    ] = None,
    staff: Annotated[
        Path | None, typer.Option("--staff", help="CSV of staff, instead of the scenario's file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay arrivals and staff on a virtual clock; tell which promises are kept and broken."""
    from bot.simulation.figures import figures
    from bot.simulation.floor import play
    from bot.simulation.scenario import ScenarioFaults, checked, find, raw_of
    from policy import pack

    try:
        with told():
            chosen = pack.load(policy) if policy else None
            path = find(scenario or (chosen.name if chosen else "imexhs"))
            raw = raw_of(path, staff)
            own = raw.get("policy")
            book = chosen or pack.load(own if isinstance(own, str) else "imexhs")
            found = checked(book, raw, path.parent)
            answer = figures(book, play(book, found))
    except ScenarioFaults as faults:
        fail(f"{len(faults.faults)} fault(s) in the scenario; nothing was played", *faults.faults)
    answer = {"policy": book.name, "digest": book.digest, "title": found.head.title, **answer}
    if as_json:
        show_json(answer)
    else:
        _show(book, answer)


def _show(book: "Policy", answer: dict[str, Any]) -> None:
    typer.echo(f"{answer['title'] or 'Scenario'} · {book.name} {book.version} ({book.digest})")
    typer.echo(f"{answer['from']} .. {answer['to']}")
    typer.echo("Minutes to the first answer: by the clock, and counted in the promise's own hours.")
    _group("", [{"name": "all", **answer["all"]}])
    _group("PRIORITY", answer["by_priority"])
    _group("PLAN", answer["by_plan"])
    _group("HOUR OF ARRIVAL", answer["by_hour"])
    queue = answer["queue"]
    typer.echo(f"\nArrived while the desk is closed: {answer['out_of_hours']}")
    typer.echo(
        f"Queue: {queue['mean']} on average, {queue['most']} at most"
        + (f" ({queue['most_at']})" if queue["most_at"] else "")
        + f", {queue['left']} left"
    )
    _staff(answer["staff"])
    for alarm in answer["alarms"]:
        what = "warned before a deadline" if alarm["kind"] == "warn" else "told of a broken promise"
        typer.echo(f"Level {alarm['level']} {what}: {alarm['times']} times")
    _worst(answer["worst"])


def _group(name: str, rows: list[dict[str, Any]]) -> None:
    typer.echo("")
    shown = [(row["name"], *(_figure(row[field]) for field in FIELDS)) for row in rows]
    table((name, *COLUMNS), shown)


def _staff(rows: list[dict[str, Any]]) -> None:
    typer.echo("")
    fields = ("name", "people", "cases", "hours_worked", "hours_on_shift", "load_percent")
    columns = ("STAFF", "people", "cases", "hours worked", "on shift", "load %")
    table(columns, [tuple(_figure(row[field]) for field in fields) for row in rows])


def _worst(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    typer.echo("\nMissed by most:")
    fields = ("case", "at", "plan", "priority", "due", "answered_at", "late_minutes")
    columns = ("case", "arrived", "plan", "priority", "due", "answered", "minutes late")
    table(columns, [tuple(_figure(row[field]) for field in fields) for row in rows])


def _figure(value: Any) -> str:
    return "-" if value is None else str(value)
