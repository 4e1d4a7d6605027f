"""Commands that look at a desk: cases, letters, quarantine, reports, backups, the doctor."""

import asyncio
import csv
import io
import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from bot.app import App, assemble
from bot.reports import chart, easel, files
from bot.reports.sheet import BUILDERS, Report, Sheet
from bot.settings import Settings
from handlers.inbound import Address, Said
from handlers.periods import Period
from handlers.wording import Words
from store.turn import Turn
from store.values import Destination
from tests.cli.conftest import Radica
from tests.saying import said

PNG = b"\x89PNG\r\n\x1a\n"
PERIOD = Period("2026-10", date(2026, 10, 1), date(2026, 11, 1), "America/Bogota")


def on_a_desk(work: str, home: Path) -> int:
    """Do something to the desk of this folder. Returns an id."""

    async def once() -> int:
        app = assemble(Settings.load(), channels={})
        try:
            return await _does(app, work)
        finally:
            await app.stop()

    return asyncio.run(once())


async def _does(app: App, work: str) -> int:
    to = Destination(channel="telegram", account="local", chat="1")
    if work == "letter":
        return await app.desk.run(
            lambda turn: said(turn, to, "quarantine.apology", {"reference": "Q-1"})
        )
    address = Address(channel="telegram", account="local", user="9", chat="9", name="Eva")
    event = Said(address=address, key="1", at=datetime(2026, 11, 24, tzinfo=UTC), ref="1", text="a")

    def keep(turn: Turn) -> None:
        turn.quarantine.add(
            channel="telegram", account="local", key="1", kind="Said", body=asdict(event)
        )

    await app.desk.run(keep)
    return 0


