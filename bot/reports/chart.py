"""A report's first finding as a sketch: a title, labels, and bars of at most three series."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.reports.sheet import Cell, Report
from bot.reports.sketch import Sketch
from handlers.wording import Words

MOST_BARS = 14
HOUR = 3600


@dataclass(frozen=True)
class Drawing:
    """Which columns of which sheet are drawn. `scale` divides the values."""

    sheet: int
    label: str
    values: tuple[str, ...]
    scale: float = 1


DRAWINGS: Mapping[str, Drawing] = {
    "resumen": Drawing(1, "name", ("count", "before")),
    "sla": Drawing(0, "priority", ("kept", "late")),
    "ingenieros": Drawing(0, "name", ("kept", "late")),
    "clientes": Drawing(0, "name", ("opened", "closed")),
    "autogestion": Drawing(0, "article", ("useful", "refused")),
    "satisfaccion": Drawing(0, "rating", ("count",)),
    "escalamientos": Drawing(0, "level", ("count",)),
    "tiempos": Drawing(0, "priority", ("first_answer_median", "solved_median"), HOUR),
    "cobros": Drawing(0, "number", ("hours",)),
    "pendientes": Drawing(0, "priority", ()),
}


def sketch(report: Report, words: Words) -> Sketch:
    """The report as bars, in the reader's words. Raises KeyError for a report without a drawing."""
    labels, series = bars(report, DRAWINGS[report.name])
    return Sketch(
        title=" · ".join(
            part
            for part in (words.line(f"chart.{report.name}"), report.period.name, report.mark)
            if part
        ),
        labels=tuple(labels),
        series={words.line(f"chart.series.{k}"): tuple(v) for k, v in series.items()},
        empty=words.line("chart.empty"),
    )


def bars(report: Report, drawing: Drawing) -> tuple[list[str], dict[str, list[float]]]:
    """Labels and values, the first rows of the sheet; without columns, how often each label is."""
    rows = report.sheets[drawing.sheet].dicts()
    if not drawing.values:
        names = [str(row[drawing.label]) for row in rows]
        unique = list(dict.fromkeys(names))[:MOST_BARS]
        return unique, {"count": [float(names.count(name)) for name in unique]}
    shown = rows[:MOST_BARS]
    labels = [str(row[drawing.label]) or "—" for row in shown]
    return labels, {
        name: [_number(row[name]) / drawing.scale for row in shown] for name in drawing.values
    }


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
