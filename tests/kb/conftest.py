"""Readers built once: a matcher is immutable, so that every story may share it."""

import pytest

from kb.library import Library
from kb.match import Matcher
from kb.reader import Reader
from policy.pack import load


def reader_of(name: str) -> Reader:
    policy = load(name)
    return Reader(policy, Matcher(policy, Library.load(policy)))


@pytest.fixture(scope="session")
def imexhs() -> Reader:
    return reader_of("imexhs")


@pytest.fixture(scope="session")
def sgm() -> Reader:
    return reader_of("sgm")
