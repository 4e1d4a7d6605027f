"""What goes along with a report in a direct message: its picture, and the figures as a file."""

from collections.abc import Callable
from dataclasses import replace

from bot.reports import chart, files
from bot.reports.sheet import BUILDERS, Report, build
from handlers.letters.letter import Letter, LetterFile, plain
from handlers.periods import Period, local_day
from store.turn import Turn
from store.values import OutboxRow


def finisher(row: OutboxRow, turn: Turn, letter: Letter) -> Callable[[], Letter] | None:
    """Read the figures now; draw later. None for a letter that is no report."""
    name = str(row.facts.get("report"))
    if row.kind != "report" or name not in BUILDERS:
        return None
    zone = turn.book.desk.zone
    period = Period(
        str(row.facts["period"]),
        local_day(row.facts["start"], zone),
        local_day(row.facts["end"], zone),
        zone,
    )
    report = build(turn, name, period)
    return lambda: _illustrated(letter, report)


def _illustrated(letter: Letter, report: Report) -> Letter:
    """A report without a row has nothing to draw: its words say so already."""
    if not any(sheet.rows for sheet in report.sheets):
        return letter
    base = f"{report.name}-{report.period.first:%Y-%m-%d}"
    picture = LetterFile(
        kind="photo",
        name=f"{base}.png",
        mime="image/png",
        content=chart.as_png(report),
        alt=_finding(letter),
    )
    sheet = LetterFile(
        kind="document",
        name=f"{base}.csv",
        mime="text/csv",
        content=files.as_csv(report).encode(),
        alt=f"{base}.csv",
    )
    return replace(letter, files=(*letter.files, picture, sheet))


def _finding(letter: Letter) -> str:
    """The line of the report that the picture shows: its promises, in words."""
    lines = [line for line in plain(letter.text).splitlines() if line.strip()]
    told = [line for line in lines if "%" in line]
    return (told or lines)[0][:200]
