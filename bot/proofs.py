"""Which tests prove a requirement: the marks in the tests' sources, where they are at hand."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

TESTS = Path("tests")
ID = re.compile(r"S\d-\d\d|D\d{1,2}")


def tests_of(ids: Collection[str]) -> Iterator[str]:
    """The tests that are marked with one of these ids, as "tests/policy/test_due.py::test_it".

    A table of cases whose rows begin with an id is told by the first such row.
    """
    for file in sorted(TESTS.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if any(id in source for id in ids):
            yield from (f"{file.as_posix()}{place}" for place in _places(source, ids))


def _places(source: str, ids: Collection[str]) -> Iterator[str]:
    tree, marked = ast.parse(source), set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = {line for one in node.decorator_list for line in _naming(one, ids)}
            marked |= lines
            if lines:
                yield f"::{node.name}"
    rows = set(_naming(tree, ids)) - marked
    if rows:
        yield f":{min(rows)}"


def _naming(node: ast.AST, ids: Collection[str]) -> Iterator[int]:
    """The lines with one of the ids as a word of its own, or before the first bar of a row."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            head = one.value.partition("|")[0].split()
            if set(head) & set(ids) and all(ID.fullmatch(word) for word in head):
                yield one.lineno
