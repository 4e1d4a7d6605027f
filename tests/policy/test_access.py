"""Who may do what, as one matrix: denied by default, and a foreign ticket does not exist."""

from dataclasses import replace

import pytest

from policy.access import ACTIONS, Actor, allow, allowed
from policy.errors import Refusal
from policy.ticket import State, Ticket
from tests.policy.test_moves import a_ticket

OWNER = Actor(person=7, roles=frozenset({"client"}), organisation=1)
COLLEAGUE = replace(OWNER, person=8)
CLIENT_ADMIN = replace(OWNER, person=9, roles=frozenset({"client_admin"}))
STRANGER = replace(OWNER, person=10, organisation=2)
FOREIGN_ADMIN = replace(CLIENT_ADMIN, person=11, organisation=2)
HOLDER = Actor(person=20, roles=frozenset({"engineer"}))
ENGINEER = Actor(person=21, roles=frozenset({"engineer"}))
SUPERVISOR = Actor(person=22, roles=frozenset({"supervisor"}))
COMMITTEE = Actor(person=23, roles=frozenset({"committee"}))
SALES = Actor(person=24, roles=frozenset({"sales"}))
NOBODY = Actor(person=25, roles=frozenset())
EVERYBODY = (OWNER, COLLEAGUE, CLIENT_ADMIN, STRANGER, HOLDER, ENGINEER, SUPERVISOR, COMMITTEE)

HELD: Ticket = replace(a_ticket(State.TAKEN), holder=20)
OWN = "read relay withdraw confirm reopen rate worse"
DESK_WORK = "read glance note relay claim assign escalate priority reopen paper topic draft"


def may(actor: Actor) -> set[str]:
    return {action for action in ACTIONS if allowed(actor, action, HELD)}


def test_the_matrix_on_a_held_ticket() -> None:
    assert may(OWNER) == {*OWN.split(), "glance", "join"}
    assert may(CLIENT_ADMIN) == may(OWNER)
    assert may(COLLEAGUE) == {"glance", "join"}
    assert may(ENGINEER) == set(DESK_WORK.split())
    assert may(HOLDER) == {*DESK_WORK.split(), "ask", "resolve", "release"}
    assert may(SUPERVISOR) == {*may(HOLDER), "exception", "decide"}
    assert may(COMMITTEE) == {"read", "glance", "note", "decide"}
    assert may(SALES) == {"read", "glance", "note", "quote", "paper"}
    assert may(NOBODY) == set()


@pytest.mark.fault("F40")
@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("stranger", [STRANGER, FOREIGN_ADMIN, NOBODY])
def test_a_foreign_ticket_looks_like_none(action: str, stranger: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        allow(stranger, action, HELD)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize("actor", EVERYBODY)
def test_what_is_not_written_down_is_denied(actor: Actor) -> None:
    for ticket in (None, HELD):
        with pytest.raises(Refusal):
            allow(actor, "delete_everything", ticket)


def test_a_free_ticket_may_be_worked_by_any_engineer() -> None:
    allow(ENGINEER, "resolve", replace(HELD, holder=None))
    with pytest.raises(Refusal, match="not_allowed"):
        allow(ENGINEER, "resolve", HELD)


def test_reports_are_for_supervisors() -> None:
    allow(SUPERVISOR, "report")
    for actor in (OWNER, CLIENT_ADMIN, ENGINEER, COMMITTEE, NOBODY):
        with pytest.raises(Refusal, match="not_allowed"):
            allow(actor, "report")


def test_invoices_are_for_the_clients_administrator() -> None:
    """D22, U25."""
    allow(CLIENT_ADMIN, "invoices")
    with pytest.raises(Refusal, match="not_allowed"):
        allow(OWNER, "invoices")


def test_a_refusal_never_leaves_a_client_without_a_way_out() -> None:
    with pytest.raises(Refusal) as refused:
        allow(COLLEAGUE, "confirm", HELD)
    assert refused.value.instead
