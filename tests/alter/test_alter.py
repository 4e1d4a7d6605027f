"""The hunt itself: which changes it knows, and that a test really meets the changed pack."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from policy import pack
from policy.pack import parse
from tests.alter.__main__ import told
from tests.alter.changes import Alterations, Change, applied
from tests.alter.hunt import NOTICED, SURVIVED, Found, Verdict, earlier
from tests.alter.toml import written
from tests.alter.workshop import workshop

RAW = tomllib.loads(pack.find("imexhs").read_text(encoding="utf-8"))


def of(*ids: str) -> dict[str, Change]:
    """The changes of these requirements, by their sentence."""
    return {change.sentence: change for change in Alterations(RAW).of(frozenset(ids))}


@pytest.mark.parametrize("name", pack.names())
def test_what_is_written_reads_back(name: str) -> None:
    raw = tomllib.loads(pack.find(name).read_text(encoding="utf-8"))
    assert tomllib.loads(written(raw)) == raw


def test_figures_windows_flags_labels_members_and_rows_are_changed_one_at_a_time() -> None:
    found = of("S0-36", "S0-42", "S0-44")
    for sentence in (
        "plans.bronce.response.alta: '9 h' -> '10 h'",
        "plans.bronce.hours.MX.response.0: 'mon-fri 07:00-16:00' -> 'mon-fri 08:00-16:00'",
        "plans.bronce.hours.MX.response.0: 'mon-fri 07:00-16:00' -> 'mon-fri 07:00-15:00'",
        "plans.bronce.hours.MX.response.0: 'mon-fri 07:00-16:00' -> 'mon-thu 07:00-16:00'",
        "plans.bronce.holidays: None -> 'CO'",
        "plans.bronce.label: 'BRONCE' -> 'BRONCEx'",
        "plans.bronce.channels.follow_up.1: 'phone_out' -> (gone)",
        "channels.phone_out: the row -> (gone)",
        "hybrid.holidays: 'CO' -> (gone)",
    ):
        assert sentence in found, sentence
    rows = [change for change in found.values() if change.value.shown == "channels.phone_out"]
    assert len(parse(RAW).channels) == len(parse(applied(RAW, rows[0])).channels) + 1
    assert all(set(change.value.ids) & {"S0-36", "S0-42", "S0-44"} for change in found.values())
    assert not any("says" in sentence or "clause" in sentence for sentence in found)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_changed_figure_is_noticed_by_a_test_over_the_copy_and_the_pack_itself_is_not() -> None:
    change = of("S0-41")["plans.gold.response.alta: '2 h' -> '3 h'"]
    before = pack.find("imexhs").read_bytes()
    with workshop("imexhs", warm=False) as shop:
        asked: dict[str, Any] = {"first": {}, "ids": ["S0-41"]}
        asked["files"] = ["tests/cli/test_simulate.py"]
        assert shop.run(**asked)["code"] == 0
        shop.write(written(applied(RAW, change)))
        ran = shop.run(**asked)
        assert (ran["code"], len(ran["failed"])) == (1, 1)
    assert pack.find("imexhs").read_bytes() == before


def test_a_hunt_goes_on_where_it_ended_unless_the_pack_is_another(tmp_path: Path) -> None:
    file = tmp_path / "alter.json"
    noticed = Verdict("a: 1 -> 2", ("S0-01",), NOTICED, "test_a", 3)
    survived = Verdict("b: 1 -> 2", ("S0-02",), SURVIVED, "", 2)
    found = Found("imexhs", "digest", [noticed, survived], [], left=7)
    found.keep(file)
    assert earlier(file, "digest") == [noticed, survived]
    assert earlier(file, "another") == [] == earlier(tmp_path / "none.json", "digest")
    assert "2 changes, 1 noticed, 1 survived, 0 untested, 7 left" in told(found)
    assert "survived: b: 1 -> 2  [S0-02] (2 tests)" in told(found)
