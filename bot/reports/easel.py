"""Draws sketches as PNG. matplotlib is imported here alone, and only when something is drawn.

Run as a program it draws for another process: one sketch a line on stdin as JSON, each answered
on stdout by the length of the picture (8 bytes, big-endian) and the picture. It ends when stdin
does, so it never outlives whoever asked.
"""

import io
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.reports.sketch import Sketch

WIDTH, HEIGHT, DPI = 6.4, 3.2, 100
INKS = ("#1f6f5c", "#c8553d", "#8a8f98")  # kept or first, late or second, third
LENGTH_BYTES = 8


def as_png(sketch: Sketch) -> bytes:
    """A bar chart. Blocks for some hundred milliseconds, and for seconds the first time.

    Uses `Figure` and Agg, never pyplot, whose state is shared by all threads.
    """
    warm()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
    axes: Any = figure.add_subplot()
    axes.set_title(sketch.title, loc="left", fontsize=11)
    _draw(axes, sketch)
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)
    return out.getvalue()


def warm() -> None:
    """Load what drawing needs. The font cache goes where it may be written."""
    os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir()) / "radica-matplotlib"))
    for name in ("matplotlib.backends.backend_agg", "matplotlib.figure"):
        import_module(name)


def _draw(axes: Any, sketch: Sketch) -> None:
    if not sketch.labels:
        axes.text(0.5, 0.5, sketch.empty, ha="center", va="center")
        axes.set_axis_off()
        return
    thickness = 0.8 / len(sketch.series)
    for turn, (name, values) in enumerate(sketch.series.items()):
        _bars(axes, name, values, turn, thickness)
    axes.set_yticks(range(len(sketch.labels)), list(sketch.labels), fontsize=8)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    if len(sketch.series) > 1:
        axes.legend(fontsize=8, frameon=False)


def _bars(axes: Any, name: str, values: Sequence[float], turn: int, thickness: float) -> None:
    middle = (0.8 / thickness - 1) / 2
    places = [at + (turn - middle) * thickness for at in range(len(values))]
    drawn = axes.barh(places, list(values), thickness, color=INKS[turn], label=name)
    axes.bar_label(drawn, fmt="%g", padding=2, fontsize=8)


def main() -> None:
    """Draw until nobody asks any more."""
    warm()
    for line in sys.stdin:
        told = json.loads(line)
        series = {name: tuple(values) for name, values in told["series"].items()}
        picture = as_png(Sketch(told["title"], tuple(told["labels"]), series, told["empty"]))
        sys.stdout.buffer.write(len(picture).to_bytes(LENGTH_BYTES, "big") + picture)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
