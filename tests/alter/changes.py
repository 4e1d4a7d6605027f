"""Which values of a pack can be changed, into what, and which requirements each belongs to.

A figure becomes one more, a span one unit longer; a window opens an hour later, closes an hour
earlier, loses its last day; a flag turns round, also one that the pack leaves at its default; a
word becomes another one of its closed set, or one that the pack uses in such a place; a label
grows by a letter; a list loses a member, a table a row. Sentences, everyday aliases and the keys
of rows stay.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policy.pack import PackFaults, Policy, parse

KEPT = frozenset({"clause", "requirements", "way", "key", "id", "code", "number", "aliases"})
LABELS = frozenset({"label", "name", "short"})
SPAN = re.compile(r"(\d+)(?=\s*(?:s|min|m|h|d)\b)")
WINDOW = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROW_KEYS = ("key", "id", "code", "number", "level", "kind")
Path = tuple[str | int, ...]
Holder = tuple[tuple[str, ...], bool]  # the nearest rule: its ids, and whether it is open
NOBODY: Holder = ((), False)
GONE = "(gone)"


@dataclass(frozen=True)
class Value:
    """One place of a pack: a figure, a word, a member of a list, a row."""

    path: Path
    shown: str  # with rows by their keys: "plans.bronce.response.alta"
    old: Any
    ids: tuple[str, ...]  # of the nearest rule around it
    open: bool = False  # that rule waits for a workflow which is not built yet

    @property
    def field(self) -> str:
        """The field's name; of a list's member, the list's."""
        return str(next(part for part in reversed(self.path) if isinstance(part, str)))

    @property
    def is_member(self) -> bool:
        """Whether it stands in a list."""
        return isinstance(self.path[-1], int)


@dataclass(frozen=True)
class Change:
    """A value made another one, or taken out."""

    value: Value
    new: Any

    @property
    def sentence(self) -> str:
        """What is different: "plans.bronce.response.alta: '9 h' -> '10 h'"."""
        return f"{self.value.shown}: {_brief(self.value.old)} -> {_brief(self.new)}"


class Alterations:
    """The changes of one pack; each leaves a pack that loads and says something else."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self._before = parse(dict(raw))
        self._values = [*_values(raw, (), "", NOBODY), *_unsaid(raw, self._before)]
        self._words = _words(self._values)

    def of(self, only: frozenset[str] = frozenset()) -> Iterator[Change]:
        """All of them, or those of these requirements."""
        for value in self._values:
            if only and not only & set(value.ids):
                continue
            for new in self._others(value):
                change = Change(value, new)
                if self._tells(change):
                    yield change
                    if not _in_all_ways(value.old):
                        break

    def _tells(self, change: Change) -> bool:
        try:
            return parse(applied(self.raw, change)) != self._before
        except PackFaults:
            return False

    def _others(self, value: Value) -> Iterator[Any]:
        """What to make of it, the likeliest first."""
        old = value.old
        if isinstance(old, Mapping):
            yield GONE
        elif isinstance(old, bool):
            yield not old
        elif isinstance(old, int | float):
            yield from (old + 1, old - 1)
        elif isinstance(old, date):
            yield old + timedelta(days=1)
        elif isinstance(old, str):
            yield from self._other_words(value, old)
        elif old is None:  # holidays that the pack does not keep
            yield str(self.raw["desk"]["country"])

    def _other_words(self, value: Value, old: str) -> Iterator[str]:
        if found := WINDOW.fullmatch(old):
            yield from _other_windows(*found.groups())
        elif value.path[-1] == "es" or value.field in LABELS:
            yield f"{old}x" if len(old) < 24 else f"x{old[2:]}"
        elif SPAN.search(old) and not SPAN.sub("", old).strip(" smindh"):
            yield SPAN.sub(lambda number: str(int(number[1]) + 1), old, count=1)
        else:
            yield from [GONE] if value.is_member else []
            yield from (word for word in self._words.get(value.field, ()) if word != old)
            yield from (f"{old}x", GONE)


def applied(raw: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The tables with that one value changed."""
    changed = copy.deepcopy(dict(raw))
    holder: Any = changed
    *way, last = change.value.path
    for part in way:
        holder = holder[part]
    if change.new is GONE:
        del holder[last]
    else:
        holder[last] = change.new
    return changed


