"""Which checks a case goes through, in order, and who does each (Tabla 4, D16)."""

from collections.abc import Mapping

from policy.pack import Policy
from policy.shapes_rules import Check


def of(policy: Policy, typology: str | None, *, outside: bool = False) -> tuple[Check, ...]:
    """The checks of an entry of the catalogue, in its order.

    What is only for people away from the site is left out for the others (S1-51).
    """
    if not typology:
        return ()
    known = (policy.check(key) for key in policy.typology(typology).checks)
    return tuple(one for one in known if one.only_if is None or outside)


def depends_on_place(policy: Policy, typology: str | None) -> bool:
    """Whether one of its checks is only for people away from the site."""
    every, here = of(policy, typology, outside=True), of(policy, typology)
    return len(every) > len(here)


def in_chat(
    policy: Policy, typology: str | None, *, admin: bool, outside: bool
) -> tuple[Check, ...]:
    """Those that this person is asked for: the client's own, and the administrator's of one."""
    whose = ("client", "admin") if admin else ("client",)
    return tuple(one for one in of(policy, typology, outside=outside) if one.by in whose)


def owed_first(checks: tuple[Check, ...], results: Mapping[str, str]) -> tuple[Check, ...]:
    """The client's checks without a result: the desk's own count after them (S1-50)."""
    return tuple(one for one in checks if one.by != "desk" and one.key not in results)
