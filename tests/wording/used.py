"""Which catalogue keys the code names, by reading it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("handlers", "bot", "scheduler", "policy")
KEY = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
# Names of other things that look like keys: files on a platform, timers of a conversation.
NOT_AREAS = frozenset({"file"})
BROAD = frozenset(
    {"label", "card", "form", "report"}
)  # areas whose keys are made from names in the code
BY_VALUE = ("state.", "channel.", "role.", "refusal.entitlement.", "ticket.reason.")
VARIANTS = ("_first", "_file", "_hint", "_admin", ".intro", ".title", ".submit")
TIMERS = frozenset({"talk.nudge", "talk.expire", "article.id"})


@cache
def literals() -> dict[str, str]:
    """Every string in the code that has the shape of a key, with one place where it stands."""
    return {key: place for place, key in _strings() if KEY.fullmatch(key) and key not in TIMERS}


@cache
def beginnings() -> frozenset[str]:
    """What keys made at run time begin with: the text before the first hole of an f-string."""
    found = set[str]()
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found.add(str(node.values[0].value))
    return frozenset(start for start in found if re.fullmatch(r"[a-z_]+\.[a-z_.]*", start))


@cache
def refusals() -> frozenset[str]:
    """Codes that handlers and policy raise as Refusal."""
    found = set[str]()
    for path, tree in _trees():
        if path.parts[0] not in ("handlers", "policy"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == "Refusal" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return frozenset(found)


@cache
def words_in_code() -> frozenset[str]:
    """Every plain string of the code."""
    return frozenset(text for _, text in _strings())


def _strings() -> Iterator[tuple[str, str]]:
    for path, tree in _trees():
        inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in inside:
                continue
            if isinstance(node.value, str):
                yield f"{path}:{node.lineno}", node.value


@cache
def _parsed() -> tuple[tuple[Path, ast.Module], ...]:
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    return tuple((file.relative_to(ROOT), ast.parse(file.read_text("utf-8"))) for file in files)


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    return iter(_parsed())


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


@cache
def unused(keys: frozenset[str]) -> frozenset[str]:
    """Keys that nothing in the code names, whole or by how they begin."""
    starts = tuple(start for start in beginnings() if start.rstrip(".") not in BROAD)
    verbs = words_in_code()
    return frozenset(
        key
        for key in keys
        if key not in literals()
        and not key.startswith((*starts, *BY_VALUE))
        and not (key.startswith(tuple(BROAD)) and key.rpartition(".")[2] in verbs)
        and not key.endswith(VARIANTS)
    )
