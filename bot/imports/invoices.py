"""Invoices from a file: what decides whether an organisation may open tickets."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.imports.clients import Imported
from bot.imports.table import Column, Fault, Line, Table, TableFaults, day, read
from handlers import contract, payments
from store.turn import Turn
from store.values import InvoiceRow


@dataclass(frozen=True)
class Payment:
    """A payment on record. `back` is when access returns, where the invoice had suspended it."""

    organisation: str
    number: str
    paid_on: date
    back: datetime | None


def load(path: Path) -> Table:
    """The file, judged by itself. Raises TableFaults."""
    table = read(
        path,
        {
            "organisation": Column(required=True),
            "number": Column(required=True),
            "issued_on": Column(day, required=True, default=None),
            "paid_on": Column(day, default=None),
        },
    )
    for line in table.lines:
        if line["paid_on"] is not None and line["paid_on"] < line["issued_on"]:
            table.fault(line, "paid_on is before issued_on")
    table.check()
    return table


def write(turn: Turn, table: Table) -> Imported:
    """Put the file into the desk. Doing it again changes nothing.

    A payment that the desk did not know starts the way back to support, which the client is told.
    Raises TableFaults, and writes nothing, when an organisation is not known.
    """
    found = [turn.people.organisation_named(line["organisation"]) for line in table.lines]
    for line, organisation in zip(table.lines, found, strict=True):
        if organisation is None:
            table.fault(line, f"there is no organisation '{line['organisation']}'")
    table.check()
    added, paid = 0, dict[int, None]()
    for line, organisation in zip(table.lines, found, strict=True):
        if organisation is None:
            raise TableFaults(table.faults)
        known = {invoice.number: invoice for invoice in turn.people.invoices(organisation.id)}
        before = known.get(line["number"])
        added += before is None
        if before is not None and before.paid_on is None and line["paid_on"] is not None:
            paid[organisation.id] = None
        turn.people.save_invoice(_invoice(turn, line, organisation.id, before))
    for organisation in paid:
        payments.known(turn, organisation)
    turn.audit.add(None, "invoices_imported", {"lines": len(table.lines), "added": added})
    return Imported(added, len(table.lines) - added)


def settle(turn: Turn, name: str, number: str, paid_on: date | None) -> Payment:
    """One known invoice was paid, today unless a day is given.

    Raises TableFaults for an organisation or an invoice that is not known, and for a day that
    cannot be.
    """
    home = turn.people.organisation_named(name)
    if home is None:
        raise _not_so(f"there is no organisation '{name}'")
    before = {row.number: row for row in turn.people.invoices(home.id)}.get(number)
    if before is None:
        raise _not_so(f"{home.name} has no invoice '{number}'")
    today = contract.desk_day(turn)
    day = paid_on or today
    if not before.issued_on <= day <= today:
        raise _not_so(f"{day} is before the invoice or still to come")
    known_at = turn.now if before.paid_on is None else before.known_at
    turn.people.save_invoice(replace(before, paid_on=day, known_at=known_at))
    turn.audit.add(None, "invoice_paid", {"organisation": home.id, "number": number})
    return Payment(home.name, number, day, payments.known(turn, home.id))


def _not_so(problem: str) -> TableFaults:
    return TableFaults([Fault(0, problem)])


def _invoice(turn: Turn, line: Line, organisation: int, before: InvoiceRow | None) -> InvoiceRow:
    """The row with when its payment became known; one that came paid suspended nobody here."""
    row = InvoiceRow(
        organisation=organisation,
        number=line["number"],
        issued_on=line["issued_on"],
        paid_on=line["paid_on"],
    )
    if before is None or row.paid_on is None:
        return row
    known_at = turn.now if before.paid_on is None else before.known_at
    return replace(row, known_at=known_at, restored_at=before.restored_at)
