"""Words that wait: kept with what they say, so that they are gone on with, never typed twice."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
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
    found = _known(Reading, kept)
    decision = _known(Decision, found["decision"])
    decision["because"] = tuple(decision["because"])
    decision["near"] = tuple((str(one), float(much)) for one, much in decision.get("near", ()))
    found["decision"] = Decision(**decision)
    found["intents"] = frozenset(found["intents"])
    found["numbers"] = tuple(found["numbers"])
    found["between"] = tuple(found.get("between", ()))
    found["studies"] = tuple(found.get("studies", ()))
    found["since"] = Since(**_known(Since, found["since"])) if found["since"] else None
    return Reading(**found)


def _known(kind: type[Reading | Decision | Since], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What this desk understands of it: a newer one may have kept more."""
    return {field.name: kept[field.name] for field in fields(kind) if field.name in kept}
