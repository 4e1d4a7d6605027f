"""Whatever happens, in whatever order: lanes keep their order, and nothing is lost or stuck.

Real databases and the real outbox; a plain list is the model of what each chat should receive.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database
from store.turn import Turn, Turns
from store.values import OutboxRow, Pace, Urgency
from tests.databases import Watch, bare_turns
from tests.saying import said
from tests.store.givens import chat, claim

T = TypeVar("T")

CHATS = ("1", "2", "3")
SAY = st.tuples(st.just("say"), st.sampled_from(CHATS), st.sampled_from([*Urgency]), st.booleans())
MOVES = st.one_of(
    SAY,
    SAY,
    SAY,
    st.tuples(st.just("claim"), st.integers(1, 4), st.booleans()),
    st.tuples(st.just("settle"), st.integers(0, 9), st.sampled_from(["sent", "dead", "unknown"])),
    st.tuples(st.just("again"), st.integers(0, 9), st.integers(0, 90)),
    st.tuples(st.just("zombie"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 120)),
    st.tuples(st.just("sweep")),
)


class Story:
    """One run: what was said, what holds which claim, what each chat received."""

    def __init__(self, turns: Turns, watch: Watch) -> None:
        self.turns = turns
        self.watch = watch
        self.said: dict[int, str] = {}
        self.held: list[OutboxRow] = []
        self.lost: list[OutboxRow] = []
        self.received: dict[str, list[int]] = {name: [] for name in CHATS}
        self.tokens = 0

    def run(self, work: Callable[[Turn], T]) -> T:
        return self.turns.run(work).result(30)

    def say(self, name: str, urgency: Urgency, fails: bool) -> None:
        def work(turn: Turn) -> int:
            number = said(turn, chat(name), f"m{len(self.said)}", urgency=urgency)
            if fails:
                raise KeyError("the turn fails after it spoke")
            return number

        if fails:
            with pytest.raises(KeyError):
                self.run(work)
        else:
            self.said[self.run(work)] = name

    def claim(self, limit: int, crashes: bool) -> None:
        self.tokens += 1
        rows = self.run(lambda turn: claim(turn, f"t{self.tokens}", limit, paces=_paces))
        assert len({row.lane for row in rows}) == len(rows)
        for row in rows:
            (self.lost if crashes else self.held).append(row)
            assert not [r for r in self.received[row.chat] if r >= row.id], "order in the lane"

    def settle(self, which: int, state: str) -> None:
        row = self._take(which)
        if row is None:
            return
        token = row.token or ""
        done = self.run(lambda turn: turn.outbox.settle(row.id, token, state, ["r"]))
        if done and state == "sent":
            self.received[row.chat].append(row.id)
        if not done:
            assert self.row(row.id).token != token or state != "sent"

    def again(self, which: int, seconds: int) -> None:
        row = self._take(which)
        if row is not None:
            then = self.watch.now + timedelta(seconds=seconds)
            self.run(
                lambda turn: turn.outbox.settle(row.id, row.token or "", "pending", next_try=then)
            )

    def zombie(self, which: int) -> None:
        """A process that was thought dead reports that it did send."""
        if self.lost:
            row = self.lost.pop(which % len(self.lost))
            if self.run(lambda turn: turn.outbox.settle(row.id, row.token or "", "sent", ["r"])):
                self.received[row.chat].append(row.id)

    def wait(self, seconds: int) -> None:
        self.watch.forward(seconds=seconds)

    def sweep(self) -> None:
        self.run(lambda turn: turn.outbox.expire_leases(turn.now))

    def row(self, number: int) -> OutboxRow:
        found = self.run(lambda turn: turn.outbox.get(number))
        assert found is not None
        return found

    def heal(self) -> None:
        """All is well again: everything must arrive."""
        for _ in range(4 * len(self.said) + 8):
            if not self.run(lambda turn: turn.outbox.pending_count()):
                return
            self.watch.forward(minutes=5)
            self.sweep()
            self.claim(10, False)
            while self.held:
                self.settle(0, "sent")

    def _take(self, which: int) -> OutboxRow | None:
        return self.held.pop(which % len(self.held)) if self.held else None


def _paces(row: OutboxRow) -> tuple[Pace, ...]:
    return (Pace(key=f"chat:{row.chat}", seconds=1), Pace(key="all", seconds=0.2, burst=3))


@pytest.fixture(scope="module", params=["sqlite_once", "postgresql_once"])
def opened(request: pytest.FixtureRequest) -> Database:
    """One database of either kind for all the examples."""
    database: Database = request.getfixturevalue(request.param)
    return database


@pytest.fixture(scope="module")
def sqlite_once(
    sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A SQLite file."""
    file = tmp_path_factory.mktemp("outbox") / "radica.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database.open(f"sqlite:///{file}", clock=Watch(), fast=True)
    yield database
    database.close()


@pytest.fixture(scope="module")
def postgresql_once(postgres_server: Any) -> Iterator[Database]:
    """A database on the session's server."""
    url = postgres_server.fresh()
    database = Database.open(url, clock=Watch())
    yield database
    database.close()
    postgres_server.drop(url)


@settings(max_examples=25, suppress_health_check=[*HealthCheck])
@given(moves=st.lists(MOVES, min_size=8, max_size=40))
def test_lanes_keep_their_order_and_everything_said_ends(
    opened: Database, moves: list[tuple[Any, ...]]
) -> None:
    """G4, G6."""
    watch = Watch()
    opened.write(lambda c: c.exec_driver_sql("DELETE FROM outbox")).result(30)
    opened.write(lambda c: c.exec_driver_sql("DELETE FROM paces")).result(30)
    story = Story(bare_turns(opened, watch), watch)
    for name, *arguments in moves:
        getattr(story, name)(*arguments)
    story.heal()
    ends = {number: story.row(number).state for number in story.said}
    assert set(ends.values()) <= {"sent", "dead", "unknown"}
    for name in CHATS:
        sent = [n for n, state in ends.items() if story.said[n] == name and state == "sent"]
        assert story.received[name] == sorted(sent)