def test_the_version_is_told_without_waking_any_vendor() -> None:
    """Import time is what a person waits for first (ECOSYSTEM 4.7)."""
    probe = (
        "import sys; sys.argv = ['radica', '--version']\n"
        "from bot.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'telegram', 'slack_bolt', 'slack_sdk', 'sqlalchemy', 'matplotlib', 'rapidfuzz',"
        " 'uvicorn', 'holidays'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("radica 0.")


def test_help_lists_every_command(radica: Radica) -> None:
    told = radica("--help")
    assert told.exit_code == 0
    for name in ("up", "policy", "clients", "ticket", "report", "outbox", "db", "doctor", "chat"):
        assert f" {name} " in told.stdout


def test_a_case_that_does_not_exist_is_told_without_a_traceback(radica: Radica) -> None:
    for verb in ("show", "trace"):
        told = radica("ticket", verb, "77", "--json")
        assert (told.exit_code, told.stdout) == (1, "")
        assert "no case 77" in told.stderr


def test_a_letter_that_waits_can_be_dropped_and_tried_again(radica: Radica, home: Path) -> None:
    letter = on_a_desk("letter", home)
    listed = json.loads(radica("outbox", "list", "--json").stdout)
    assert [(one["id"], one["state"]) for one in listed] == [(letter, "pending")]
    assert radica("outbox", "retry", str(letter)).exit_code == 1
    assert radica("outbox", "drop", str(letter)).exit_code == 0
    assert json.loads(radica("outbox", "list", "--json").stdout) == []
    assert radica("outbox", "retry", str(letter)).exit_code == 0
    assert radica("outbox", "list", "--state", "lost").exit_code == 2


def test_an_event_in_quarantine_is_handled_after_all_and_once(radica: Radica, home: Path) -> None:
    on_a_desk("event", home)
    kept = json.loads(radica("quarantine", "list", "--json").stdout)
    assert [one["kind"] for one in kept] == ["Said"]
    assert radica("quarantine", "replay", kept[0]["reference"]).exit_code == 0
    assert json.loads(radica("quarantine", "list", "--json").stdout) == []
    assert json.loads(radica("outbox", "list", "--json").stdout) != []
    assert radica("quarantine", "replay", "Q-000000").exit_code == 1


@pytest.mark.parametrize("name", BUILDERS)
def test_every_report_works_on_an_empty_desk(radica: Radica, name: str) -> None:
    told = radica("report", name, "--period", "mes", "--format", "json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["report"] == name


def test_reports_answer_to_other_names_and_refuse_what_they_do_not_know(radica: Radica) -> None:
    told = radica("report", "deflexion", "--format", "json")
    assert json.loads(told.stdout)["report"] == "autogestion"
    assert "resumen" in radica("report", "magic").stderr
    assert radica("report", "sla", "--format", "pdf").exit_code == 2
    someday = radica("report", "sla", "--period", "someday")
    assert someday.exit_code == 2
    assert "semana" in someday.stderr


def test_a_report_without_rows_says_so(radica: Radica) -> None:
    assert "nothing in this period" in radica("report", "pendientes").stdout


def test_a_message_is_matched_as_it_is_given_or_from_a_file(radica: Radica, home: Path) -> None:
    text = "no pasan imágenes desde ayer"
    (home / "messages.txt").write_text(f"{text}\n", "utf-8")
    told = radica("kb", "match", text).stdout
    assert told.startswith("incident")
    assert radica("kb", "match", "messages.txt").stdout == told


def test_a_labelled_file_that_is_none_is_told_by_its_lines(radica: Radica, home: Path) -> None:
    (home / "bad.jsonl").write_text(
        '{"text": "hola", "label": "chitchat", "deflect": false}\na,b\n'
    )
    told = radica("kb", "evaluate", "bad.jsonl")
    assert told.exit_code == 2
    assert "bad.jsonl: line 2" in told.stderr
    assert "line 1" not in told.stderr


def test_a_database_that_cannot_be_opened_names_its_setting(
    radica: Radica, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADICA_DATABASE_URL", f"sqlite:///{home / 'no' / 'file' / 'here.txt'}/x")
    (home / "no").write_text("a file, where a folder should be")
    told = radica("report", "resumen")
    assert told.exit_code == 2
    assert "RADICA_DATABASE_URL" in told.stderr


def test_hours_of_a_workbook_are_those_of_the_desk() -> None:
    """A cell has no zone: what it shows is what a supervisor's watch showed."""
    at = datetime(2026, 10, 5, 15, 12, tzinfo=UTC)
    report = Report("pendientes", PERIOD, (Sheet("p", ("opened_at",), ((at,),)),))
    page = load_workbook(io.BytesIO(files.as_xlsx(report))).active
    assert page is not None
    assert str(page.cell(row=2, column=1).value) == "2026-10-05 10:12:00"


def test_a_report_goes_into_the_file_that_was_asked_for(radica: Radica, home: Path) -> None:
    shown = radica("report", "pendientes")
    written = radica("report", "pendientes", "-o", "report.txt")
    assert (written.exit_code, written.stdout) == (0, "")
    assert (home / "report.txt").read_text() == shown.stdout != ""
    nowhere = radica("report", "pendientes", "-o", "absent/report.txt")
    assert nowhere.exit_code == 2
    assert "absent/report.txt cannot be written: No such file" in nowhere.stderr


def test_a_report_is_written_as_a_picture_and_a_workbook(radica: Radica, home: Path) -> None:
    assert radica("report", "sla", "--format", "png", "-o", "sla.png").exit_code == 0
    assert (home / "sla.png").read_bytes().startswith(PNG)
    assert radica("report", "resumen", "--format", "xlsx", "-o", "r.xlsx").exit_code == 0
    assert load_workbook(home / "r.xlsx").sheetnames[0] == "resumen"


@pytest.mark.fault("F20")
def test_no_cell_of_a_table_is_a_formula() -> None:
    """F20: what people write is shown, never computed, and survives the way there and back."""
    nasty = ("=HYPERLINK(1)", " +cmd", "@SUM(A1)", "-1+1", "\tx", "plain", 'say "hi"')
    report = Report("pendientes", PERIOD, (Sheet("p", ("subject",), tuple((n,) for n in nasty)),))
    text = files.as_csv(report)
    assert text.startswith("\ufeff")
    cells = [row[0] for row in csv.reader(io.StringIO(text[1:], newline=""))][1:]
    assert [cell.removeprefix("'") for cell in cells] == list(nasty)
    assert all(cell.startswith("'") for cell in cells[:5])
    page = load_workbook(io.BytesIO(files.as_xlsx(report))).active
    assert page is not None
    found = [page.cell(row=2 + n, column=1) for n in range(len(nasty))]
    assert [cell.data_type for cell in found] == ["s"] * len(nasty)


def test_a_chart_draws_the_first_rows_and_counts_where_there_are_no_figures() -> None:
    rows = tuple((name, 1) for name in ("alta", "alta", "baja"))
    report = Report("pendientes", PERIOD, (Sheet("p", ("priority", "level"), rows),))
    labels, series = chart.bars(report, chart.DRAWINGS["pendientes"])
    assert (labels, series) == (["alta", "baja"], {"count": [2.0, 1.0]})
    assert easel.as_png(chart.sketch(report, Words())).startswith(PNG)


def test_a_copy_of_the_database_brings_back_what_was_there(radica: Radica, home: Path) -> None:
    letter = on_a_desk("letter", home)
    assert radica("db", "backup", "copy.sqlite3").exit_code == 0
    assert "exists already" in radica("db", "backup", "copy.sqlite3").stderr
    radica("outbox", "drop", str(letter))
    assert radica("db", "restore", "copy.sqlite3").exit_code == 0
    assert [one["id"] for one in json.loads(radica("outbox", "list", "--json").stdout)] == [letter]


def test_migrating_makes_a_database_where_there_is_none(
    radica: Radica, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADICA_DATABASE_URL", "sqlite:///new/desk.sqlite3")
    assert radica("db", "migrate").exit_code == 0
    assert (home / "new" / "desk.sqlite3").exists()


def test_the_doctor_finds_a_healthy_desk_and_a_desk_that_does_not_answer(radica: Radica) -> None:
    told = radica("doctor", "--offline", "--json")
    assert told.exit_code == 0, told.output
    levels = {one["level"] for one in json.loads(told.stdout)}
    assert "fault" not in levels
    assert radica("doctor", "--live").exit_code == 1


def test_the_slack_manifest_is_made_for_the_address_of_the_desk(radica: Radica) -> None:
    trial = yaml.safe_load(radica("slack", "manifest").stdout)
    assert trial["settings"]["socket_mode_enabled"]
    told = radica("slack", "manifest", "--url", "https://desk.example/")
    made = yaml.safe_load(told.stdout)
    where = "https://desk.example/slack/events"
    assert {one["url"] for one in made["features"]["slash_commands"]} == {where}
    assert made["settings"]["event_subscriptions"]["request_url"] == where
    assert made["settings"]["interactivity"]["request_url"] == where
    assert not made["settings"]["socket_mode_enabled"]
    assert radica("slack", "manifest", "--url", "http://desk.example").exit_code == 2
