"""Which rules of the packs keep an id, where they stand in the source, and in which way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy import facts, pack

WAYS = ("enforced", "told", "recorded", "open")


@dataclass(frozen=True, order=True)
class Place:
    """One rule: the pack, its path there, the clause it comes from, how it is kept."""

    pack: str
    path: str
    clause: str
    way: str


def places() -> dict[str, list[Place]]:
    """Id to the rules that carry it, packs by name, rules as they stand in the pack."""
    found: dict[str, list[Place]] = {}
    for name in pack.names():
        for path, rule in facts.rules(pack.load(name)):
            place = Place(name, path, rule["clause"], rule["way"])
            for id in rule["requirements"]:
                found.setdefault(id, []).append(place)
    return found


def kind(kept: Sequence[Place]) -> str:
    """How an id as a whole is kept: "open" while any of its rules is; "" where no rule is.

    Of the others the strongest counts: who is refused is told as well, and it is recorded.
    """
    ways = {place.way for place in kept}
    return next((way for way in ("open", *WAYS) if way in ways), "")


def kinds(known: Mapping[str, Sequence[Place]]) -> dict[str, str]:
    """The same for every id that has a rule."""
    return {id: kind(kept) for id, kept in known.items()}
