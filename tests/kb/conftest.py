"""Readers that every story shares: what reads messages is immutable, and made once a process."""

import pytest

from kb.reader import Reader
from kb.shelf import knowledge
from policy.pack import load


def reader_of(name: str) -> Reader:
    """The reader of a pack that ships."""
    return knowledge(load(name))[1]


@pytest.fixture(scope="session")
def imexhs() -> Reader:
    return reader_of("imexhs")


@pytest.fixture(scope="session")
def sgm() -> Reader:
    return reader_of("sgm")
