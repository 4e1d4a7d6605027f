"""Words that wait: kept with what they say, so that they are gone on with, never typed twice."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from handlers.visit import Visit
from kb.decision import Decision
from kb.reading import Reading, Since

HELD, READ = "held", "held_reading"


def keep(visit: Visit, reading: Reading) -> None:
    """The words of this turn, for whatever is answered next."""
    visit.remember(**packed(reading))


def take(visit: Visit) -> Reading | None:
    """The words kept, which are kept no longer; None where there are none."""
    found = unpacked(visit.here.memory)
    visit.remember(**{HELD: None, READ: None})
    return found


def packed(reading: Reading) -> dict[str, Any]:
    """The words as two facts of a conversation's memory; nothing that was masked is in them."""
    if not reading.stored.strip():
        return {}
    safe = replace(reading, text=reading.stored)
    return {HELD: reading.stored, READ: {**asdict(safe), "intents": sorted(safe.intents)}}


def unpacked(memory: Mapping[str, Any]) -> Reading | None:
    """The reading that `packed` wrote."""
    kept = memory.get(READ)
    if not kept:
        words = str(memory.get(HELD) or "")
        return Reading(text=words, stored=words, card_text=words) if words else None
    fields: dict[str, Any] = dict(kept)
    decision: dict[str, Any] = dict(fields["decision"])
    decision["because"] = tuple(decision["because"])
    decision["near"] = tuple((str(one), float(much)) for one, much in decision.get("near", ()))
    fields["decision"] = Decision(**decision)
    fields["intents"] = frozenset(fields["intents"])
    fields["numbers"] = tuple(fields["numbers"])
    fields["between"] = tuple(fields.get("between", ()))
    fields["studies"] = tuple(fields.get("studies", ()))
    fields["since"] = Since(**fields["since"]) if fields["since"] else None
    return Reading(**fields)