def _values(value: Any, path: Path, shown: str, holder: Holder) -> Iterator[Value]:
    if isinstance(value, Mapping):
        own = _holder(value, holder)
        if path and isinstance(path[-1], int):
            yield Value(path, shown, dict(value), *own)
        for name, inner in value.items():
            if name not in KEPT:
                yield from _values(inner, (*path, name), f"{shown}.{name}".lstrip("."), own)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _values(inner, (*path, i), f"{shown}.{_row_name(inner, i)}", holder)
    elif not _is_sentence(path):
        yield Value(path, shown, value, *holder)


def _holder(table: Mapping[str, Any], around: Holder) -> Holder:
    if "requirements" not in table:
        return around
    return tuple(table["requirements"]), table.get("way") == "open"


def _unsaid(raw: Mapping[str, Any], policy: Policy) -> Iterator[Value]:
    """Flags and holidays that the pack does not mention: their defaults are rules as well."""
    for table in _tables(raw, (), "", NOBODY):
        shape: Any = policy
        for part in table.path:
            shape = shape[part] if isinstance(part, int) else _inside(shape, part)
        for name, info in getattr(type(shape), "model_fields", {}).items():
            days_off = name == "holidays" and not table.old.get("always")
            if name not in table.old and (info.annotation is bool or days_off):
                shown = f"{table.shown}.{name}"
                yield Value((*table.path, name), shown, info.default, table.ids, table.open)


def _inside(shape: Any, part: str) -> Any:
    return shape[part] if isinstance(shape, Mapping) else getattr(shape, part)


def _tables(value: Any, path: Path, shown: str, holder: Holder) -> Iterator[Value]:
    """Every table under the pack's own, rows among them."""
    if isinstance(value, Mapping):
        own = _holder(value, holder)
        if path:
            yield Value(path, shown, dict(value), *own)
        for name, inner in value.items():
            yield from _tables(inner, (*path, name), f"{shown}.{name}".lstrip("."), own)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _tables(inner, (*path, i), f"{shown}.{_row_name(inner, i)}", holder)


def _row_name(row: Any, i: int) -> str:
    names = [str(row[key]) for key in ROW_KEYS if key in row] if isinstance(row, Mapping) else []
    return names[0] if names else str(i)


def _is_sentence(path: Path) -> bool:
    """Words in both languages; of a label, the Spanish one is looked at."""
    if path[-1] not in ("es", "en"):
        return False
    return not (path[-1] == "es" and len(path) > 1 and path[-2] in LABELS)


def _in_all_ways(old: Any) -> bool:
    """A window is changed in three ways, whatever else in one."""
    return isinstance(old, str) and WINDOW.fullmatch(old) is not None


def _other_windows(
    first: str, last: str | None, opens: str, past: str, closes: str, after: str
) -> Iterator[str]:
    days = f"{first}-{last}" if last else first
    yield f"{days} {int(opens) + 1:02}:{past}-{closes}:{after}"
    yield f"{days} {opens}:{past}-{int(closes) - 1:02}:{after}"
    if last:
        yield f"{first}-{DAYS[DAYS.index(last) - 1]} {opens}:{past}-{closes}:{after}"


def _words(values: list[Value]) -> dict[str, list[str]]:
    """By field: the closed set of its shape, and what stands in such a field in the pack."""
    found: dict[str, dict[str, None]] = {}
    for field, word in _allowed(Policy.model_json_schema()):
        found.setdefault(field, {})[word] = None
    for value in values:
        if isinstance(value.old, str):
            found.setdefault(value.field, {})[value.old] = None
    return {field: list(words) for field, words in found.items()}


def _allowed(schema: Any) -> Iterator[tuple[str, str]]:
    if isinstance(schema, Mapping):
        for field, own in schema.get("properties", {}).items():
            for one in (own, own.get("items", {}), *own.get("anyOf", ())):
                yield from ((field, str(word)) for word in one.get("enum", ()))
        for inner in schema.values():
            yield from _allowed(inner)


def _brief(value: Any) -> str:
    if value is GONE or isinstance(value, Mapping):
        return GONE if value is GONE else "the row"
    return repr(value)
