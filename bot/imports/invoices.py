"""Invoices from a file: what decides whether an organisation may open tickets."""

from pathlib import Path

from bot.imports.clients import Imported
from bot.imports.table import Column, Table, TableFaults, day, read
from store.turn import Turn


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

    Raises TableFaults, and writes nothing, when an organisation is not known.
    """
    found = [turn.people.organisation_named(line["organisation"]) for line in table.lines]
    for line, organisation in zip(table.lines, found, strict=True):
        if organisation is None:
            table.fault(line, f"there is no organisation '{line['organisation']}'")
    table.check()
    added = 0
    for line, organisation in zip(table.lines, found, strict=True):
        if organisation is None:
            raise TableFaults(table.faults)
        before = {invoice.number for invoice in turn.people.invoices(organisation.id)}
        added += line["number"] not in before
        turn.people.add_invoice(organisation.id, line["number"], line["issued_on"], line["paid_on"])
    turn.audit.add(None, "invoices_imported", {"lines": len(table.lines), "added": added})
    return Imported(added, len(table.lines) - added)
