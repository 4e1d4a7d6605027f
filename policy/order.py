"""In which order cases are attended: by the hour owed, or, where no figure is, by turn (S2-05)."""

from datetime import datetime

from policy.pack import Policy
from policy.shapes_service import Turn

Place = tuple[bool, int, datetime, int]


def promises(policy: Policy) -> bool:
    """Whether this policy owes its answers by an hour at all (D18)."""
    return policy.attention is None or policy.attention.promises


def turn_of(policy: Policy, priority: str) -> Turn | None:
    """What a case of this priority is told of its turn, where times are no promise."""
    turns = policy.attention.turns if policy.attention else ()
    return next((turn for turn in turns if turn.key == priority), None)


def place(
    policy: Policy,
    *,
    number: int,
    priority: str,
    opened_at: datetime,
    due: datetime | None,
    answered: bool,
    quick: bool = False,
) -> Place:
    """What to sort by: those that cost little effort, then as owed; what is answered, last."""
    if quick:
        return (answered, -1, opened_at, number)
    if due is not None:
        return (answered, 0, due, number)
    return (answered, 1 + _band(policy, priority), opened_at, number)


def before(policy: Policy, priority: str) -> tuple[frozenset[str], frozenset[str]]:
    """The priorities that go before this one, and those that share its turn by arrival."""
    bands = {one.key: _band(policy, one.key) for one in policy.priorities}
    own = bands.get(priority, max(bands.values(), default=0))
    ahead = frozenset(key for key, band in bands.items() if band < own)
    return ahead, frozenset(key for key, band in bands.items() if band == own)


def _band(policy: Policy, priority: str) -> int:
    """The queue that a priority stands in, the first one 0."""
    rule = policy.attention
    if rule is not None and rule.order == "arrival":
        turn = turn_of(policy, priority)
        return 0 if turn is not None and turn.first else 1
    ranks = [one.rank for one in policy.priorities]
    return next((one.rank for one in policy.priorities if one.key == priority), max(ranks))
