"""What changed from one version of a pack to another, in words for its owner and for clients."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from policy import facts
from policy.pack import Policy
from policy.spans import parse_span, told_span

Leaves = dict[tuple[str, ...], object]


def in_words(old: Policy, new: Policy) -> list[str]:
    """A sentence for each value that changed, with the clause and the requirements behind it."""
    before, after = dict(facts.leaves(old)), dict(facts.leaves(new))
    behind = {**_behind(old), **_behind(new)}
    gone = _whole(_behind(old), _behind(new))
    come = _whole(_behind(new), _behind(old))
    lines = [f"{'.'.join(path)}: is gone{_because(path, behind)}" for path in gone]
    lines += [f"{'.'.join(path)}: is new{_because(path, behind)}" for path in come]
    for path in [*before, *(path for path in after if path not in before)]:
        if before.get(path) == after.get(path) or _within(path, (*gone, *come)):
            continue
        lines.append(_changed(path, before, after) + _because(path, behind))
    return lines


def _changed(path: tuple[str, ...], before: Leaves, after: Leaves) -> str:
    name = ".".join(path)
    if path not in before:
        return f"{name}: is now {_shown(path, after[path])}, and was not stated"
    if path not in after:
        return f"{name}: was {_shown(path, before[path])}, and is no longer stated"
    return f"{name}: from {_shown(path, before[path])} to {_shown(path, after[path])}"


def _shown(path: tuple[str, ...], value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and set(path[-2:]) & spans():
        return told_span(value)
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"\u201c{value}\u201d" if isinstance(value, str) else str(value)


def _behind(policy: Policy) -> dict[tuple[str, ...], str]:
    """The rules by their path, each with its clause and its requirements."""
    return {
        tuple(path.split(".")): f"{rule['clause']}; {', '.join(rule['requirements'])}"
        for path, rule in facts.rules(policy)
    }


def _whole(
    here: Mapping[tuple[str, ...], str], there: Mapping[tuple[str, ...], str]
) -> list[tuple[str, ...]]:
    """The rules that one has and the other has not, without those inside another such rule."""
    only = [path for path in here if path not in there]
    return [path for path in only if not _within(path, [one for one in only if one != path])]


def _within(path: tuple[str, ...], rules: list[tuple[str, ...]] | tuple[Any, ...]) -> bool:
    return any(path[: len(rule)] == rule for rule in rules)


def _because(path: tuple[str, ...], behind: Mapping[tuple[str, ...], str]) -> str:
    """The nearest rule that the value stands in."""
    for end in range(len(path), 0, -1):
        if path[:end] in behind:
            return f" ({behind[path[:end]]})"
    return ""


@cache
def spans() -> frozenset[str]:
    """The names of the fields that hold spans of time."""
    return frozenset(_spans(Policy, set()))


def _spans(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        kinds = (*field.metadata, *_parts(field.annotation))
        if any(getattr(kind, "func", None) is parse_span for kind in kinds):
            yield name
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _spans(kind, seen)


def _parts(annotation: object) -> Iterator[object]:
    """Everything that an annotation is made of."""
    yield annotation
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _parts(inner)
