"""A report as plain sheets: columns and rows, whatever it will be written to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from handlers.periods import Period
from policy.pack import Policy
from store.figures import Spans
from store.turn import Turn

Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True)
class Sheet:
    """A table. Spans are in business seconds, moments in UTC."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def dicts(self) -> list[dict[str, Cell]]:
        """One object a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


Builder = Callable[[Turn, Period], tuple[Sheet, ...]]


@dataclass(frozen=True)
class Report:
    """Sheets of one period, the first of them the one that counts.

    `mark` stands on everything that leaves the desk, where the policy has one (S4-13), and so
    does how the policy classifies its records (S4-12).
    """

    name: str
    period: Period
    sheets: tuple[Sheet, ...]
    mark: str = ""
    classified: str = ""


def build(turn: Turn, name: str, period: Period) -> Report:
    """The report of that canonical name, from a read turn. Raises KeyError for another name."""
    printed = turn.book.print_mark
    mark = printed.text if printed else ""
    return Report(name, period, BUILDERS[name](turn, period), mark, _classified(turn.book))


def _classified(book: Policy) -> str:
    """ "Sin reserva", or "Reservada, 5, justification": class, years and why, as far as stated."""
    known = book.classification
    if known is None:
        return ""
    parts = (known.default, str(known.years or ""), known.justification)
    return ", ".join(part for part in parts if part)


def canonical(name: str) -> str | None:
    """The report meant, in Spanish or English; None where there is none."""
    return ALIASES.get(name.strip().lower())


def sheet(name: str, values: Iterable[Any]) -> Sheet:
    """Dataclass values as rows; nested spans become columns of their own, lists are left out."""
    lines = [_flat(value) for value in values]
    columns = tuple(lines[0]) if lines else ()
    return Sheet(name, columns, tuple(tuple(line.values()) for line in lines))


def _flat(value: Any) -> dict[str, Cell]:
    line: dict[str, Cell] = {}
    for field in fields(value):
        inner = getattr(value, field.name)
        if isinstance(inner, Spans):
            line |= {
                f"{field.name}_{part.name}": getattr(inner, part.name) for part in fields(inner)
            }
        elif not isinstance(inner, tuple) and not is_dataclass(inner):
            line[field.name] = inner
    return line


def _summary(turn: Turn, period: Period) -> tuple[Sheet, ...]:
    summary = turn.reports.summary(period.start, period.end)
    figures = tuple(_flat(summary).items())
    return (
        Sheet("resumen", ("figure", "value"), figures),
        sheet("categorias", summary.categories),
        sheet("sin_tomar", summary.unowned),
    )


def _sla(turn: Turn, period: Period) -> tuple[Sheet, ...]:
    sla = turn.reports.sla(period.start, period.end)
    return sheet("sla", sla.rows), sheet("vencidos", sla.overdue)


def _charges(turn: Turn, period: Period) -> tuple[Sheet, ...]:
    """The time recorded for what may be charged: a person decides what becomes of it (D11)."""
    rows: list[tuple[Cell, ...]] = []
    for spent in turn.measures.between("chargeable", period.start, period.end):
        ticket = turn.tickets.find(spent.ticket) if spent.ticket else None
        if ticket is None:
            continue
        client = turn.people.organisation(ticket.organisation).name
        by = turn.people.get(spent.person).name if spent.person else ""
        hours = (spent.seconds or 0) / 3600
        rows.append((spent.at, ticket.number, client, str(spent.facts.get("paper")), hours, by))
    columns = ("at", "number", "organisation", "paper", "hours", "person")
    return (Sheet("cobros", columns, tuple(rows)),)


def _one(name: str, ask: Callable[[Turn, Period], Iterable[Any]]) -> Builder:
    return lambda turn, period: (sheet(name, ask(turn, period)),)


BUILDERS: Mapping[str, Builder] = {
    "resumen": _summary,
    "sla": _sla,
    "pendientes": _one("pendientes", lambda t, _: t.reports.pending()),
    "ingenieros": _one("ingenieros", lambda t, p: t.reports.engineers(p.start, p.end)),
    "clientes": _one("clientes", lambda t, p: t.reports.clients(p.start, p.end)),
    "autogestion": _one("autogestion", lambda t, p: t.reports.deflection(p.start, p.end)),
    "satisfaccion": _one("satisfaccion", lambda t, p: t.reports.satisfaction(p.start, p.end)),
    "escalamientos": _one("escalamientos", lambda t, p: t.reports.escalations(p.start, p.end)),
    "cobros": _charges,
    "tiempos": _one("tiempos", lambda t, p: t.reports.times(p.start, p.end)),
}
ALIASES: Mapping[str, str] = {
    **{name: name for name in BUILDERS},
    "summary": "resumen",
    "charges": "cobros",
    "pending": "pendientes",
    "engineers": "ingenieros",
    "clients": "clientes",
    "deflexion": "autogestion",
    "deflection": "autogestion",
    "autogestión": "autogestion",
    "deflexión": "autogestion",
    "satisfaction": "satisfaccion",
    "satisfacción": "satisfaccion",
    "escalations": "escalamientos",
    "times": "tiempos",
}
