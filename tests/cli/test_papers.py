"""The terminal tells what was put in writing, under which version, and announces a new one once."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.common import in_turn
from scheduler.clock import VirtualClock
from store.database import Database
from store.turn import Turn
from tests.cli.conftest import Radica
from tests.journeys.test_one_case import open_case
from tests.journeys.world import TUESDAY, World


def two_clients(turn: Turn) -> None:
    for number, name in enumerate(("Marta Ríos", "John Fox")):
        home = turn.people.add_organisation(f"Clínica {number}", country="CO", plan="silver")
        person = turn.people.add_person(name, organisation=home.id)
        turn.people.bind(person.id, "telegram", "local", str(500 + number), str(500 + number))


@pytest.mark.requirement("S0-01")
def test_a_version_is_shown_in_both_languages_and_announced_once(radica: Radica) -> None:
    in_turn(two_clients)
    shown = radica("policy", "announce", "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "versión 4.0, desde el jueves 22 de febrero de 2024" in shown.stdout
    assert "version 4.0, since Thursday, February 22" in shown.stdout
    assert "2 chat(s)" in shown.stdout
    done = radica("policy", "announce")
    assert done.stdout == "announced to 2 chat(s)\n"
    again = radica("policy", "announce")
    assert again.exit_code == 1
    assert "announced before" in again.stderr


async def test_the_trace_holds_every_paper_word_by_word(radica: Radica, home: Path) -> None:
    database = Database.open(f"sqlite:///{home / 'desk.sqlite3'}", clock=lambda: TUESDAY, fast=True)
    world = World(database, VirtualClock(TUESDAY))
    await open_case(world)
    camila = await world.staff("Camila Duarte")
    await camila.steps("claim", 1042)
    await camila.steps("notice", 1042, paper="vendor-contact", finding="disco dañado")
    await camila.steps("charge", 1042, paper="scope-charge", hours="1,5")
    database.close()

    listed = await asyncio.to_thread(
        radica, "report", "cobros", "--period", "2026-11", "--format", "json"
    )
    (spent,) = json.loads(listed.stdout)["cobros"]
    assert (spent["number"], spent["paper"], spent["hours"]) == (1042, "scope-charge", 1.5)
    told = (await asyncio.to_thread(radica, "ticket", "trace", "1042")).stdout
    assert "PAPER vendor-contact (2.2.3), by Camila Duarte, sent 2026-11-24 15:12Z" in told
    assert "Le avisamos formalmente que la revisión corresponde a su proveedor" in told
    found = await asyncio.to_thread(radica, "ticket", "trace", "1042", "--json")
    paper, _ = json.loads(found.stdout)["papers"]
    assert paper["finding"] == "disco dañado"
    shown = (await asyncio.to_thread(radica, "ticket", "show", "1042")).stdout
    assert f"imexhs 4.0 ({world.book.digest})" in shown


@pytest.mark.requirement("S4-12")
def test_every_export_says_how_its_records_are_classified(
    radica: Radica, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADICA_POLICY", "contractor")
    for form in ("csv", "json"):
        done = radica("report", "pendientes", "--format", form, "-o", f"p.{form}")
        assert done.exit_code == 0, done.stderr
    rows = (home / "p.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[-2:] == ["Sin reserva", "COPIA NO CONTROLADA"]
    body = json.loads((home / "p.json").read_text(encoding="utf-8"))
    assert body["classification"] == "Sin reserva"
