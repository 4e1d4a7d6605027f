"""Frozen values of many fields, made without setting one field after another."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from dataclasses import fields as fields_of
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def evolved(value: T, **changes: Any) -> T:
    """As `dataclasses.replace`, without setting every field anew: a tenth of the time for a case.

    For dataclasses without slots, `__post_init__` and cached properties. Raises TypeError for a
    field that it does not have.
    """
    fields = vars(value)
    if not changes.keys() <= fields.keys():
        strange = ", ".join(sorted(changes.keys() - fields.keys()))
        raise TypeError(f"{type(value).__name__} has no field {strange}")
    made: Any = object.__new__(type(value))
    made.__dict__.update(fields, **changes)
    return made


def filled(kind: type[T], values: Mapping[str, Any]) -> T:
    """As `kind(**values)`, without setting one field after another: a third of the time for a case.

    For the same dataclasses. Raises TypeError for a field that it does not have, and for one that
    is missing and has no default.
    """
    shape, given = _shape(kind), values.keys()
    whole = given == shape.names
    if not whole and not shape.required <= given <= shape.names:
        amiss = ", ".join(sorted((shape.required - given) | (given - shape.names)))
        raise TypeError(f"{kind.__name__} needs, or does not have: {amiss}")
    made: Any = object.__new__(kind)
    fields = made.__dict__
    if not whole:
        fields.update(shape.defaults)
        fields.update({name: make() for name, make in shape.factories if name not in given})
    fields.update(values)
    return made


@dataclass(frozen=True)
class _Shape:
    """The fields of a dataclass, and what they are when nobody says."""

    names: frozenset[str]
    required: frozenset[str]
    defaults: Mapping[str, Any]
    factories: tuple[tuple[str, Callable[[], Any]], ...]


@cache
def _shape(kind: Any) -> _Shape:
    fields = fields_of(kind)
    defaults = {field.name: field.default for field in fields if field.default is not MISSING}
    factories = {
        field.name: field.default_factory
        for field in fields
        if field.default_factory is not MISSING
    }
    names = frozenset(field.name for field in fields)
    return _Shape(
        names=names,
        required=names - defaults.keys() - factories.keys(),
        defaults=defaults,
        factories=tuple(factories.items()),
    )
