"""A report's first finding as a picture. matplotlib is imported here, when first asked for."""

import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.reports.sheet import Cell, Report

WIDTH, HEIGHT, DPI = 6.4, 3.2, 100
MOST_BARS = 14
INKS = ("#1f6f5c", "#c8553d", "#8a8f98")  # kept or first, late or second, third
HOUR = 3600


@dataclass(frozen=True)
class Drawing:
    """Which columns of which sheet are drawn. `scale` divides the values."""

    sheet: int
    label: str
    values: tuple[str, ...]
    title: str
    scale: float = 1


DRAWINGS: Mapping[str, Drawing] = {
    "resumen": Drawing(1, "name", ("count", "before"), "Casos por categoría: ahora y antes"),
    "sla": Drawing(0, "priority", ("kept", "late"), "Promesas cumplidas e incumplidas"),
    "ingenieros": Drawing(0, "name", ("kept", "late"), "Promesas por persona"),
    "clientes": Drawing(0, "name", ("opened", "closed"), "Casos abiertos y cerrados"),
    "autogestion": Drawing(0, "article", ("useful", "refused"), "Guías: sirvió y no era eso"),
    "satisfaccion": Drawing(0, "rating", ("count",), "Calificaciones"),
    "escalamientos": Drawing(0, "level", ("count",), "Escalamientos por nivel"),
    "tiempos": Drawing(
        0, "priority", ("first_answer_median", "solved_median"), "Mediana en horas hábiles", HOUR
    ),
    "pendientes": Drawing(0, "priority", (), "Casos abiertos por prioridad"),
}


def as_png(report: Report) -> bytes:
    """A bar chart. Blocks for some hundred milliseconds: call it outside the event loop.

    Uses `Figure` and Agg, never pyplot, whose state is shared by all threads.
    """
    os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir()) / "radica-matplotlib"))
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawing = DRAWINGS[report.name]
    labels, series = bars(report, drawing)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes: Any = figure.add_subplot()
    axes.set_title(f"{drawing.title} · {report.period.name}", loc="left", fontsize=11)
    _draw(axes, labels, series)
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)
    return out.getvalue()


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


def _draw(axes: Any, labels: list[str], series: dict[str, list[float]]) -> None:
    if not labels:
        axes.text(0.5, 0.5, "Sin datos en este periodo", ha="center", va="center")
        axes.set_axis_off()
        return
    thickness = 0.8 / len(series)
    for turn, (name, values) in enumerate(series.items()):
        places = [at + (turn - (len(series) - 1) / 2) * thickness for at in range(len(labels))]
        drawn = axes.barh(places, values, thickness, color=INKS[turn], label=NAMES.get(name, name))
        axes.bar_label(drawn, fmt="%g", padding=2, fontsize=8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    if len(series) > 1:
        axes.legend(fontsize=8, frameon=False)


NAMES: Mapping[str, str] = {
    "count": "casos",
    "before": "periodo anterior",
    "kept": "cumplidas",
    "late": "incumplidas",
    "opened": "abiertos",
    "closed": "cerrados",
    "useful": "sirvió",
    "refused": "no era eso",
    "first_answer_median": "primera respuesta",
    "solved_median": "solución",
}


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0
