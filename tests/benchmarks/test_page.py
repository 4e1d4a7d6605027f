"""The page of performance takes its tables from results, and keeps what is written by hand."""

import json
from pathlib import Path

from benchmarks import page
from benchmarks.report import Figure, Line, Pair, Sheet, written

PAGE = """# Performance
By hand.
<!-- intake -->
old
<!-- /intake -->
By hand too.
"""


def test_the_newest_result_stands_between_its_marks_and_all_else_stays(tmp_path: Path) -> None:
    results = tmp_path / "results"
    written(_sheet(0.3), results)
    written(_sheet(0.0999), results)
    made, missing = page.made(PAGE, page.read(results))
    assert missing == []
    assert made.startswith("# Performance\nBy hand.\n<!-- intake -->\n`python -m benchmarks.x`, ")
    assert made.endswith("\n<!-- /intake -->\nBy hand too.\n")
    assert "| form | raw | 0.0999 | 0.0899 to 0.11 | 0.1: NOT met | 0.05: met |" in made
    assert "| memory | 41 MB | at most 40: NOT met |  |" in made
    assert "old" not in made
    assert "0.3" not in made


def test_a_result_without_a_place_is_named(tmp_path: Path) -> None:
    results = tmp_path / "results"
    written(_sheet(1.0), results)
    made, missing = page.made("# Nothing\n", page.read(results))
    assert (made, missing) == ("# Nothing\n", ["intake"])


def test_the_page_has_a_place_for_every_table() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    names = [f"{name}-{database}" for name in ("intake", "timers") for database in DATABASES]
    for name in (*names, "dispatch", "footprint", "matching", "business-time"):
        sheet = json.loads(json.dumps(_sheet(1.0).plain())) | {"name": name}
        assert page.made(text, {name: sheet})[1] == []


DATABASES = ("sqlite", "postgresql")


def _sheet(ratio: float) -> Sheet:
    line = Line(
        pair=Pair(ours="form", beside="raw", goal=0.1, aim=0.05),
        ours=1.0,
        beside=1.0,
        ratios=(ratio - 0.01, ratio, ratio + 0.01),
    )
    memory = Figure(what="memory", value=41, unit="MB", most=40)
    return Sheet(
        name="intake",
        title="Intake",
        command="python -m benchmarks.x",
        lines=[line],
        figures=[memory],
    )
