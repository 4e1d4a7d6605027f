"""A value with some fields changed, for values of many fields that change often."""

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
