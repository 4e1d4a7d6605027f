"""A case whose words show a patient at risk: flagged on its card, and a person told at once.

The pack says whether its desk looks for it (`desk.patient_safety`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import notices
from handlers.casework import keep_quietly
from handlers.conversation.summary import shortened
from kb import safety, text
from kb.reader import READ_AT_MOST
from kb.reading import Reading
from kb.secrets import mask_documents
from policy.pack import Policy
from policy.ticket import Ticket
from store.turn import Turn

QUOTED = 180
RISK = "risk"  # among the details of a ticket: what is at risk, by its key


def of_words(
    policy: Policy, told: str, meant: safety.Risk = "", read: Reading | None = None
) -> safety.Risk:
    """What these words show to be at risk, or else what they were `meant` to be; "" where the
    desk does not look for it. Nobody looks twice at what was `read` just now."""
    if not policy.patient_safety:
        return ""
    if read is not None and read.shows is not None and read.stored == told:
        return read.shows or meant
    return safety.risk(text.fold(told[:READ_AT_MOST])) or meant


def of_details(details: Mapping[str, Any]) -> dict[str, str]:
    """The flag as facts of a sentence; empty where there is none."""
    kind = details.get(RISK)
    return {RISK: f"risk.{kind}"} if kind else {}


def told(turn: Turn, ticket: Ticket) -> None:
    """Whoever has the case, or the supervisors, read of it now, not when they look."""
    if RISK not in ticket.details:
        return
    facts = {
        **of_details(ticket.details),
        "client": turn.people.get(ticket.requester).first_name,
        "organisation": turn.people.organisation(ticket.organisation).name,
        "text": shortened(mask_documents(ticket.text), QUOTED),
    }
    turn.audit.add(ticket.number, "patient_safety", {"risk": ticket.details[RISK]})
    notices.to_holder(turn, ticket, "staff.risk", facts)


def flag(turn: Turn, ticket: Ticket, reading: Reading) -> bool:
    """Words added to a case that show a patient at risk. True where the case learns of it."""
    kind = of_words(turn.book, reading.stored, reading.risk, reading)
    if not kind or RISK in ticket.details:
        return False
    flagged = replace(ticket, details={**ticket.details, RISK: kind})
    saved = keep_quietly(turn, flagged, "flagged")
    told(turn, saved)
    return True
