"""No requirement is forgotten: each has a rule, and a test that drives the desk or a command."""

from pathlib import Path

import pytest

from tests.trace.ids import SOURCES, labels, source_of
from tests.trace.missing import idle, unknown, unruled, unshown, unworked
from tests.trace.page import PAGE, drawn
from tests.trace.shown import drives

pytestmark = pytest.mark.timeout(180)  # the first of them has pytest collect all marked tests
COUNTS = {"S0": 98, "S1": 58, "S2": 20, "S3": 26, "S4": 13, "D": 22}


def test_the_list_holds_every_id_once_and_in_order() -> None:
    of = {source: [id for id in labels() if source_of(id) == source] for source in COUNTS}
    for source, count in COUNTS.items():
        numbers = range(1, count + 1)
        assert of[source] == [f"D{n}" if source == "D" else f"{source}-{n:02}" for n in numbers]
    assert len(labels()) == sum(COUNTS.values()) and set(SOURCES) == set(COUNTS) - {"D"}
    assert all(label and len(label) <= 60 for label in labels().values())


def test_every_id_has_a_rule() -> None:
    assert unruled() == []


def test_every_id_that_is_not_open_has_a_test() -> None:
    assert unshown() == []


def test_what_is_enforced_or_told_is_seen_at_work_and_not_only_read_in_the_pack() -> None:
    assert unworked() == []


def test_every_mark_names_an_id_and_stands_on_a_test_that_drives_the_desk() -> None:
    assert not unknown()
    assert not idle()


def test_the_page_is_as_it_would_be_drawn_now() -> None:
    """Otherwise: python -m tests.trace."""
    assert PAGE.read_text(encoding="utf-8") == drawn()


@pytest.mark.parametrize(
    ("source", "fixtures", "counts"),
    [
        ("from policy.pack import load\n", ["tmp_path"], False),
        ("from policy.pack import load\n", ["sqlite_url", "make_world"], True),
        ("from typer.testing import CliRunner\n", [], True),
    ],
    ids=["a pure function", "a desk", "a command"],
)
def test_a_mark_counts_by_what_its_test_drives(
    source: str, fixtures: list[str], counts: bool, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(source)
    assert drives({"file": "test_it.py", "fixtures": fixtures}, tmp_path) is counts
