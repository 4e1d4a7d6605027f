"""A row of the outbox as a value, and back; the names of its lanes.

What a newer release may have added to a row is left out here, never a reason to send nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from policy.evolved import filled
from store.values import Button, OutboxRow, Urgency

_NAMES = tuple(field.name for field in fields(OutboxRow))
ASIDE = "~"
LANES = "INDEXED BY ix_outbox_lane_id"  # how SQLite is to look for what waits in a lane


def lane(channel: str, account: str, chat: str, ticket: int | None, *, marks: bool = False) -> str:
    """What arrives in order: a chat, or the thread of one ticket's card.

    Marks have a lane beside it: they belong to messages that stand already, and platforms allow
    few of them a minute. Words do not wait for them.
    """
    place = f"{channel}:{account}:{chat}"
    place = place if ticket is None else f"{place}#{ticket}"
    return place + ASIDE if marks else place


def moved(old_lane: str, channel: str, account: str, chat: str) -> str:
    """The lane in a chat that got a new id."""
    place = old_lane.removesuffix(ASIDE)
    _, found, number = place.rpartition("#")
    ticket = int(number) if found and number.isdigit() else None
    return lane(channel, account, chat, ticket, marks=place != old_lane)


def buttons(choices: Sequence[Button]) -> list[dict[str, Any]]:
    """Choices as JSON, empty fields left out."""
    return [{n: v for n, v in zip(Button._fields, b, strict=True) if v} for b in choices]


def to_outbox_row(row: Row[Any]) -> OutboxRow:
    """The value of a row of the outbox table."""
    found = row._asdict()
    values = {name: found[name] for name in _NAMES}
    values["choices"] = tuple(_button(choice) for choice in found["choices"])
    values["files"] = tuple(found["files"])
    values["refs"] = tuple(found["refs"])
    values["urgency"] = Urgency(min(max(found["urgency"], Urgency.NOW), Urgency.BULK))
    return filled(OutboxRow, values)


def _button(choice: Mapping[str, Any]) -> Button:
    return Button(**{name: value for name, value in choice.items() if name in Button._fields})
