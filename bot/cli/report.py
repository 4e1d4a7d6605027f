"""radica report NAME: the supervisors' figures, for a terminal, a script or a spreadsheet."""

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.common import fail, in_read, table

PERIODS = "hoy, ayer, semana, mes, 2026-10, 2026-10-01..2026-10-15"
FORMATS = ("table", "json", "csv", "xlsx", "png")
app = typer.Typer()


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="resumen, sla, pendientes, ingenieros, ...")],
    period: Annotated[str, typer.Option(help=PERIODS)] = "semana",
    form: Annotated[str, typer.Option("--format", help="table, json, csv, xlsx or png")] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Else stdout.")] = None,
) -> None:
    """Figures of a period, as a table, JSON, CSV, XLSX or a picture."""
    from bot.reports.sheet import BUILDERS, build, canonical
    from handlers.periods import parse
    from policy.errors import Refusal

    known = canonical(name)
    if known is None:
        fail(f"there is no report '{name}'; there are {', '.join(BUILDERS)}")
    if form not in FORMATS:
        fail(f"there is no format '{form}'; there are {', '.join(FORMATS)}")

    def work(turn: Any, name: str = known) -> Any:
        try:
            asked = parse(period, turn.now, turn.book.desk.zone)
        except Refusal:
            fail(f"there is no period '{period}'; there are {PERIODS}")
        return build(turn, name, asked)

    found = in_read(work)
    if form == "table" and output is None:
        _show(found)
        return
    content = _content(found, form)
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}")


def _content(found: Any, form: str) -> bytes:
    from bot.reports import files
    from bot.reports.chart import sketch
    from bot.reports.easel import as_png
    from handlers.wording import Words

    if form == "table":
        with redirect_stdout(StringIO()) as shown:
            _show(found)
        return shown.getvalue().encode()
    if form == "json":
        return (files.as_json(found) + "\n").encode()
    if form == "csv":
        return files.as_csv(found).encode()
    return files.as_xlsx(found) if form == "xlsx" else as_png(sketch(found, Words()))


def _show(found: Any) -> None:
    until = found.period.end
    typer.echo(f"{found.name} · {found.period.start:%Y-%m-%d} .. {until:%Y-%m-%d %H:%M %Z}")
    for sheet in found.sheets:
        if sheet.rows:
            typer.echo("")
            if len(found.sheets) > 1:
                typer.echo(sheet.name.upper())
            table(sheet.columns, list(sheet.rows), found.period.zone)
    if not any(sheet.rows for sheet in found.sheets):
        typer.echo("nothing in this period")
