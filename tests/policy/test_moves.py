"""The picture of a ticket's life in the docs and the table in the code are the same."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policy.calendar import Hours
from policy.errors import Refusal
from policy.ticket import MOVES, Promise, State, Step, Ticket, Waits

PAGE = Path(__file__).parents[2] / "docs" / "ticket-moves.md"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def the_page() -> dict[tuple[State, Step], State | None]:
    """The first table of the page: every cell, a dash as None."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    head, body = table[0], table[2 : 2 + len(State)]
    return {
        (State(line[0]), Step(step)): None if cell == "-" else State(cell)
        for line in body
        for step, cell in zip(head[1:], line[1:], strict=True)
    }


def a_ticket(state: State) -> Ticket:
    hours = Hours(zone="America/Bogota", weekly=((),) * 7, always=True)
    promise = Promise(
        plan="gold",
        priority="alta",
        started_at=NOON,
        seconds=7200,
        due=NOON + timedelta(hours=2),
        clause="sección 3",
        hours=hours,
    )
    waits = Waits(
        remind_after=timedelta(hours=24),
        close_after=timedelta(hours=72),
        close_undelivered=False,
        clause="5.9",
    )
    return Ticket(
        number=1042,
        organisation=1,
        requester=7,
        conversation=1,
        state=state,
        kind="incident",
        category=None,
        typology=None,
        priority="alta",
        because="matrix",
        subject="No pasan imágenes",
        text="no pasan",
        promise=promise,
        waits=waits,
        pack="imexhs",
        digest="0",
        opened_at=NOON,
        since=NOON,
    )


def test_the_page_shows_every_state_and_step_once() -> None:
    assert set(the_page()) == {(state, step) for state in State for step in Step}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_leads_where_the_page_says(state: State, step: Step) -> None:
    expected = the_page()[state, step]
    assert MOVES.get((state, step)) == expected
    ticket = a_ticket(state)
    assert ticket.can(step) is (expected is not None)
    later = NOON + timedelta(minutes=5)
    if expected is None:
        with pytest.raises(Refusal) as refused:
            ticket.take(step, at=later)
        assert refused.value.code == "wrong_state"
        assert refused.value.facts["number"] == 1042
    else:
        moved = ticket.take(step, at=later)
        assert (moved.state, moved.since) == (expected, later)


def test_nothing_leaves_the_closed_state_and_every_other_state_can_be_closed() -> None:
    assert not [step for step in Step if (State.CLOSED, step) in MOVES]
    for state in set(State) - {State.CLOSED}:
        assert State.CLOSED in {MOVES.get((state, step)) for step in Step}
