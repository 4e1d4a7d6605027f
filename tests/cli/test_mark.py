"""What leaves the desk as a file carries the policy's mark, where it has one."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Radica


@pytest.mark.requirement("S4-13")
def test_every_export_of_a_contractors_desk_is_an_uncontrolled_copy(
    radica: Radica, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADICA_POLICY", "contractor")
    mark = "COPIA NO CONTROLADA"
    for form in ("csv", "json", "xlsx"):
        done = radica("report", "pendientes", "--format", form, "-o", f"p.{form}")
        assert done.exit_code == 0, done.stderr
    table = (home / "p.csv").read_text(encoding="utf-8-sig").splitlines()
    assert list(csv.reader(table))[-1] == [mark]
    assert json.loads((home / "p.json").read_text(encoding="utf-8"))["mark"] == mark
    page: Any = load_workbook(home / "p.xlsx").active
    assert [row[0].value for row in page.iter_rows()][-1] == mark
    assert page.oddFooter.center.text == mark


def test_a_policy_without_a_mark_adds_nothing(radica: Radica, home: Path) -> None:
    assert radica("report", "pendientes", "--format", "json", "-o", "p.json").exit_code == 0
    assert "mark" not in json.loads((home / "p.json").read_text(encoding="utf-8"))
