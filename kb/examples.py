"""Messages with the label that they should get: what the scales learn from, beside the phrases.

Lines of JSON, kb/said/*.jsonl: `text`, `policy`, `label` and, where there is one, `typology`
(an id of the pack, or the key of one of its out-of-scope notices).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kb.decision import LABELS, Label
from kb.topics import Topic

USE = "uso-consulta"  # what a question of how is filed under where the example names nothing


@dataclass(frozen=True, kw_only=True)
class Example:
    """One message, and what it is."""

    text: str
    policy: str
    label: Label
    typology: str | None = None


@cache
def examples() -> tuple[Example, ...]:
    """All that ship, in a stable order."""
    shelf = files("kb").joinpath("said")
    if not shelf.is_dir():
        return ()
    found = sorted((one for one in shelf.iterdir() if one.name.endswith(".jsonl")), key=str)
    lines = (line for file in found for line in file.read_text("utf-8").splitlines())
    return tuple(example(json.loads(line)) for line in lines if line.strip())


def example(row: Mapping[str, object]) -> Example:
    """A labelled row as an example. Raises ValueError where its label is none."""
    label = next((one for one in LABELS if one == row["label"]), None)
    if label is None:
        raise ValueError(f"unknown label {row['label']!r}")
    typology = row.get("typology")
    return Example(
        text=str(row["text"]),
        policy=str(row["policy"]),
        label=label,
        typology=str(typology) if typology else None,
    )


def by_topic(
    policy: str, topics: Iterable[Topic], known: Iterable[Example]
) -> dict[str, Sequence[str]]:
    """The texts of a policy's examples by topic key; those that fit no topic are left out."""
    keys: dict[tuple[Label, str | None], str] = {}
    for topic in topics:
        keys.setdefault((topic.label, topic.typology or topic.notice), topic.key)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in known:
        named = one.typology or (USE if one.label == "misuse" else None)
        key = keys.get((one.label, named))
        if one.policy == policy and named and key:
            found[key].append(one.text)
    return dict(found)


def without(known: Iterable[Example], texts: Collection[str]) -> tuple[Example, ...]:
    """Those whose text is none of these."""
    return tuple(one for one in known if one.text not in texts)
