"""Which entry of the catalogue it is, where the words fit several about as well."""

from dataclasses import replace

from kb.decision import Decision
from policy.pack import Policy

MOST = 3  # that are asked about


def settled(policy: Policy, decision: Decision, product: str | None, stopped: bool) -> Decision:
    """A general stop is one of the product that is named, whatever sounds more like it."""
    if not stopped or product is None or decision.label != "incident":
        return decision
    if decision.category in (product, None):
        return decision
    near = (policy.entry(one) for one, _ in decision.near)
    of_it = (row for row in near if row and (row.category, row.kind) == (product, "incident"))
    row = next(of_it, None)
    return replace(
        decision,
        category=product,
        typology=row.id if row else None,
        priority=row.priority if row else None,
    )


def between(policy: Policy, decision: Decision, product: str | None = None) -> tuple[str, ...]:
    """The typologies, the likeliest first, among which the words alone do not decide.

    All are of the kind that the words decided; where the product is named that the first belongs
    to, all are of it. Empty where one leads by the policy's `doubt`.
    """
    near = dict(decision.near)
    best = near.get(decision.typology or "")
    if best is None or decision.label not in ("incident", "request"):
        return ()
    width = policy.thresholds.doubt
    rivals = [policy.entry(one) for one, score in near.items() if abs(best - score) < width]
    others = [
        row.id
        for row in rivals
        if row
        and row.id != decision.typology
        and row.kind == decision.label
        and (decision.category != product or row.category == product)
    ]
    return (str(decision.typology), *others)[:MOST] if others else ()
