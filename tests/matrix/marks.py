"""Which tests carry which number, and on which databases they run: read, not run."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
OF_FIXTURE = {
    "sqlite_url": frozenset({SQLITE}),
    "postgresql_url": frozenset({POSTGRESQL}),
    "postgres_server": frozenset({POSTGRESQL}),
    "database_url": frozenset({SQLITE, POSTGRESQL}),
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Fixtures = Mapping[str, frozenset[str]]  # name -> what it asks for


@dataclass(frozen=True, order=True)
class Proof:
    """One test that proves a number."""

    file: str  # from the folder of the tests
    name: str
    on: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What it says it proves."""
        return self.name.removeprefix("test_").replace("_", " ")


@cache
def proofs() -> dict[str, list[Proof]]:
    """Number to the tests that carry it, in order."""
    found: dict[str, list[Proof]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = parsed(path)
        for function in _functions(tree):
            numbers = _numbers(function)
            if numbers:
                proof = _proof(path, function)
                for number in numbers:
                    found.setdefault(number, []).append(proof)
    return {number: sorted(found[number]) for number in sorted(found)}


@cache
def parsed(path: Path) -> ast.Module:
    """The module's tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _proof(path: Path, function: Function) -> Proof:
    known = _fixtures_around(path)
    asked = _closure(_arguments(function), known)
    on = frozenset[str]().union(*(OF_FIXTURE.get(name, frozenset()) for name in asked))
    return Proof(path.relative_to(TESTS.parent).as_posix(), function.name, tuple(sorted(on)))


def _numbers(function: Function) -> list[str]:
    """Of every `fault(...)` among the decorators, those of single cases as well."""
    return sorted(
        {
            str(argument.value)
            for decorator in function.decorator_list
            for node in ast.walk(decorator)
            if isinstance(node, ast.Call) and _called(node) == "fault"
            for argument in node.args
            if isinstance(argument, ast.Constant)
        }
    )


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _functions(tree: ast.Module) -> Iterator[Function]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _arguments(function: Function) -> frozenset[str]:
    return frozenset(argument.arg for argument in function.args.args)


def _fixtures_around(path: Path) -> Fixtures:
    """The fixtures that a test of this module sees; the nearest of a name counts."""
    known: dict[str, frozenset[str]] = dict(_fixtures(TESTS / "databases.py"))
    below = path.relative_to(TESTS).parent
    for folder in (*reversed(below.parents), below) if below.parts else (below,):
        conftest = TESTS / folder / "conftest.py"
        if conftest.exists():
            known |= _fixtures(conftest)
    return {**known, **_fixtures(path)}


@cache
def _fixtures(path: Path) -> Fixtures:
    """Those defined here, and those imported from a conftest of the tests."""
    tree, found = parsed(path), dict[str, frozenset[str]]()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("conftest"):
            origin = TESTS.parent / f"{(node.module or '').replace('.', '/')}.py"
            found |= _fixtures(origin) if origin.exists() else {}
    for function in _functions(tree):
        if any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list):
            found[function.name] = _asked_for(function)
    return found


def _asked_for(function: Function) -> frozenset[str]:
    """Its arguments; one that asks by name while it runs asks for either database."""
    asked = _arguments(function)
    by_name = any(
        isinstance(node, ast.Call) and _called(node) == "getfixturevalue"
        for node in ast.walk(function)
    )
    return asked | {"database_url"} if by_name and function.name != "database_url" else asked


def _closure(asked: frozenset[str], known: Fixtures) -> frozenset[str]:
    """Everything that is asked for, through any number of fixtures, down to the databases."""
    seen: set[str] = set()
    left = list(asked)
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += known.get(name, frozenset()) if name not in OF_FIXTURE else ()
    return frozenset(seen)
