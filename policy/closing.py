"""How long the desk waits for the client's word on a solution (S0-62, S1-31, S1-32)."""

from datetime import timedelta

from policy.pack import Policy
from policy.remembered import remembered
from policy.ticket import Waits


@remembered
def waits(policy: Policy, priority: str) -> Waits:
    """Reminder and closing, in elapsed time from the sent notice. Raises UnknownName."""
    rule = policy.closing
    wait = rule.priorities.get(policy.priority(priority).key, rule)
    return Waits(
        remind_after=timedelta(seconds=wait.remind_after),
        close_after=timedelta(seconds=wait.close_after),
        close_undelivered=rule.close_undelivered,
        clause=rule.clause,
    )


def presumed(waits: Waits, *, heard: bool) -> bool:
    """Whether silence closes the case (S1-32): the question arrived, or need not have (D20)."""
    return heard or waits.close_undelivered
