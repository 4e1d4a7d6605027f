"""Which tests keep which requirement: pytest collects them, so that cases of a table count too.

A mark counts only on a test that drives the desk or the command line. Such a test asks, directly
or through another fixture, for one of the fixtures in DRIVERS, or its module calls commands as a
person does (it imports typer's runner, or the demo).
"""

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
DRIVERS = frozenset(
    {
        *("world", "any_world", "sgm_world", "make_world"),  # people, platforms, a real store
        *("desks", "doors", "trial"),
        *("radica", "desk", "start"),  # commands, and processes of the program
    }
)
RUNNERS = ("typer.testing", "bot.cli.demo")
# What these compare is what a command prints of the pack: that it is written, not that it is kept.
PRINTS = frozenset({"tests/policy/test_law.py"})


@dataclass(frozen=True, order=True)
class Shown:
    """One test function, whatever the number of its cases."""

    file: str  # from the folder of the project
    name: str
    drives: bool = True

    @property
    def prints(self) -> bool:
        """Whether it only looks at what the pack says."""
        return self.file in PRINTS

    @property
    def sentence(self) -> str:
        """What it says it shows."""
        return self.name.removeprefix("test_").replace("_", " ")


class Broken(Exception):
    """The marked tests cannot be collected."""


@cache
def shown() -> dict[str, list[Shown]]:
    """Id to the tests that carry it, those at work before those that look at the pack."""
    found: dict[str, set[Shown]] = {}
    for one in collected():
        test = Shown(one["file"], one["name"], drives(one))
        for id in one["ids"]:
            found.setdefault(id, set()).add(test)
    return {id: sorted(tests, key=lambda one: (one.prints, one)) for id, tests in found.items()}


def collected(root: Path = ROOT) -> list[dict[str, Any]]:
    """What the plugin wrote down about every marked test. Raises Broken."""
    files = marked_files(root)
    if not files:
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shown.json"
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0"]
        command += ["-p", "tests.trace.collecting", "--shown", str(file), "-p", "no:cacheprovider"]
        ran = subprocess.run(
            [*command, *files], cwd=root, capture_output=True, text=True, check=False
        )
        if ran.returncode != 0 or not file.exists():
            raise Broken(ran.stdout[-3000:] + ran.stderr[-1000:])
        told: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return told


def marked_files(root: Path = ROOT) -> list[str]:
    """The test modules that speak of the mark at all; the tools' own tests do not."""
    return [
        path.relative_to(root).as_posix()
        for path in sorted((root / "tests").rglob("test_*.py"))
        if path.parent.name not in ("trace", "alter")
        and "mark.requirement" in path.read_text(encoding="utf-8")
    ]


def drives(one: Mapping[str, Any], root: Path = ROOT) -> bool:
    """Whether a marked test drives the desk or the command line."""
    return bool(DRIVERS & set(one["fixtures"])) or _runs_commands(root / one["file"])


@cache
def _runs_commands(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    imported = {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    } | {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    return any(module.startswith(RUNNERS) for module in imported)
