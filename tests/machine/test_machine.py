"""The suite's share of the machine: a few examples on each database (G1-G8).

The same every time while the code that is loaded is the same: Hypothesis tries figures from it.

`python -m tests.machine --examples 1000 --database both` searches for as long as one likes.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Watch
from tests.machine.bases import Base
from tests.machine.machine import over

# What is found is told as it was found: to make it small takes longer than the test may, and
# would end in the words of a timeout. Phase.shrink, added here by hand, does that.
FEW = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=[*HealthCheck],
)


@pytest.fixture
def sqlite_base(sqlite_template: Path, tmp_path: Path) -> Iterator[Base]:
    """A SQLite file for all examples."""
    file = tmp_path / "machine.db"
    copyfile(sqlite_template, file)
    yield from _base(f"sqlite:///{file}")


@pytest.fixture
def postgresql_base(postgresql_url: str) -> Iterator[Base]:
    """A PostgreSQL database for all examples."""
    yield from _base(postgresql_url)


def _base(url: str) -> Iterator[Base]:
    base = Base(url, Watch())
    yield base
    base.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_laws_hold_on_sqlite(sqlite_base: Base) -> None:
    few = settings(FEW, max_examples=10, stateful_step_count=40)
    run_state_machine_as_test(over(sqlite_base), settings=few)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.postgres
def test_the_laws_hold_on_postgresql(postgresql_base: Base) -> None:
    few = settings(FEW, max_examples=4, stateful_step_count=30)
    run_state_machine_as_test(over(postgresql_base), settings=few)
