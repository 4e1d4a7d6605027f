"""Many first words at the same instant, on a desk that nobody knew before (F42)."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers.inbound import Address, Said
from scheduler.clock import VirtualClock
from store.database import Database
from tests.scheduler.bench import START, Bench

SEVERAL = 6


@pytest.fixture
def bench(postgresql_url: str, clock: VirtualClock) -> Iterator[Bench]:
    """PostgreSQL alone: SQLite has one writer."""
    database = Database.open(postgresql_url, clock=clock.now)
    yield Bench(database, clock)
    database.close()


@pytest.mark.postgres
@pytest.mark.fault("F42")
async def test_the_first_clients_of_a_desk_are_not_in_each_others_way(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    turns = bench.desk.turns
    bench.desk.turns = replace(turns, house=replace(turns.house, enrolment="open"))
    with caplog.at_level(logging.WARNING):
        await asyncio.gather(*(bench.desk.receive(hello(str(n))) for n in range(50, 50 + SEVERAL)))
    assert [one.getMessage() for one in caplog.records] == []
    clients = [await bench.read(lambda turn, n=n: turn.people.find("telegram", "777", str(n)))
               for n in range(50, 50 + SEVERAL)]  # fmt: skip
    assert len({one.id for one in clients if one}) == SEVERAL
    assert len({one.organisation for one in clients if one}) == 1


def hello(user: str) -> Said:
    address = Address(channel="telegram", account="777", user=user, chat=user)
    return Said(address=address, key=f"first:{user}", at=START, ref="1", text="hola")
