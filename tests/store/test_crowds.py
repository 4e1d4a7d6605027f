"""Many rows of one statement come out as they went in, whatever is alike in them."""

from datetime import datetime
from typing import Any

import pytest

from policy.ticket import State
from store.turn import Turn, Turns
from store.values import Timer
from tests.databases import Watch
from tests.store.givens import a_client, a_ticket

FEW, CROWD = (2, 9, 10), (49, 50, 120)
ALIKE: dict[str, Any] = {
    "ticket": 7,
    "seconds": None,
    "kept": True,
    "person": 3,
    "facts": {"why": "año «sí» \\ '\" 🩻"},
}


def differing(n: int) -> dict[str, Any]:
    """Values that no other row has, or every other one."""
    return {
        "ticket": n if n % 3 else None,
        "seconds": -n,
        "kept": None if n % 5 == 0 else n % 2 == 0,
        "person": 2**40 + n,
        "facts": {"n": n, "text": "ñ" * (n % 4)},
    }


@pytest.mark.parametrize("many", [*FEW, *CROWD])
@pytest.mark.parametrize("alike", [(), ("seconds", "kept"), ("facts", "ticket"), tuple(ALIKE)])
def test_rows_of_an_insert(turns: Turns, watch: Watch, many: int, alike: tuple[str, ...]) -> None:
    rows = [{**differing(n), **{name: ALIKE[name] for name in alike}} for n in range(many)]

    def put(turn: Turn) -> None:
        for row in rows:
            turn.measures.add("crowd", **row)

    turns.run(put).result(30)
    until = datetime.max.replace(tzinfo=watch.now.tzinfo)
    found = turns.read(lambda turn: turn.measures.between("crowd", watch.now, until)).result(30)
    assert [{name: getattr(row, name) for name in ALIKE} for row in found] == rows
    assert {row.at for row in found} == {watch.now}


@pytest.mark.parametrize("many", CROWD)
@pytest.mark.parametrize("about_one", [False, True])
def test_rows_of_a_delete(turns: Turns, watch: Watch, many: int, about_one: bool) -> None:
    def put(turn: Turn) -> None:
        for n in range(2 * many):
            about, key = ("1", str(n)) if about_one else (str(n), "")
            turn.timers.set("crowd", about, turn.now, key=key)

    def done(turn: Turn) -> list[Timer]:
        gone = turn.timers.due(turn.now, many)
        turn.timers.done(gone)
        return gone

    turns.run(put).result(30)
    gone = {(timer.about, timer.key) for timer in turns.run(done).result(30)}
    left = turns.read(lambda turn: turn.timers.due(turn.now, 3 * many)).result(30)
    assert len(gone) == many == len(left)
    assert gone.isdisjoint((timer.about, timer.key) for timer in left)


@pytest.mark.parametrize("many", CROWD)
def test_rows_of_an_update(turns: Turns, many: int) -> None:
    def put(turn: Turn) -> list[int]:
        client = a_client(turn)
        return [a_ticket(turn, client, state=State.SOLVED).number for _ in range(many + 1)]

    numbers = turns.run(put).result(30)

    def close(turn: Turn) -> None:
        turn.silent.close(turn.silent.solved(numbers[:many]))

    turns.run(close).result(30)
    *closed, left = turns.read(lambda turn: turn.tickets.find_all(numbers)).result(30)
    at = {(case.state, case.closed_at, case.since, case.version) for case in closed}
    assert [case.number for case in closed] == numbers[:many]
    assert at == {(State.CLOSED, closed[0].since, closed[0].since, left.version + 1)}
    assert (left.state, left.closed_at) == (State.SOLVED, None)
