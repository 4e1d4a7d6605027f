"""A pack that is wrong: one report with every fault, exit 1, and a desk that does not start."""

import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import application
from policy.pack import PACKS


def text(name: str = "imexhs") -> str:
    return (PACKS / f"{name}.toml").read_text(encoding="utf-8")


def radica(*words: str) -> Result:
    return CliRunner().invoke(application(words), list(words))


def without(table: str, pack: str) -> str:
    """The pack without a table and what is inside it."""
    kept, gone = list[str](), False
    for line in pack.splitlines(keepends=True):
        if line.startswith("["):
            gone = line.strip("[]\n").split(".")[0] == table
        if not gone:
            kept.append(line)
    return "".join(kept)


def check(tmp_path: Path, pack: str) -> Result:
    file = tmp_path / "mine.toml"
    file.write_text(pack, encoding="utf-8")
    return radica("policy", "check", str(file))


def broken() -> str:
    """Everything at once that an owner may get wrong."""
    pack = without("thresholds", text())
    for old, new in (
        ("first_number =", "frist_number ="),
        ('zone = "America/Lima"', 'zone = "America/Limma"'),
        ('code = "HN"', 'code = "HX"'),
        (
            'response = ["mon-fri 07:00-16:00"]',
            'response = ["mon-fri 07:00-16:00", "fri 15:00-17:00"]',
        ),
        ("number = 5\n", "number = 6\n"),
        ('remind_after = "24 h"', 'remind_after = "-24 h"'),
        ('label = "Enlazar Imagen"', 'label = "Reenvío de reportes"'),
        ('article = "usar-el-ris"', 'article = "usar-el-riss"'),
    ):
        assert old in pack
        pack = pack.replace(old, new, 1)
    return pack


FAULTS = (
    "thresholds: is missing",
    "desk.frist_number: no such field; did you mean 'first_number'?",
    "desk.first_number: is missing",
    "countries[4].zone: no such zone: 'America/Limma'; did you mean 'America/Lima'?",
    "countries[5].code: no such country: 'HX'",
    "plans[0].hours.MX.response: two windows overlap on fri",
    "ladder: levels go 1, 2, 3... without a gap; these are [1, 2, 3, 4, 6]",
    "ladder: no level 5, which desk.reach_from_all asks for; add a [[ladder]] with number = 5",
    "closing.remind_after: '-24 h' is negative; a span of time is not",
    "listed twice in the category 'pacs': also typologies[18]; leave one of them out",
    "no such article: 'usar-el-riss'; did you mean 'usar-el-ris'?",
)


def test_one_report_has_every_fault_with_its_path_and_a_likely_mend(tmp_path: Path) -> None:
    result = check(tmp_path, broken())
    assert result.exit_code == 1
    for fault in FAULTS:
        assert fault in result.stdout, fault
    named = re.findall(r"^  (\S+): ", result.stdout, re.MULTILINE)
    assert all(named)
    assert f"mine.toml: {len(named)} fault(s)" in result.stdout
    assert len(named) < 16, "a fault is told once, not once for every row that follows from it"


def test_a_desk_does_not_start_on_it_and_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, database = tmp_path / "mine.toml", tmp_path / "desk.sqlite3"
    file.write_text(broken(), encoding="utf-8")
    for name, value in (
        ("RADICA_POLICY", str(file)),
        ("RADICA_DATABASE_URL", f"sqlite:///{database}"),
        ("RADICA_PORT", "0"),
    ):
        monkeypatch.setenv(name, value)
    result = radica("up")
    assert result.exit_code == 1
    for fault in FAULTS:
        assert fault in result.stderr, fault
    assert "Radica is up" not in result.stdout
    assert (
        not database.exists()
        or not sqlite3.connect(database).execute("select name from sqlite_master").fetchall()
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("sgm", "direct = true", "direct = false", "ladder[4].direct: level 5 must be reachable"),
        ("ogtic", '"DO"\nname', '"DQ"\nname', "countries[0].code: no such country: 'DQ'"),
        ("ogtic", 'channels = ["phone_in"', 'channels = ["phone_im"', "did you mean 'phone_in'?"),
        ("ogtic", '["pruebas"]', '["prueba"]', "no such stage: 'prueba'; did you mean 'pruebas'?"),
        ("ogtic", '["pruebas"]', '["comunicacion"]', "'comunicacion' does not come before"),
        ("ogtic", '"cambio-plataforma"]', '"cambio"]', "change.typologies[0]: no such typology"),
        ("generic", "updated = 2026-11-01", "# updated", "must state when it was last updated"),
        (
            "generic",
            "\n[plans.response]",
            '\n[plans.response]\ncritico = "2 h"',
            "none is promised",
        ),
        ("generic", 'key = "moderado"\nsays', 'key = "moderato"\nsays', "no such priority"),
        ("generic", 'exclusions = ["dev', 'exclusions = ["deve', "papers[0].exclusions[0]"),
        ("imexhs", 'name = "imexhs"', 'name = "mine"', "name: typologies name articles, and"),
        ("imexhs", 'needs = ["letter"]', "needs = []", "it blocks and needs nothing"),
        ("imexhs", 'intake = ["chat", "p', 'intake = ["chad", "p', "did you mean 'chat'?"),
        ("contractor", "number = 4", "number = 7", "activities: they are numbered 1, 2, 3..."),
        ("contractor", 'default = "Sin', 'default = "Con', "no such class: 'Con reserva'"),
        ("contractor", 'services]]\nkey = "prog', 'servises]]\nkey = "prog', "mean 'services'?"),
    ],
)
def test_what_the_newer_tables_say_is_checked_too(
    name: str, old: str, new: str, fault: str, tmp_path: Path
) -> None:
    pack = text(name)
    assert old in pack
    result = check(tmp_path, pack.replace(old, new, 1))
    assert result.exit_code == 1
    assert fault in result.stdout


@pytest.mark.parametrize("table", ["categories", "priorities", "countries", "typologies"])
def test_a_table_that_is_missing_is_told_once(table: str, tmp_path: Path) -> None:
    result = check(tmp_path, without(table, text()))
    assert result.exit_code == 1
    assert f"  {table}: is missing" in result.stdout
    assert result.stdout.count("\n") < 6
