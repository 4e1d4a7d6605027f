"""People and invoices from files: whole or not at all, all faults at once, twice is once."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.app import assemble
from bot.settings import Settings
from scheduler.clock import SystemClock
from store.turn import Turn
from tests.cli.conftest import Radica

T = TypeVar("T")

CLIENTS = """\
organisation,country,plan,contract_from,contract_to,contact,role,language,email,telegram_id,whatsapp,slack_user
Clínica Sur,CO,Silver,2026-01-01,2027-01-01,Ana Prueba,client_admin,es,ana@example.org,7001,,
Clínica Sur,co,SILVER,2026-01-01,2027-01-01,Luis Prueba,client,en,,7002,+570000000,
Hospital Norte,MX,bronce,2026-01-01,,Eva Prueba,,,,,,U0EVA
"""
STAFF = """\
name,slack_user,roles,level
Ivo Prueba,U0IVO,engineer;supervisor,3
Noa Prueba,U0NOA,engineer,
"""
INVOICES = """\
organisation,number,issued_on,paid_on
clinica sur,F-1,2026-09-01,2026-09-20
Hospital Norte,F-2,2026-10-01,
"""


def look(work: Callable[[Turn], T]) -> T:
    async def once() -> T:
        app = assemble(Settings.load(), channels={})
        try:
            return await app.desk.read(work)
        finally:
            await app.stop()

    return asyncio.run(once())


def write(home: Path, name: str, text: str) -> str:
    (home / name).write_text(text, encoding="utf-8")
    return name


def test_organisations_and_contacts_come_in_with_their_addresses(
    radica: Radica, home: Path
) -> None:
    done = radica("clients", "import", write(home, "c.csv", CLIENTS), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"added": 3, "updated": 0}

    def known(turn: Turn) -> None:
        ana = turn.people.find("telegram", "local", "7001")
        eva = turn.people.find("slack", "local", "U0EVA")
        assert ana is not None
        assert eva is not None
        assert ana.roles == {"client_admin"}
        assert eva.roles == {"client"}
        sur = turn.people.organisation_named("CLINICA SUR")
        assert sur is not None
        assert (sur.country, sur.plan, sur.signed) == ("CO", turn.book.plan("silver").key, True)

    look(known)


def test_the_same_file_twice_changes_nothing_and_a_changed_line_is_followed(
    radica: Radica, home: Path
) -> None:
    file = write(home, "c.csv", CLIENTS)
    radica("clients", "import", file)
    before = look(lambda turn: turn.people.all())
    again = radica("clients", "import", file, "--json")
    assert json.loads(again.stdout) == {"added": 0, "updated": 3}
    assert look(lambda turn: turn.people.all()) == before
    write(home, "c.csv", CLIENTS.replace("Luis Prueba", "Luis P. Prueba"))
    radica("clients", "import", file)
    names = look(lambda turn: [person.name for person in turn.people.all()])
    assert sorted(names) == ["Ana Prueba", "Eva Prueba", "Luis P. Prueba"]


def test_every_fault_is_told_with_its_line_and_nothing_is_written(
    radica: Radica, home: Path
) -> None:
    wrong = CLIENTS.replace("7002", "7001").replace("MX,bronce,2026-01-01", "Mexico,platino,ayer")
    done = radica("clients", "import", write(home, "c.csv", wrong))
    assert done.exit_code == 2
    for part in ("line 3: telegram_id is already that of line 2", "line 4: country", "platino"):
        assert part in done.stderr
    assert "line 4: contract_from: 'ayer'" in done.stderr
    assert look(lambda turn: turn.people.all()) == []


def test_an_organisation_is_the_same_in_all_its_lines(radica: Radica, home: Path) -> None:
    wrong = CLIENTS.replace("co,SILVER", "co,gold")
    done = radica("clients", "import", write(home, "c.csv", wrong))
    assert "line 3: plan is not the one of line 2" in done.stderr


def test_a_missing_and_an_unknown_column_are_told_together(radica: Radica, home: Path) -> None:
    wrong = CLIENTS.replace("organisation,country", "organization,country", 1)
    done = radica("clients", "import", write(home, "c.csv", wrong))
    assert "'organisation' is missing" in done.stderr
    assert "no column 'organization'" in done.stderr


def test_semicolons_and_a_byte_order_mark_are_what_spreadsheets_write(
    radica: Radica, home: Path
) -> None:
    (home / "c.csv").write_text(CLIENTS.replace(",", ";"), encoding="utf-8-sig")
    assert radica("clients", "import", "c.csv").exit_code == 0


def test_absent_columns_count_as_fulfilled_and_the_doctor_says_so(
    radica: Radica, home: Path
) -> None:
    done = radica("clients", "import", write(home, "c.csv", CLIENTS))
    assert "first_invoice" in done.stdout
    told = radica("doctor", "--offline")
    assert told.exit_code == 0, told.output
    assert "first_invoice" in told.stdout


def test_staff_has_the_roles_of_the_file_also_when_it_says_less(radica: Radica, home: Path) -> None:
    assert radica("staff", "import", write(home, "s.csv", STAFF)).exit_code == 0
    write(home, "s.csv", STAFF.replace("engineer;supervisor", "engineer"))
    radica("staff", "import", "s.csv")
    ivo = look(lambda turn: turn.people.find("slack", "local", "U0IVO"))
    assert ivo is not None
    assert (ivo.roles, ivo.level) == ({"engineer"}, 3)


def test_a_role_and_a_level_that_do_not_exist_are_refused(radica: Radica, home: Path) -> None:
    wrong = STAFF.replace("supervisor,3", "boss,9")
    done = radica("staff", "import", write(home, "s.csv", wrong))
    assert done.exit_code == 2
    assert "boss" in done.stderr
    assert "level" in done.stderr


def test_invoices_find_their_organisations_and_a_payment_is_followed(
    radica: Radica, home: Path
) -> None:
    radica("clients", "import", write(home, "c.csv", CLIENTS))
    assert radica("invoices", "import", write(home, "i.csv", INVOICES)).exit_code == 0
    write(home, "i.csv", INVOICES.replace("2026-10-01,", "2026-10-01,2026-11-01"))
    again = radica("invoices", "import", "i.csv", "--json")
    assert json.loads(again.stdout) == {"added": 0, "updated": 2}

    def paid(turn: Turn) -> list[bool]:
        return [
            invoice.paid_on is not None
            for home in turn.people.organisations()
            for invoice in turn.people.invoices(home.id)
        ]

    assert look(paid) == [True, True]


def test_an_invoice_of_nobody_stops_the_whole_file(radica: Radica, home: Path) -> None:
    radica("clients", "import", write(home, "c.csv", CLIENTS))
    wrong = INVOICES.replace("Hospital Norte", "Hospital Nada")
    done = radica("invoices", "import", write(home, "i.csv", wrong))
    assert done.exit_code == 2
    assert "line 3: there is no organisation 'Hospital Nada'" in done.stderr
    counts = look(
        lambda turn: [len(turn.people.invoices(o.id)) for o in turn.people.organisations()]
    )
    assert counts == [0, 0]


def test_an_invitation_binds_a_contact_by_a_code(radica: Radica, home: Path) -> None:
    radica("clients", "import", write(home, "c.csv", CLIENTS))
    made = json.loads(radica("invite", "Eva Prueba", "--json").stdout)
    assert len(made["code"]) == 8
    assert radica("invite", "Nadie").exit_code == 2


def test_a_file_that_is_not_there_or_not_text_is_told(radica: Radica, home: Path) -> None:
    assert "No such file" in radica("clients", "import", "nothing.csv").stderr
    (home / "latin.csv").write_bytes(CLIENTS.encode("latin-1"))
    assert "UTF-8" in radica("clients", "import", "latin.csv").stderr


@pytest.mark.requirement("S0-07")
def test_one_payment_is_recorded_by_hand_and_says_when_access_returns(
    radica: Radica, home: Path
) -> None:
    """A year overdue, paid today: 24 working hours; doing it again says the same."""
    radica("clients", "import", write(home, "c.csv", CLIENTS))
    radica("invoices", "import", write(home, "i.csv", INVOICES.replace("2026-10-01", "2020-10-01")))
    done = radica("invoices", "paid", "hospital norte", "F-2", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["organisation"], told["number"]) == ("Hospital Norte", "F-2")
    back = datetime.fromisoformat(told["back"])
    assert timedelta(days=2) < back - SystemClock().now() < timedelta(days=12)
    again = radica("invoices", "paid", "Hospital Norte", "F-2")
    assert "access is back on" in again.stdout
    kinds = look(lambda turn: {timer.kind for timer in turn.timers.list()})
    assert "contract.reopen" in kinds


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("Hospital Nada", "F-2"), "there is no organisation"),
        (("Hospital Norte", "F-9"), "has no invoice"),
        (("Hospital Norte", "F-2", "--on", "2026-09-01"), "is before the invoice"),
        (("Hospital Norte", "F-2", "--on", "2999-01-01"), "still to come"),
    ],
)
def test_a_payment_that_cannot_be_is_a_sentence(
    radica: Radica, home: Path, args: tuple[str, ...], told: str
) -> None:
    radica("clients", "import", write(home, "c.csv", CLIENTS))
    radica("invoices", "import", write(home, "i.csv", INVOICES))
    done = radica("invoices", "paid", *args)
    assert done.exit_code == 2 and told in done.stderr
