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
    known = {row.id: row for row in policy.typologies}
    of_it = (known[one] for one, _ in decision.near if known[one].category == product)
    row = next((one for one in of_it if one.kind == "incident"), None)
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
    known = {row.id: row for row in policy.typologies}
    rivals = [one for one, score in near.items() if abs(best - score) < policy.thresholds.doubt]
    others = [
        one
        for one in rivals
        if one != decision.typology
        and known[one].kind == decision.label
        and (decision.category != product or known[one].category == product)
    ]
    return (str(decision.typology), *others)[:MOST] if others else ()
