"""What goes along with a report in a direct message: its picture, and the figures as a file."""

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.reports import files
from bot.reports.chart import sketch
from bot.reports.sheet import BUILDERS, Report, build
from bot.reports.sketch import Sketch
from bot.reports.studio import CannotDraw, Studio
from handlers.letters.letter import Letter, LetterFile, plain
from handlers.periods import Period, local_day
from handlers.wording.readers import words_for
from store.turn import Turn
from store.values import OutboxRow

log = logging.getLogger(__name__)


class Illustrator:
    """Finishes reports: the figures are read with the words, the picture is drawn after."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def __call__(self, row: OutboxRow, turn: Turn, letter: Letter) -> Callable[[], Letter] | None:
        """What is left to do outside the transaction. None for a letter that is no report."""
        name = str(row.facts.get("report"))
        if row.kind != "report" or name not in BUILDERS:
            return None
        report = build(turn, name, _period(row, turn.book.desk.zone))
        if not any(sheet.rows for sheet in report.sheets):
            return None
        reader = turn.people.get(row.person) if row.person is not None else None
        drawing = sketch(report, words_for(turn, reader))
        return lambda: self._illustrated(letter, report, drawing)

    def _illustrated(self, letter: Letter, report: Report, drawing: Sketch) -> Letter:
        base = f"{report.name}-{report.period.first:%Y-%m-%d}"
        sheet = LetterFile(
            kind="document",
            name=f"{base}.csv",
            mime="text/csv",
            content=files.as_csv(report).encode(),
            alt=f"{base}.csv",
        )
        try:
            picture = LetterFile(
                kind="photo",
                name=f"{base}.png",
                mime="image/png",
                content=self._studio.draw(drawing),
                alt=_finding(letter),
            )
        except CannotDraw as error:
            log.warning("report without its picture: %s", error)
            return replace(letter, files=(*letter.files, sheet))
        return replace(letter, files=(*letter.files, picture, sheet))


def _period(row: OutboxRow, zone: str) -> Period:
    start, end = row.facts["start"], row.facts["end"]
    return Period(str(row.facts["period"]), local_day(start, zone), local_day(end, zone), zone)


def _finding(letter: Letter) -> str:
    """The line of the report that the picture shows: its promises, in words."""
    lines = [line for line in plain(letter.text).splitlines() if line.strip()]
    told = [line for line in lines if "%" in line]
    return (told or lines)[0][:200]
