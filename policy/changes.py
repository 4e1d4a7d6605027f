"""How a change is judged and carried out, as pure rules over what its case keeps (S3-10..26, D15).

A case keeps `change` (the formal answer so far) and `stage-<key>` ("done", or "approved" where a
later stage needs the result approved) among its details.
"""

from collections.abc import Mapping
from typing import Any, Final

from policy import papers
from policy.errors import Refusal
from policy.names import UnknownName
from policy.pack import Policy
from policy.shapes_papers import Change, Outcome, Stage
from policy.shapes_rules import Typology
from policy.ticket import Ticket

KIND: Final = "change"  # of a case that began with the form of the pack
STATUS, STAGE = "change", "stage-"
APPROVED, MORE = "approved", "more_information"
AGAIN = "again"  # the client has sent a rejected one anew
Details = Mapping[str, str]


def opened_by(policy: Policy, typology: str | None) -> Change | None:
    """The change whose form this entry of the catalogue opens, if it does."""
    change = policy.change
    if change is None or not change.fields or typology not in change.typologies:
        return None
    return change


def entry(policy: Policy) -> str | None:
    """The entry of the catalogue that opens the form, where the pack has one."""
    change = policy.change
    return change.typologies[0] if change and change.fields and change.typologies else None


def judged(policy: Policy, kind: str, typology: str | None) -> Change | None:
    """The judgement that a case waits for: the row decides, and what has none goes there (D15)."""
    change = policy.change
    if change is None or kind not in (KIND, "request"):
        return None
    if kind == KIND or (typology and typology in change.typologies):
        return change
    row = row_of(policy, typology)
    if row is None:
        return change if change.outside_catalogue else None
    return change if row.request is not None and row.request.committee else None


def of(policy: Policy, ticket: Ticket) -> Change | None:
    """The judgement of this case."""
    return judged(policy, ticket.kind, ticket.typology)


def row_of(policy: Policy, typology: str | None) -> Typology | None:
    """The entry of the catalogue; None for none, and for one that the pack has lost."""
    try:
        return policy.typology(typology) if typology else None
    except UnknownName:
        return None


def outcome(change: Change, key: str | None) -> Outcome | None:
    """The formal answer of that name, where the pack has it."""
    return next((one for one in change.outcomes if one.key == key), None)


def is_decided(details: Details) -> bool:
    """Whether the answer stands: approved or rejected."""
    return details.get(STATUS) in (APPROVED, "rejected")


def next_stage(change: Change, details: Details) -> Stage | None:
    """The stage that an approved change is in; None before, and when all are done."""
    if details.get(STATUS) != APPROVED:
        return None
    return next((one for one in change.stages if not details.get(f"{STAGE}{one.key}")), None)


def is_approved_of(change: Change, stage: Stage) -> bool:
    """Whether a later stage needs this one's result approved, not merely done."""
    return any(stage.key in one.after_approval_of for one in change.stages)


def number_of(change: Change, stage: Stage) -> int:
    """Its place in the order, from 1."""
    return 1 + change.stages.index(stage)


def standing(policy: Policy, ticket: Ticket, language: str) -> dict[str, Any] | None:
    """How the change stands: its answer so far and its stage; None for a case without one."""
    change = of(policy, ticket)
    if change is None:
        return None
    status = outcome(change, ticket.details.get(STATUS))
    stage = next_stage(change, ticket.details)
    return {
        "status": status.label[language] if status else None,
        "stage": stage.label[language] if stage else None,
        "n": number_of(change, stage) if stage else None,
        "total": len(change.stages) if stage else None,
        "decides": change.decides[language],
    }


def finish(change: Change, details: Details, key: str, *, good: bool) -> dict[str, str]:
    """The details once a stage was carried out; a result that is not good sends it one back.

    Raises Refusal("stage_order") for a stage that is not next, or before what it builds on is
    approved.
    """
    stage = next_stage(change, details)
    marks = {one.key: details.get(f"{STAGE}{one.key}") for one in change.stages}
    if stage is None or stage.key != key:
        raise Refusal("stage_order")
    if any(marks.get(needed) != "approved" for needed in stage.after_approval_of):
        raise Refusal("stage_order")
    if good:
        mark = "approved" if is_approved_of(change, stage) else "done"
        return {**details, f"{STAGE}{key}": mark}
    before = number_of(change, stage) - 2
    undone = f"{STAGE}{change.stages[before].key}" if before >= 0 else ""
    return {name: value for name, value in details.items() if name != undone}


def let_solve(policy: Policy, ticket: Ticket) -> None:
    """Nothing where the case may be solved.

    Raises Refusal: "unapproved" while the client has not approved a proposal (S1-28), "undecided"
    before the formal answer, "stages_left" before the last stage of an approved change.
    """
    if any(stands != papers.YES for stands in papers.proposals(ticket).values()):
        raise Refusal("unapproved", number=ticket.number)
    change = of(policy, ticket)
    if change is None:
        return
    if not is_decided(ticket.details):
        raise Refusal("undecided", number=ticket.number)
    left = next_stage(change, ticket.details)
    if left is not None:
        languages = policy.desk.languages
        raise Refusal("stages_left", number=ticket.number, stage=left.label[languages[0]])
