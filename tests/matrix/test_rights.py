"""Who may do what, generated: role, action, whose ticket, whose organisation (G10).

The table below is written by hand from the rules, not read from the code that it judges.
"""

from dataclasses import replace
from itertools import combinations, product

import pytest

from policy.access import ACTIONS, Actor, allow, allowed
from policy.errors import Refusal
from policy.ticket import State, Ticket
from tests.policy.test_moves import a_ticket

ME, OTHER = 7, 8
HOME, ELSEWHERE = 1, 2
CLIENTS = ("client", "client_admin")
ROLES = (*CLIENTS, "engineer", "supervisor", "committee", "sales", "admin", "system")

OF_A_CLIENT = {"read", "relay", "withdraw", "confirm", "reopen", "rate", "worse"}
OF_A_COLLEAGUE = {"glance", "join"}
SEEN_BY_THE_DESK = {"read", "glance", "note"}
WORK = {"relay", "claim", "assign", "escalate", "priority", "reopen", "paper", "topic", "draft"}
IN_HAND = {"ask", "resolve", "release"}
AT_LARGE = {
    "client": {"open"},
    "client_admin": {"open", "invoices", "approve"},
    "engineer": {"open"},
    "supervisor": {
        *("open", "report", "appeal", "exception", "learn"),
        *("outage", "broadcast", "invite"),
    },
    "committee": set[str](),
    "sales": {"invoices"},
}
AT_LARGE["admin"] = AT_LARGE["supervisor"] | {"invoices", "import", "settings"}
AT_LARGE["system"] = AT_LARGE["admin"]


def on_a_ticket(role: str, mine: bool, in_my_hands: bool, at_home: bool) -> set[str]:
    """What one role may do; `in_my_hands` also where it is in nobody's."""
    match role:
        case "client" if at_home:
            return OF_A_COLLEAGUE | (OF_A_CLIENT if mine else set())
        case "client_admin" if at_home:
            return OF_A_COLLEAGUE | OF_A_CLIENT
        case "engineer":
            return SEEN_BY_THE_DESK | WORK | (IN_HAND if in_my_hands else set())
        case "supervisor":
            return SEEN_BY_THE_DESK | WORK | IN_HAND | {"exception", "decide"}
        case "committee":
            return SEEN_BY_THE_DESK | {"decide"}
        case "sales":
            return SEEN_BY_THE_DESK | {"quote", "paper"}
        case "admin":
            return SEEN_BY_THE_DESK | WORK | IN_HAND | {"exception", "decide", "quote"}
        case "system":
            return SEEN_BY_THE_DESK | WORK | IN_HAND | {"exception", "close"}
        case _:
            return set()


def tickets() -> list[tuple[Ticket, bool, bool, bool]]:
    """Of mine or not, in my hands or not, of my organisation or not."""
    made: list[tuple[Ticket, bool, bool, bool]] = []
    for requester, holder, home in product((ME, OTHER), (None, ME, OTHER), (HOME, ELSEWHERE)):
        case = replace(a_ticket(State.TAKEN), requester=requester, holder=holder, organisation=home)
        made.append((case, requester == ME, holder in (None, ME), home == HOME))
    return made


SETS = [frozenset(chosen) for size in (0, 1, 2) for chosen in combinations(ROLES, size)]


@pytest.mark.parametrize("roles", SETS, ids=lambda roles: "+".join(sorted(roles)) or "nobody")
def test_every_role_may_do_what_is_written_and_nothing_else(roles: frozenset[str]) -> None:
    actor = Actor(person=ME, roles=roles, organisation=HOME)
    for ticket, mine, in_my_hands, at_home in tickets():
        told = (on_a_ticket(role, mine, in_my_hands, at_home) for role in roles)
        expected = set[str]().union(*told)
        found = {action for action in ACTIONS if allowed(actor, action, ticket)}
        assert found == expected, (ticket.requester, ticket.holder, ticket.organisation)
    at_large = set[str]().union(*(AT_LARGE[role] for role in roles))
    assert {action for action in ACTIONS if allowed(actor, action)} == at_large


@pytest.mark.fault("F40")
@pytest.mark.parametrize("role", CLIENTS)
def test_beyond_the_wall_there_is_no_ticket_at_all(role: str) -> None:
    """Whatever is asked: the refusal of a foreign ticket is that of none."""
    actor = Actor(person=ME, roles=frozenset({role}), organisation=HOME)
    for ticket, *_, at_home in tickets():
        for action in ACTIONS if not at_home else ():
            with pytest.raises(Refusal) as refused:
                allow(actor, action, ticket)
            assert refused.value.code == "not_found"
