"""Reports as files: JSON for scripts, CSV and XLSX for spreadsheets. Text stays text (G11)."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cells import guarded
from bot.reports.sheet import Cell, Report, Sheet

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else


def as_json(report: Report) -> str:
    """One object; each sheet a list of objects. Moments are ISO 8601 in UTC."""
    body: dict[str, Any] = {
        "report": report.name,
        "period": report.period.name,
        "from": report.period.start.isoformat(),
        "until": report.period.end.isoformat(),
    }
    if report.mark:
        body["mark"] = report.mark
    if report.classified:
        body["classification"] = report.classified
    body |= {sheet.name: sheet.dicts() for sheet in report.sheets}
    return json.dumps(body, ensure_ascii=False, default=_iso)


def as_csv(report: Report) -> str:
    """The first sheet, below it the policy's mark. No cell is a formula, whatever people wrote."""
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out)
    first = report.sheets[0]
    writer.writerow(first.columns)
    for row in first.rows:
        writer.writerow([inert(cell) for cell in row])
    for note in filter(None, (report.classified, report.mark)):
        writer.writerow([inert(note)])
    return out.getvalue()


def as_xlsx(report: Report) -> bytes:
    """A workbook with every sheet, in the desk's hours; no string becomes a formula or a link."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        for sheet in report.sheets:
            page = book.add_worksheet(sheet.name[:31])
            _write(page, _local(sheet, report.period.zone), book.add_format({"bold": True}))
            notes = [note for note in (report.classified, report.mark) if note]
            for at, note in enumerate(notes, start=len(sheet.rows) + 2):
                page.write_string(at, 0, note)
            if report.mark:
                page.set_footer(f"&C{report.mark}")
    return out.getvalue()


def inert(cell: Cell) -> str:
    """The cell as text that no spreadsheet computes."""
    if isinstance(cell, datetime):
        return _iso(cell)
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    return guarded(cell)


def _local(sheet: Sheet, zone: str) -> Sheet:
    """The sheet with its moments on the desk's clock: a spreadsheet's cell has no zone."""
    rows = (
        tuple(
            cell.astimezone(ZoneInfo(zone)) if isinstance(cell, datetime) else cell for cell in row
        )
        for row in sheet.rows
    )
    return Sheet(sheet.name, sheet.columns, tuple(rows))


def _write(page: Any, sheet: Sheet, bold: Any) -> None:
    for at, name in enumerate(sheet.columns):
        page.write_string(0, at, name, bold)
        page.set_column(at, at, max(12, len(name) + 2))
    for line, row in enumerate(sheet.rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(line, at, cell)
            elif cell is not None:
                page.write(line, at, cell)
    page.freeze_panes(1, 0)


def _iso(moment: object) -> str:
    if not isinstance(moment, datetime):
        raise TypeError(f"no JSON for {type(moment).__name__}")
    return moment.astimezone(UTC).isoformat()
