"""The desk that every test of letters stands on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from policy import pack
from policy.pack import Policy
from store.database import Database
from store.turn import Turns
from tests.letters.desk import HOUSE, Desk, furnish

if TYPE_CHECKING:  # pytest rewrites the plugin's assertions before anybody imports it
    from tests.databases import Watch


@pytest.fixture(scope="session")
def book() -> Policy:
    return pack.load("imexhs")


@pytest.fixture
def desk(sqlite_url: str, watch: "Watch", book: Policy) -> Iterator[Desk]:
    database = Database.open(sqlite_url, clock=watch, fast=True)
    yield furnish(Turns(database, book, watch, HOUSE), book, watch)
    database.close()
