"""Rows of people and organisations as values, and back."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import Table

from policy.evolved import filled
from store.clean import fold
from store.values import Organisation, Person


def parted(row: Sequence[Any], tables: Sequence[Table]) -> Iterator[dict[str, Any]]:
    """The columns of each table of a join, under their own names."""
    at = 0
    for table in tables:
        names = _names(table)
        yield dict(zip(names, row[at : at + len(names)], strict=True))
        at += len(names)


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c)


def to_person(values: dict[str, Any]) -> Person:
    """The person in the columns of a row."""
    values["roles"] = frozenset(values["roles"].split())
    return filled(Person, values)


def person_values(person: Person) -> dict[str, Any]:
    """The columns of the person, without the id."""
    values: dict[str, Any] = asdict(person)
    values["roles"] = f" {' '.join(sorted(person.roles))} "
    del values["id"]
    return values


def to_organisation(values: dict[str, Any]) -> Organisation:
    """The organisation in the columns of a row."""
    del values["folded"]
    values["products"] = tuple(values["products"])
    return filled(Organisation, values)


def organisation_values(organisation: Organisation) -> dict[str, Any]:
    """The columns of the organisation, without the id."""
    values: dict[str, Any] = asdict(organisation)
    values["folded"] = fold(organisation.name)
    del values["id"]
    return values
