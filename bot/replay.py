"""An event out of quarantine, as it came in: handled after all, once what broke it is mended."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from handlers import inbound as kinds
from handlers.inbound import Address, File, Inbound
from store.encoding import decode
from store.values import Quarantined

KINDS: Mapping[str, type[Inbound]] = {
    kind.__name__: kind
    for kind in (
        kinds.Said,
        kinds.Reacted,
        kinds.Pressed,
        kinds.Submitted,
        kinds.Commanded,
        kinds.Joined,
        kinds.HomeOpened,
    )
}


def rebuilt(kept: Quarantined) -> Inbound:
    """The event, under a key of its own, since its first key counts as seen.

    Raises ValueError for one that could not even be read when it came.
    """
    kind = KINDS.get(kept.kind)
    if kind is None:
        raise ValueError(f"{kept.reference} is {kept.kind}: it was never understood as an event")
    body = decode(kept.body)
    known = {field.name for field in fields(kind)}
    values: dict[str, Any] = {name: value for name, value in body.items() if name in known}
    values |= {"address": Address(**values["address"])}
    if "files" in values:
        values["files"] = tuple(File(**file) for file in values["files"])
    if "reading" in values:
        values["reading"] = None  # read anew, by what the program knows now
    return replace(kind(**values), key=f"{values['key']}:replay:{kept.reference}")
