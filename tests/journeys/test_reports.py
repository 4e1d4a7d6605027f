"""Supervisors' reports: figures that add up, and that the audit trail tells as well."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from handlers.inbound import Toast
from store.values import AuditRow
from tests.journeys.test_commands import PACS, RIS, VIEWER, file
from tests.journeys.world import Staff, World


@dataclass(frozen=True)
class Counted:
    """What a week's audit trail says by itself."""

    before: int
    opened: int
    closed: int
    kept: int
    late: int
    stars: list[int]
    middle: timedelta


async def a_week(world: World) -> Staff:
    """One case from the week before, then six: answered, paused, late, withdrawn, closed."""
    marta = await world.client("Marta Ríos")
    iris = await world.client("Iris Mena")
    camila = await world.staff("Camila Duarte")
    lucia = await world.staff("Lucía Mora", "supervisor")
    await file(iris, RIS)  # 1042, the week before, never taken
    await world.waits(days=6)

    await file(marta, PACS)  # 1043: answered in 21 minutes, solved, confirmed, five stars
    await camila.steps("claim", 1043)
    await world.waits(minutes=21)
    await camila.writes(1043, "ya lo reviso")
    await camila.steps("solve", 1043, solution="se liberó la cola")
    await marta.presses("Sí, resuelto")
    await marta.presses("Calificar")
    await marta.presses("Excelente")

    await file(marta, VIEWER)  # 1044: rests two hours while the client has the word
    await camila.steps("claim", 1044)
    await world.waits(hours=1)
    await camila.steps("ask", 1044, question="¿qué navegador usa?")
    await world.waits(hours=2)
    await marta.says("uso el de siempre")
    await world.waits(hours=1)
    await camila.writes(1044, "gracias, lo reviso")

    await file(iris, PACS)  # 1045: answered too late
    await world.waits(hours=7)
    await camila.steps("claim", 1045)
    await camila.writes(1045, "perdón por la demora")

    await file(iris, VIEWER)  # 1046: another than 1044, withdrawn
    await iris.presses("Es otro caso")
    await iris.says("caso 1046")
    await iris.presses("Ya no lo necesito")
    await iris.presses("Sí, cerrarlo")

    await marta.commands("nuevo")
    await marta.commands("salir")
    await marta.commands("guias")
    await marta.presses("", code="c:guide:cargar-firma")
    await marta.presses("Me sirvió")
    await iris.commands("guias")
    await iris.presses("", code="c:guide:cargar-firma")
    await iris.presses("No era eso")
    await iris.commands("salir")
    return lucia


async def test_a_weeks_reports_equal_what_the_audit_trail_says(world: World) -> None:
    """1.21: what came in open plus what was opened minus what was closed is what is open."""
    lucia = await a_week(world)
    counted = await recount(world)
    assert counted == Counted(1, 4, 2, 2, 1, [5], timedelta(hours=2))
    await lucia.commands("report", "resumen")
    the_summary_adds_up(lucia.last, counted)
    await lucia.commands("report", "pendientes")
    the_open_cases_stand_once(lucia.last, [ticket.number for ticket in await world.tickets()])
    await lucia.commands("reporte", "sla semana")
    the_rows_are_the_total(lucia.last, counted)


def the_summary_adds_up(told: str, counted: Counted) -> None:
    still = counted.before + counted.opened - counted.closed
    assert f"Venían abiertos {counted.before}" in told
    figures = one(r"Abiertos (\d+).*cerrados (\d+) · siguen abiertos (\d+)", told)
    assert figures == [counted.opened, counted.closed, still]
    kept = one(r"cumplidas: (\d+) de (\d+) \((\d+) %\).*vencidas (\d+)", told)
    assert kept == [counted.kept, counted.kept + counted.late, 67, counted.late]
    assert "mediana 2 h" in told
    assert "1 de 2 (50 %)" in told and "no era eso" in told.lower()
    assert "5 de 5 (1 " in told and "hora de Bogotá" in told
    assert "30 de noviembre" in told and "6 de diciembre" in told
    assert "Mire esto:" in told and len(told) <= 1500


def the_open_cases_stand_once(told: str, numbers: list[int]) -> None:
    assert sorted(re.findall(r"\b(10\d\d) · Clínica", told)) == [str(n) for n in sorted(numbers)]
    counts = one(r"Abiertos (\d+): sin dueño (\d+) · tomados (\d+) · .*?(\d+) · .*?(\d+)", told)
    assert counts[0] == sum(counts[1:]) == len(numbers) == 3
    assert "vencido hace" in told


