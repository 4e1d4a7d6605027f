"""Reads a scenario (TOML, with rows in CSV files if wished) and names all of its faults at once."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.imports.table import Column, TableFaults, read
from bot.simulation.references import of_arrival, of_crew, of_demand, of_head
from bot.simulation.shapes import Arrival, Crew, Demand, Head
from policy.faults import of_shapes
from policy.names import suggest
from policy.pack import Policy
from policy.shapes import Shape

SHIPPED = Path(__file__).parent / "scenarios"
HEAD = frozenset(Head.model_fields)
ROWS: Mapping[str, type[Shape]] = {"staff": Crew, "demand": Demand, "arrivals": Arrival}
LISTS = frozenset({"levels", "shift", "skills"})  # cells with several values, cut at a semicolon
# In place of what is missing or wrong, so that a row's other names are looked at all the same.
STAND_INS: Mapping[str, dict[str, Any]] = {
    "Head": {"handling": {"answer": 0, "work": 0}},
    "Crew": {"name": "?", "shift": ["mon 00:00-01:00"]},
    "Demand": {"per_day": 1, "open": ["mon 00:00-01:00"]},
    "Arrival": {"at": "2026-01-01T00:00"},
}
PLAIN_HANDLING = {"answer": "10 min", "work": "45 min"}
S = TypeVar("S", bound=Shape)


class ScenarioFaults(Exception):
    """A scenario that cannot be played. `faults` holds a line for each thing that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario whose names all exist in the policy."""

    head: Head
    staff: tuple[Crew, ...]
    demand: tuple[Demand, ...] = ()
    arrivals: tuple[Arrival, ...] = ()


def shipped() -> tuple[str, ...]:
    """The names of the examples."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def find(name_or_path: str) -> Path:
    """The example of this name, or the file. Raises ScenarioFaults."""
    if name_or_path in shipped():
        return SHIPPED / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.is_file():
        return path
    near = suggest(name_or_path, shipped())
    hint = f"; did you mean {near!r}?" if near else ""
    known = ", ".join(shipped())
    ask = f"choose one with --scenario: a file, or one of {known}"
    raise ScenarioFaults([f"{name_or_path}: no such scenario{hint}; {ask}"])


def raw_of(path: Path, staff: Path | None = None) -> dict[str, Any]:
    """The scenario's tables; a CSV file is one of arrivals alone. Raises ScenarioFaults."""
    if path.suffix.lower() == ".csv":
        raw: dict[str, Any] = {"handling": PLAIN_HANDLING, "arrivals_file": path.name}
    else:
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ScenarioFaults([f"{path.name}: not readable as TOML: {error}"]) from error
        except OSError as error:
            raise ScenarioFaults([f"{path}: {error.strerror}"]) from error
    if staff is not None:
        raw["staff_file"] = str(staff.resolve())
    return raw


def checked(policy: Policy, raw: Mapping[str, Any], folder: Path) -> Scenario:
    """The scenario, every name of it known to the policy. Raises ScenarioFaults."""
    faults: list[str] = []
    head = _head(policy, raw, faults)
    found: dict[str, tuple[Any, ...]] = {}
    for kind, shape in ROWS.items():
        rows = [*_own_rows(kind, raw, faults), *_file_rows(kind, shape, raw, folder, faults)]
        ones: list[Any] = []
        for where, row in rows:
            one = _shaped(shape, row, where, faults)
            if one is not None:
                ones.append(one)
                faults += [f"{where}: {fault}" for fault in _references(policy, one)]
        found[kind] = tuple(ones)
    faults += _missing(raw, head)
    if head is not None:
        faults += of_head(policy, head, found["staff"] if not faults else ())
    if faults or head is None:
        raise ScenarioFaults(faults)
    return Scenario(head=head, **found)


def _head(policy: Policy, raw: Mapping[str, Any], faults: list[str]) -> Head | None:
    plain = {name: value for name, value in raw.items() if name not in ROWS}
    for name in [name for name in plain if name not in HEAD]:
        near = suggest(name, [*HEAD, *ROWS])
        faults.append(f"{name}: no such field" + (f"; did you mean {near!r}?" if near else ""))
        del plain[name]
    return _shaped(Head, plain, "", faults)


def _references(policy: Policy, one: Shape) -> Iterator[str]:
    if isinstance(one, Crew):
        yield from of_crew(policy, one)
    elif isinstance(one, Demand):
        yield from of_demand(policy, one)
    elif isinstance(one, Arrival):
        yield from of_arrival(policy, one)


def _missing(raw: Mapping[str, Any], head: Head | None) -> Iterator[str]:
    """What a scenario cannot do without."""
    if not raw.get("staff") and not raw.get("staff_file"):
        yield "staff: nobody works; add [[staff]] rows, staff_file, or --staff FILE"
    if not any(raw.get(name) for name in ("demand", "arrivals", "arrivals_file")):
        yield "arrivals: no case ever comes; add [[demand]] or [[arrivals]] rows, or arrivals_file"
    if raw.get("demand") and head is not None and head.start is None:
        yield "start: is missing; say the first day, such as 2026-03-02"


def _own_rows(
    kind: str, raw: Mapping[str, Any], faults: list[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = raw.get(kind, [])
    if not isinstance(rows, list):
        faults.append(f"{kind}: must be rows, each under [[{kind}]]")
        return
    for i, row in enumerate(rows):
        if isinstance(row, Mapping):
            yield f"{kind}[{i}]", row
        else:
            faults.append(f"{kind}[{i}]: must be a table")


def _file_rows(
    kind: str, shape: type[Shape], raw: Mapping[str, Any], folder: Path, faults: list[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    name = raw.get(f"{kind}_file")
    if not isinstance(name, str):
        return
    fields = shape.model_fields.items()
    # An empty cell is told with the row's other faults, by the shape.
    columns = {field: Column(required=info.is_required(), filled=False) for field, info in fields}
    shown = Path(name).name
    try:
        table = read(folder / name, columns)
    except TableFaults as wrong:
        faults += [f"{shown} {fault}" for fault in wrong.faults]
        return
    faults += [f"{shown} {fault}" for fault in table.faults]
    for line in table.lines:
        cells = {field: value for field, value in line.values.items() if value != ""}
        lists = {field: str(cells[field]).split(";") for field in LISTS & set(cells)}
        yield f"{shown} line {line.number}", cells | lists


def _shaped(shape: type[S], row: Mapping[str, Any], where: str, faults: list[str]) -> S | None:
    """The row; with faults, what is left without them, so that its names are looked at too."""
    try:
        return shape.model_validate(row)
    except ValidationError as error:
        told = of_shapes(error, shape)
        faults += [f"{where}: {fault}" if where else str(fault) for fault in told]
        wrong = {one["loc"][0] for one in error.errors(include_url=False) if one["loc"]}
    kept = {name: row[name] for name in row if name not in wrong}
    try:
        return shape.model_validate(STAND_INS[shape.__name__] | kept)
    except ValidationError:
        return None
