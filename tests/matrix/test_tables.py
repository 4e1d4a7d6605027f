"""Tables that leave the desk and come back: what people wrote is shown, never computed."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.cells import guarded, unguarded
from bot.imports import table
from bot.reports.files import as_csv
from bot.reports.sheet import Report, Sheet
from handlers.periods import Period

TODAY = date(2026, 11, 24)
PERIOD = Period("hoy", TODAY, date(2026, 11, 25), "America/Bogota")
HOSTILE = (
    '=HYPERLINK("http://evil.example")',
    " +cmd|' /C calc'!A0",
    "a\n=1",
    "a\r\n\u00a0@SUM(A1)",
    "\t=1",
    "-1+1",
    "\u200b=1",
    "＝1+1",
    "'=1",
    "''",
    'say "hi", it\'s 5 - 3',
)
LINE_STARTS = st.sampled_from(["", "=", "+", "-", "@", "\t", "'", " ", "\u00a0", "\u200b", "＝"])
cells = st.lists(st.builds(str.__add__, LINE_STARTS, st.text(max_size=12)), max_size=4).map(
    "\n".join
)


def rows(text: str) -> list[list[str]]:
    """The file as a spreadsheet's reader sees it, without its header."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]


def is_live(line: str) -> bool:
    """Whether a spreadsheet would compute a line that begins so."""
    seen = line.lstrip(" \u00a0\u200b\ufeff\u2003")
    return seen.startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"))


@pytest.mark.fault("F20")
def test_no_line_of_a_cell_is_a_formula_and_the_source_comes_back() -> None:
    report = Report("pendientes", PERIOD, (Sheet("p", ("subject",), tuple((n,) for n in HOSTILE)),))
    found = [row[0] for row in rows(as_csv(report))]
    assert not [cell for cell in found if any(map(is_live, cell.splitlines()))]
    assert [unguarded(cell) for cell in found] == list(HOSTILE)


@pytest.mark.fault("F20")
def test_a_table_of_ours_is_read_back_as_it_was(tmp_path: Path) -> None:
    """Through the door by which tables come in."""
    file = tmp_path / "people.csv"
    names = ("+57 300 000 0000", "=Marta", "'Ana", "Iris - O'Neill")
    sheet = Sheet("p", ("contact",), tuple((name,) for name in names))
    file.write_text(as_csv(Report("pendientes", PERIOD, (sheet,))), encoding="utf-8", newline="")
    read = table.read(file, {"contact": table.Column()})
    assert [line["contact"] for line in read.lines] == list(names)


@pytest.mark.fault("F20")
@given(cells)
@example("'\n'=")
def test_whatever_a_cell_holds_it_is_text_and_comes_back(text: str) -> None:
    marked = guarded(text)
    assert not any(is_live(line) for line in marked.replace("\r", "\n").split("\n"))
    assert unguarded(marked) == text.replace("\0", "")