def the_rows_are_the_total(told: str, counted: Counted) -> None:
    """Promises by plan and priority; what is late at this moment stands below."""
    total = one(r"cumplidas: (\d+) de (\d+)", told)
    rows = re.findall(r"Silver, \w+: (\d+) de (\d+)", told)
    assert [sum(int(row[i]) for row in rows) for i in (0, 1)] == total
    assert total == [counted.kept, counted.kept + counted.late]
    assert "1042" in told


async def test_the_buttons_lead_to_the_other_reports_of_the_same_period(world: World) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    await lucia.commands("report", "resumen semana pasada")
    assert lucia.labels[:2] == ["Ver pendientes", "Ver promesas"]
    await lucia.presses("Ver promesas")
    assert "Promesas" in lucia.last and "16 de noviembre" in lucia.last
    await lucia.presses("Ver el resumen")
    assert "Resumen" in lucia.last and "22 de noviembre" in lucia.last


@pytest.mark.parametrize("period", ["hoy", "ayer", "semana", "mes", "mes pasado", "2026-10", ""])
async def test_an_empty_period_says_so_and_what_to_try(world: World, period: str) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    await lucia.commands("report", f"resumen {period}".strip())
    assert "no hubo casos" in lucia.last and "/report resumen mes" in lucia.last
    await lucia.commands("report", f"pendientes {period}".strip())
    assert "No hay casos pendientes" in lucia.last
    await lucia.commands("report", f"sla {period}".strip())
    assert "ninguna" in lucia.last


REFUSED: Mapping[str, str] = {
    "resumenes": "staff_refusal.bad_report",
    "ventas semana": "staff_refusal.bad_report",
    "resumen mañana": "staff_refusal.bad_period",
    "resumen 2026-13": "staff_refusal.bad_period",
    "sla 2026-11-30..2026-11-01": "staff_refusal.bad_period",
    "sla semana que viene": "staff_refusal.bad_period",
    "resumen 0000-00": "staff_refusal.bad_period",
    "resumen 9999-12": "staff_refusal.bad_period",
    "resumen 9999-12-31": "staff_refusal.bad_period",
    "sla 0001-01": "staff_refusal.bad_period",
}


@pytest.mark.parametrize("args", REFUSED)
async def test_a_report_that_is_none_is_refused_with_what_there_is(world: World, args: str) -> None:
    """U4: the refusal names the reports, or periods to try."""
    lucia = await world.staff("Lucía Mora", "supervisor")
    receipt = await lucia.commands("report", args)
    assert isinstance(receipt, Toast) and receipt.key == REFUSED[args]
    assert lucia.heard == []


@pytest.mark.parametrize("args", ["Resumen Semana", "RESUMEN", "summary week", "/report sla hoy"])
async def test_a_report_is_asked_for_as_people_write(world: World, args: str) -> None:
    lucia = await world.staff("Lucía Mora", "supervisor")
    name, _, rest = args.removeprefix("/report ").partition(" ")
    await lucia.commands("radica", f"report {name} {rest}")
    assert "Resumen" in lucia.last or "Promesas" in lucia.last


async def recount(world: World) -> Counted:
    """The week's figures from the audit trail alone."""
    start = datetime(2026, 11, 30, 5, tzinfo=UTC)
    first, last = datetime(2026, 1, 1, tzinfo=UTC), start + timedelta(days=7)
    rows = await world.desk.read(lambda turn: turn.audit.between(first, last))
    week = [row for row in rows if row.at >= start]
    answers = [row for row in week if row.what == "answered"]
    late = sum(_breached(rows, row) for row in answers)
    past = [row.what for row in rows if row.at < start]
    return Counted(
        before=past.count("opened") - past.count("closed"),
        opened=sum(row.what == "opened" for row in week),
        closed=sum(row.what == "closed" for row in week),
        kept=len(answers) - late,
        late=late,
        stars=[row.facts["stars"] for row in week if row.what == "rated"],
        middle=median(_taken(rows, row) for row in answers),
    )


def _breached(rows: list[AuditRow], answer: AuditRow) -> bool:
    mine = [row for row in rows if row.ticket == answer.ticket and row.at <= answer.at]
    return any(row.what == "breached" for row in mine)


def _taken(rows: list[AuditRow], answer: AuditRow) -> timedelta:
    """From opening to the answer, the time the client had the word left out."""
    mine = [row for row in rows if row.ticket == answer.ticket and row.at <= answer.at]
    at = {row.what: row.at for row in mine}
    rest = at["resumed"] - at["asked"] if "asked" in at else timedelta()
    return answer.at - at["opened"] - rest


def one(pattern: str, text: str) -> list[int]:
    """The numbers of the one place that looks like this."""
    found = re.search(pattern, text)
    assert found, (pattern, text)
    return [int(group) for group in found.groups()]
