"""Which tests prove a requirement: the marks in the tests' sources, where they are at hand."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

TESTS = Path("tests")


def tests_of(ids: Collection[str]) -> Iterator[str]:
    """The tests that are marked with one of these ids, as "tests/policy/test_due.py::test_it".

    A row of a table of cases that names an id is told by its line.
    """
    for file in sorted(TESTS.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if any(f'"{id}"' in source for id in ids):
            yield from (f"{file.as_posix()}{place}" for place in _places(source, ids))


def _places(source: str, ids: Collection[str]) -> Iterator[str]:
    tree, marked = ast.parse(source), set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = {line for one in node.decorator_list for line in _naming(one, ids)}
            marked |= lines
            if lines:
                yield f"::{node.name}"
    yield from (f":{line}" for line in sorted(set(_naming(tree, ids)) - marked))


def _naming(node: ast.AST, ids: Collection[str]) -> Iterator[int]:
    """The lines on which one of the ids stands as a word of its own."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and one.value in ids:
            yield one.lineno
