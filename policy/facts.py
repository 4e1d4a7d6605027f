"""A policy as plain JSON, and the ways to ask it where a requirement is kept."""

from collections.abc import Iterator
from typing import Any

from policy.pack import Policy

_KEYS = ("key", "id", "code", "number", "level", "kind")


def facts(policy: Policy) -> dict[str, Any]:
    """The whole pack: spans are seconds, days are ISO.

    `requirements` says who carries each id, `index` how: its rules with kind, clause and path.
    """
    plain = policy.model_dump(mode="json")
    plain["digest"] = policy.digest
    kept = index(policy)
    plain["requirements"] = {id: [rule["path"] for rule in found] for id, found in kept.items()}
    plain["index"] = kept
    return plain


def index(policy: Policy) -> dict[str, list[dict[str, str]]]:
    """Requirement -> its rules, each {kind, clause, path}; ids in their natural order.

    `kind` is the rule's way: enforced, told, recorded, or open (a workflow not built yet).
    """
    found: dict[str, list[dict[str, str]]] = {}
    for path, rule in rules(policy):
        for id in rule["requirements"]:
            entry = {"kind": rule["way"], "clause": rule["clause"], "path": path}
            found.setdefault(id, []).append(entry)
    return {id: found[id] for id in sorted(found, key=_id)}


def rules(policy: Policy) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table that carries requirements, with its path, such as "plans.bronce"."""
    yield from _rules("", policy.model_dump(mode="json"))


def leaves(policy: Policy) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every single value with its path; rows go by their own key, so that order does not matter."""
    yield from _leaves((), policy.model_dump(mode="json"))


def differences(old: Policy, new: Policy) -> list[str]:
    """What changed from one version of a pack to another, a line each, for scripts."""
    before, after = _flat(old), _flat(new)
    lines: list[str] = []
    for path in [*before, *(path for path in after if path not in before)]:
        if path not in after:
            lines.append(f"- {path}: {before[path]}")
        elif path not in before:
            lines.append(f"+ {path}: {after[path]}")
        elif before[path] != after[path]:
            lines.append(f"~ {path}: {before[path]} -> {after[path]}")
    return lines


def _flat(policy: Policy) -> dict[str, object]:
    return {".".join(path): value for path, value in leaves(policy)}


def _leaves(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, (dict, list)) and value:
        for name, inner in _children(value):
            yield from _leaves((*path, name), inner)
    else:
        yield path, value


def _rules(path: str, value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    if (
        isinstance(value, dict)
        and isinstance(value.get("requirements"), list)
        and value["requirements"]
    ):
        yield path, value
    if isinstance(value, (dict, list)):
        for name, inner in _children(value):
            yield from _rules(f"{path}.{name}" if path else name, inner)


def _children(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """A table's fields; a list's rows under their own key, so that order is no difference."""
    if isinstance(value, dict):
        yield from value.items()
        return
    for i, row in enumerate(value):
        keys = [str(row[key]) for key in _KEYS if key in row] if isinstance(row, dict) else []
        yield (keys[0] if keys else str(i)), row


def _id(id: str) -> tuple[str, int]:
    head, _, tail = id.rpartition("-")
    return (head, int(tail)) if head else ("D", int(id[1:]))
