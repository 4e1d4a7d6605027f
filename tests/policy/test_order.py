"""Who goes first: by the hour owed, by urgency, by arrival; what costs little before all."""

from datetime import UTC, datetime, timedelta

import pytest

from policy import order
from policy.pack import Policy
from tests.policy.desk import pack

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
GENERIC, IMEXHS = pack("generic"), pack("imexhs")


def sorted_by(policy: Policy, *cases: tuple[int, str, float | None, str]) -> list[int]:
    """Numbers in order; a case is its number, priority, hours to its deadline, and a mark."""

    def place(case: tuple[int, str, float | None, str]) -> order.Place:
        number, priority, due, mark = case
        return order.place(
            policy,
            number=number,
            priority=priority,
            opened_at=NOON + timedelta(minutes=number),
            due=None if due is None else NOON + timedelta(hours=due),
            answered=mark == "answered",
            quick=mark == "quick",
        )

    return [case[0] for case in sorted(cases, key=place)]


def test_what_is_owed_first_goes_first_and_what_is_answered_last() -> None:
    cases = ((1, "alta", 5, ""), (2, "baja", 1, ""), (3, "alta", 0.5, "answered"))
    assert sorted_by(IMEXHS, *cases, (4, "media", None, "")) == [2, 1, 4, 3]


def test_without_figures_the_critical_go_first_and_all_others_by_arrival() -> None:
    cases = ((1, "consulta", None, ""), (2, "moderado", None, ""), (3, "critico", None, ""))
    found = sorted_by(GENERIC, *cases, (4, "critico", None, ""))
    assert found[:2] == [3, 4]
    by_arrival = GENERIC.attention is not None and GENERIC.attention.order == "arrival"
    assert found[2:] == ([1, 2] if by_arrival else [2, 1])


def test_little_effort_goes_before_everything() -> None:
    cases = ((1, "alta", 0.1, ""), (2, "baja", 18, "quick"))
    assert sorted_by(IMEXHS, *cases) == [2, 1]


@pytest.mark.parametrize("policy", [GENERIC, IMEXHS], ids=["generic", "imexhs"])
def test_who_is_before_whom_agrees_with_the_order(policy: Policy) -> None:
    """The count told to a client is the count of the list."""
    keys = [priority.key for priority in policy.priorities]
    cases = [(number, keys[number % len(keys)], None, "") for number in range(1, 10)]
    listed = sorted_by(policy, *cases)
    for number, key, *_ in cases:
        ahead, same = order.before(policy, key)
        told = [n for n, k, *_ in cases if k in ahead or (k in same and n < number)]
        assert sorted(told) == sorted(listed[: listed.index(number)])
