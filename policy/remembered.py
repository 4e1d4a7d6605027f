"""What is made of a policy once: a pack is frozen, and its digest says which one it is."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from policy.pack import Policy

P = ParamSpec("P")
T = TypeVar("T")
MOST = 1024  # of one policy
PACKS = 64  # a desk has one; tests change theirs all the time


def remembered(
    make: "Callable[Concatenate[Policy, P], T]",
) -> "Callable[Concatenate[Policy, P], T]":
    """A pure function of a policy and a few plain words, asked once for each of them.

    What it returns is shared: nobody may change it.
    """
    known: dict[str, dict[tuple[Any, ...], T]] = {}

    @wraps(make)
    def recall(policy: "Policy", *given: P.args, **named: P.kwargs) -> T:
        key: tuple[Any, ...] = (*given, *sorted(named.items())) if named else given
        try:
            return known[policy.digest][key]
        except KeyError:
            pass  # what making it raises has nothing to do with this
        made = make(policy, *given, **named)
        if len(known) >= PACKS:
            known.clear()
        of_policy = known.setdefault(policy.digest, {})
        if len(of_policy) >= MOST:
            of_policy.clear()
        of_policy[key] = made
        return made

    return recall
