"""What is wrong with a pack: every fault at once, each with its path and a likely mend."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from policy.names import suggest


@dataclass(frozen=True)
class Fault:
    """One fault: where ("plans[0].response"), what, and what was probably meant."""

    path: str
    problem: str
    suggestion: str | None = None

    def __str__(self) -> str:
        hint = f"; {self.suggestion}" if self.suggestion else ""
        return f"{self.path}: {self.problem}{hint}" if self.path else f"{self.problem}{hint}"


class PackFaults(Exception):
    """A pack that cannot be used. `faults` holds all of them, shapes and references alike."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults), key=lambda fault: _order(fault.path))
        super().__init__("\n".join(map(str, self.faults)))


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The suggestion for a name that is not among the known ones."""
    near = suggest(name, known)
    return f"did you mean {near!r}?" if near else None


def of_shapes(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """The faults that pydantic found, in the owner's words."""
    found = [dict(one) for one in error.errors(include_url=False)]
    return [_of_shape(one, model) for one in found if not _follows(one, found)]


def path_of(parts: Sequence[object]) -> str:
    """("plans", 0, "response") as "plans[0].response"."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def _follows(one: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """A list "too short" only because one of its items is at fault."""
    where = one["loc"]
    inside = (other["loc"] for other in found if other is not one)
    return one["type"] == "too_short" and any(loc[: len(where)] == where for loc in inside)


def _of_shape(one: dict[str, Any], model: type[BaseModel]) -> Fault:
    where, kind, given = one["loc"], one["type"], one.get("input")
    if kind == "extra_forbidden":
        holder = _model_at(model, where[:-1])
        known = holder.model_fields if holder else ()
        return Fault(path_of(where), "no such field", did_you_mean(str(where[-1]), known))
    if kind == "missing":
        return Fault(path_of(where), "is missing")
    if kind == "literal_error":
        expected = one["ctx"]["expected"]
        mend = did_you_mean(str(given), re.findall(r"'([^']+)'", expected))
        return Fault(path_of(where), f"{given!r} is not one of {expected}", mend)
    problem = one["msg"].removeprefix("Value error, ")
    plain = isinstance(given, str | int | float) and repr(given) not in problem
    return Fault(path_of(where), f"{problem} (it says {given!r})" if plain else problem)


def _model_at(model: type[BaseModel], where: Sequence[object]) -> type[BaseModel] | None:
    """The model that describes the table at this path."""
    here: type[BaseModel] | None = model
    for part in where:
        if here is None:
            return None
        if isinstance(part, str) and part in here.model_fields:
            here = _inner(here.model_fields[part].annotation)
    return here


def _inner(annotation: object) -> type[BaseModel] | None:
    """The model inside Optional[...], tuple[...] or dict[...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _inner(arg))), None)


def _order(path: str) -> list[tuple[int, str]]:
    """Natural order: typologies[2] before typologies[10]."""
    parts = re.findall(r"\d+|\D+", path)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]
