"""A pytest plugin: while tests are collected, write down which of them keep which requirement."""

import json
from pathlib import Path

import pytest

MARK = "requirement"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--shown FILE`: where the list goes."""
    parser.addoption("--shown", default="", help="write the tests that keep requirements here")


def pytest_collection_finish(session: pytest.Session) -> None:
    """One object for each collected test that carries the mark, single cases of it apart."""
    file = session.config.getoption("--shown")
    if not file:
        return
    told = [
        {
            "file": item.path.relative_to(session.config.rootpath).as_posix(),
            "name": item.originalname,
            "fixtures": list(item.fixturenames),
            "ids": ids_of(item),
        }
        for item in session.items
        if isinstance(item, pytest.Function) and item.get_closest_marker(MARK)
    ]
    Path(file).write_text(json.dumps(told), encoding="utf-8")


def ids_of(item: pytest.Item) -> list[str]:
    """The ids of every mark: the test's own, its case's, its class's, its module's."""
    return sorted({str(id) for mark in item.iter_markers(MARK) for id in mark.args})
