"""What is to be drawn, apart from everything else: the drawing process loads nothing but this."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sketch:
    """What is to be drawn: plain values, so that another process can draw it."""

    title: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]  # by the name that the legend shows
    empty: str  # written where there is nothing to draw
