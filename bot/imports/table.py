"""A CSV file as rows of checked values; everything wrong with it is told in one report."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.cells import unguarded

LARGEST = 20_000_000  # bytes
YES = frozenset({"yes", "si", "sí", "true", "1", "x"})
NO = frozenset({"no", "false", "0"})

Reader = Callable[[str], Any]  # raises ValueError with a sentence


@dataclass(frozen=True)
class Fault:
    """One problem. `line` is the file's own numbering; the header is line 1, the file itself 0."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}" if self.line else self.problem


class TableFaults(Exception):
    """The file was not imported. `faults` holds everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Column:
    """How one column is read. `default` stands where the cell or the whole column is absent."""

    read: Reader = str.strip
    required: bool = False  # the column must be there
    filled: bool = True  # if so, with something in every cell
    default: Any = ""


@dataclass(frozen=True)
class Line:
    """One row, read: every column has a value, the default where the cell is empty."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass
class Table:
    """The rows, and the columns that the file did not have."""

    lines: list[Line] = field(default_factory=list[Line])
    absent: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list[Fault])

    def fault(self, line: Line, problem: str) -> None:
        """Note a problem found by whoever looks at the rows together."""
        self.faults.append(Fault(line.number, problem))

    def check(self) -> None:
        """Raises TableFaults when anything is wrong."""
        if self.faults:
            raise TableFaults(self.faults)


def read(path: Path, columns: Mapping[str, Column]) -> Table:
    """Read the file. Cells are judged one by one, and the faults are kept in the table.

    Raises TableFaults at once for a file that has no readable table.
    """
    text = _text(path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = [name.strip().lower() for name in next(rows, [])]
    table = Table(absent=frozenset(columns) - frozenset(header))
    _check_header(header, columns)
    for cells in rows:
        if any(cell.strip() for cell in cells):
            _add(table, rows.line_num, dict(zip(header, cells, strict=False)), columns)
    return table


def day(text: str) -> date:
    """An ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no date like 2026-11-24") from None


def flag(text: str) -> bool:
    """yes or no, in English or Spanish."""
    folded = text.lower()
    if folded in YES:
        return True
    if folded in NO:
        return False
    raise ValueError(f"'{text}' is neither yes nor no")


def several(text: str) -> tuple[str, ...]:
    """Words separated by ; or |."""
    return tuple(part.strip() for part in text.replace("|", ";").split(";") if part.strip())


def one_of(*allowed: str) -> Reader:
    """One of these words, whatever its case."""

    def choose(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"'{text}' is not one of {', '.join(allowed)}")
        return text.lower()

    return choose


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableFaults([Fault(0, f"{path}: {error.strerror}")]) from None
    if len(content) > LARGEST:
        raise TableFaults([Fault(0, f"{path}: larger than {LARGEST // 1_000_000} MB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableFaults([Fault(0, f"{path}: not UTF-8; save it as CSV UTF-8")]) from None


def _delimiter(text: str) -> str:
    """Spreadsheets in Spanish write semicolons."""
    head = text.partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","


def _check_header(header: Sequence[str], columns: Mapping[str, Column]) -> None:
    faults = [
        Fault(1, f"the column '{name}' is missing")
        for name, column in columns.items()
        if column.required and name not in header
    ]
    faults += [Fault(1, f"there is no column '{name}'") for name in header if name not in columns]
    faults += [
        Fault(1, f"the column '{name}' stands twice")
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    if faults:
        raise TableFaults(faults)


def _add(table: Table, number: int, cells: dict[str, str], columns: Mapping[str, Column]) -> None:
    values: dict[str, Any] = {}
    faults = list(_read_cells(number, cells, columns, values))
    table.faults += faults
    if not faults:
        table.lines.append(Line(number, values))


def _read_cells(
    number: int, cells: dict[str, str], columns: Mapping[str, Column], values: dict[str, Any]
) -> Iterator[Fault]:
    for name, column in columns.items():
        text = unguarded(cells.get(name, "").strip()).strip()
        values[name] = column.default
        if not text:
            if column.required and column.filled:
                yield Fault(number, f"{name} is empty")
            continue
        try:
            values[name] = column.read(text)
        except ValueError as error:
            yield Fault(number, f"{name}: {error}")
