"""The drawing process: asked, killed, asked again, and ended with whoever asked."""

import pytest

from bot.reports.sketch import Sketch
from bot.reports.studio import CannotDraw, Studio

PNG = b"\x89PNG"
SKETCH = Sketch(
    title="Promesas · «año»",
    labels=("alta", "baja"),
    series={"cumplidas": (3.0, 1.0), "incumplidas": (0.0, 2.0)},
    empty="nada",
)


def test_a_process_that_was_killed_is_started_again() -> None:
    studio = Studio()
    try:
        assert studio.draw(SKETCH).startswith(PNG)
        child = studio._child
        assert child is not None
        child.kill()
        child.wait()
        assert studio.draw(SKETCH).startswith(PNG)
    finally:
        studio.close()


def test_a_sketch_that_cannot_be_drawn_is_told_and_the_next_one_is_drawn() -> None:
    studio = Studio()
    try:
        one = (1.0,)
        too_many = {"a": one, "b": one, "c": one, "d": one}  # four series, and three inks
        broken = Sketch(title="x", labels=("a",), series=too_many, empty="")
        with pytest.raises(CannotDraw):
            studio.draw(broken)
        assert studio.draw(SKETCH).startswith(PNG)
    finally:
        studio.close()


def test_closing_ends_the_process() -> None:
    studio = Studio()
    studio.warm()
    child = studio._child
    assert child is not None
    studio.close()
    assert child.poll() is not None
    studio.close()
