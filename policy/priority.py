"""How urgent a case is: the catalogue decides, the matrix where nothing fits, answers may raise."""

from dataclasses import dataclass

from policy.pack import Policy
from policy.remembered import remembered
from policy.shapes_rules import Cell, Typology

GRADES = ("low", "medium", "high")
SCOPES = {"one": "low", "several": "medium", "all": "high"}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A priority, what it follows from, and the clause behind that."""

    priority: str
    because: str  # "catalogue" | "matrix" | "raised" | "request"
    clause: str


def impact_of(scope: str | None) -> str | None:
    """The impact that a reading's scope means: one, several, all (S0-71)."""
    return SCOPES.get(scope) if scope else None


def urgency_of(stopped: bool) -> str | None:
    """High where work has stopped; otherwise nothing is known (S0-72)."""
    return "high" if stopped else None


@remembered
def decide(
    policy: Policy, typology: str | None, impact: str | None, urgency: str | None
) -> Judgement:
    """The priority of a new case (D1). Raises UnknownName for a typology that is not there."""
    judged = _judged(policy, impact, urgency)
    if typology is None:
        return judged
    entry = policy.typology(typology)
    stated = _stated(policy, entry)
    if entry.request is not None or (impact is None and urgency is None):
        return stated
    if _more_urgent(policy, judged.priority, stated.priority):
        return _raised(judged) if _may_raise(policy, impact, urgency) else stated
    suggested = policy.matrix.decides == "answers" and impact in ("low", "medium")
    return judged if suggested and judged.priority != stated.priority else stated


def worse(
    policy: Policy,
    current: str,
    impact: str | None,
    urgency: str | None,
    *,
    typology: str | None = None,
) -> Judgement:
    """What the client's "it got worse" makes of a priority: it may only raise.

    With the case's `typology`, the rule of when its priority may be raised applies too.
    """
    judged = _judged(policy, impact, urgency)
    allowed = typology is None or _may_raise(policy, impact, urgency)
    if allowed and _more_urgent(policy, judged.priority, current):
        return _raised(judged)
    return Judgement(priority=policy.priority(current).key, because="matrix", clause=judged.clause)


def cell(policy: Policy, impact: str | None, urgency: str | None) -> Cell:
    """Where the answers meet in the matrix; what was not answered is taken as the pack says."""
    row = getattr(policy.matrix, impact or policy.matrix.unknown.impact)
    found: Cell = getattr(row, urgency or policy.matrix.unknown.urgency)
    return found


def _judged(policy: Policy, impact: str | None, urgency: str | None) -> Judgement:
    found = cell(policy, impact, urgency)
    return Judgement(priority=found.priority, because="matrix", clause=policy.matrix.clause)


def _stated(policy: Policy, entry: Typology) -> Judgement:
    because = "catalogue" if entry.request is None else "request"
    key = policy.priority(entry.priority).key
    return Judgement(priority=key, because=because, clause=entry.clause)


def _raised(judged: Judgement) -> Judgement:
    return Judgement(priority=judged.priority, because="raised", clause=judged.clause)


def _more_urgent(policy: Policy, one: str, other: str) -> bool:
    return policy.priority(one).rank < policy.priority(other).rank


def _may_raise(policy: Policy, impact: str | None, urgency: str | None) -> bool:
    least, unknown = policy.matrix.raise_when, policy.matrix.unknown
    return GRADES.index(impact or unknown.impact) >= GRADES.index(least.impact) and GRADES.index(
        urgency or unknown.urgency
    ) >= GRADES.index(least.urgency)
