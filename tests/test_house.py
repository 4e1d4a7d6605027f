"""The house as it is described: rooms, imports, sizes, and nothing left for later."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text())
ROOMS = tuple(SETTINGS["tool"]["importlinter"]["root_packages"])
BELOW = {
    "bot": {"bot", "scheduler", "handlers", "store", "kb", "policy"},
    "scheduler": {"scheduler", "handlers", "store", "kb", "policy"},
    "handlers": {"handlers", "store", "kb", "policy"},
    "store": {"store", "policy"},
    "kb": {"kb", "policy"},
    "policy": {"policy"},
}
VENDORS = {
    "telegram": ("bot/channels/telegram/",),
    "slack_bolt": ("bot/channels/slack/",),
    "slack_sdk": ("bot/channels/slack/",),
    "sqlalchemy": ("store/",),
    "alembic": ("store/",),
    "psycopg": ("store/",),
    "apscheduler": ("scheduler/",),
    "rapidfuzz": ("kb/",),
    "snowballstemmer": ("kb/",),
    "frontmatter": ("kb/",),
    "holidays": ("policy/",),
    "babel": ("handlers/wording/",),
    "starlette": ("bot/web/",),
    "jinja2": ("bot/web/",),
    "sse_starlette": ("bot/web/",),
    "uvicorn": ("bot/",),
    "matplotlib": ("bot/reports/easel.py",),
    "xlsxwriter": ("bot/",),
}
QUIET_ROOMS = ("policy", "kb", "store", "handlers")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50


@cache
def modules() -> tuple[Path, ...]:
    found = (path for room in ROOMS for path in sorted((PROJECT / room).rglob("*.py")))
    return tuple(path for path in found if "migrations/versions" not in path.as_posix())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def short(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@cache
def imported(path: Path) -> frozenset[str]:
    """The first part of every absolute import, wherever it stands in the module."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)}:{node.lineno} imports relatively"
            found.add((node.module or "").partition(".")[0])
    return frozenset(found)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_rooms_are_the_folders_that_are_packaged() -> None:
    packaged = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    on_disk = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests", "tools"}
    assert set(ROOMS) == set(packaged) == on_disk - {"benchmarks"}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_only(room: str) -> None:
    for path in modules():
        if path.relative_to(PROJECT).parts[0] == room:
            upwards = set(imported(path)) & set(ROOMS) - BELOW[room]
            assert not upwards, f"{short(path)} imports {upwards}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_stays_in_its_room(vendor: str) -> None:
    for path in modules():
        if vendor in imported(path):
            assert short(path).startswith(VENDORS[vendor]), f"{short(path)} imports {vendor}"


def test_nothing_waits_below_the_scheduler() -> None:
    for path in modules():
        if path.relative_to(PROJECT).parts[0] in QUIET_ROOMS:
            waits = [n.lineno for n in ast.walk(tree(path)) if isinstance(n, ast.AsyncFunctionDef)]
            assert not waits, f"{short(path)}:{waits}"
            assert "asyncio" not in imported(path), short(path)


def test_every_module_says_what_it_is_for_and_can_be_read_in_one_sitting() -> None:
    for path in modules():
        source = path.read_text()
        assert ast.get_docstring(tree(path)), f"{short(path)} has no docstring"
        assert source.count("\n") <= LONGEST_MODULE, short(path)


def test_functions_can_be_read_in_one_breath() -> None:
    lengths = sorted(length(node) for path in modules() for node in functions(path))
    for path in modules():
        for node in functions(path):
            assert length(node) <= LONGEST_FUNCTION, f"{short(path)}:{node.lineno} {node.name}"
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_nothing_is_left_for_later_and_no_checker_is_told_to_look_away() -> None:
    later = re.compile(r"#\s*(TODO|FIXME|XXX|HACK|noqa|type:\s*ignore|pyrefly:\s*ignore)")
    for path in modules():
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            assert not later.search(line), f"{short(path)}:{number} {line.strip()}"


def test_the_readme_and_the_full_check_run_the_same_tests() -> None:
    for readme in ("README.md", "README.es.md"):
        assert "pip install uv && uv run pytest" in (PROJECT / readme).read_text()
        assert "pip install uv && uv run radica up" in (PROJECT / readme).read_text()
    assert "uv run pytest\n" in (PROJECT / ".ci/run").read_text()


def test_the_python_that_runs_is_one_that_is_promised() -> None:
    assert sys.version_info >= (3, 11)
    assert SETTINGS["project"]["requires-python"] == ">=3.11"
