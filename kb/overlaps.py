"""Phrases that clash: claimed by two topics, read as another's, or near copies of test messages."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from rapidfuzz import fuzz

from kb import text
from kb.examples import by_topic, examples
from kb.library import Library
from kb.topics import Topic, topics
from policy.pack import Policy

NEAR_COPY = 85  # token_set_ratio of two normalised texts from which one is a copy of the other
FAULT, TALK = "fault:", "talk:"


class Clash(NamedTuple):
    """A phrase and the topics that hold it, in order."""

    phrase: str
    topics: tuple[str, ...]


class Twins(NamedTuple):
    """Two phrases of different topics in which the matcher sees the same words."""

    phrase: str
    topic: str
    other: str
    elsewhere: str


class Copy(NamedTuple):
    """A phrase of ours that a message of somebody's test file nearly repeats."""

    topic: str
    phrase: str
    message: str
    likeness: float


class _Said(NamedTuple):
    topic: Topic
    phrase: str


def claimed_twice(policy: Policy, library: Library) -> Iterator[Clash]:
    """The same words under two topics."""
    for rows in _grouped(_own(policy, library), lambda phrase: (bare(phrase),)):
        keys = tuple(sorted({said.topic.key for said in rows}))
        if len(keys) > 1 and _apart(rows[0].topic, rows):
            yield Clash(bare(rows[0].phrase), keys)


def twins(policy: Policy, library: Library) -> Iterator[Twins]:
    """Different words under two topics that come to the same once they are normalised."""
    for rows in _grouped(_own(policy, library), text.tokens):
        first = rows[0]
        for said in rows[1:]:
            if bare(said.phrase) != bare(first.phrase) and _apart(first.topic, [said]):
                yield Twins(first.phrase, first.topic.key, said.phrase, said.topic.key)


def copies(policy: Policy, library: Library, messages: Sequence[str]) -> Iterator[Copy]:
    """Our phrases and examples, small talk apart, that are near copies of one of these messages."""
    told = [(_normal(message), message) for message in messages]
    for said in chain(_own(policy, library), _quoted(policy, library)):
        if said.topic.key.startswith(TALK):
            continue
        ours = _normal(said.phrase)
        likeness, message = max(
            ((fuzz.token_set_ratio(ours, one), message) for one, message in told), default=(0.0, "")
        )
        if likeness >= NEAR_COPY:
            yield Copy(said.topic.key, said.phrase, message, likeness)


def bare(phrase: str) -> str:
    """A phrase as small words with nothing between them but a space."""
    return " ".join(re.findall(r"[a-z0-9]+", text.fold(phrase)))


def _normal(said: str) -> str:
    return " ".join(text.heard(text.fold(said)).words)


def _own(policy: Policy, library: Library) -> Iterator[_Said]:
    """Every phrase that somebody wrote; a label may stand in two categories of the source."""
    named: Mapping[str, frozenset[str]] = {
        row.id: frozenset(map(bare, (row.label, row.name.es, row.name.en)))
        for row in policy.typologies
    } | {
        notice.key: frozenset(map(bare, (notice.label.es, notice.label.en)))
        for notice in policy.out_of_scope
    }
    for topic in topics(policy, library):
        labels = named.get(topic.typology or topic.notice or "", frozenset())
        yield from (_Said(topic, phrase) for phrase in topic.phrases if bare(phrase) not in labels)


def _quoted(policy: Policy, library: Library) -> Iterator[_Said]:
    """The examples that the matcher quotes as phrases."""
    every = {topic.key: topic for topic in topics(policy, library)}
    for key, phrases in by_topic(policy.name, every.values(), examples()).items():
        yield from (_Said(every[key], phrase) for phrase in phrases)


def _grouped(said: Iterable[_Said], by: Callable[[str], tuple[str, ...]]) -> Iterator[list[_Said]]:
    groups: defaultdict[tuple[str, ...], list[_Said]] = defaultdict(list)
    for one in said:
        groups[by(one.phrase)].append(one)
    return (rows for key, rows in sorted(groups.items()) if any(key) and len(rows) > 1)


def _apart(topic: Topic, rows: Iterable[_Said]) -> bool:
    """Whether it matters: a fault that a guide is not may be an incident's phrase as well."""
    keys = {topic.key: topic.label, **{said.topic.key: said.topic.label for said in rows}}
    if len(keys) < 2 or set(keys.values()) == {"chitchat"}:
        return False
    faults = [key for key in keys if key.startswith(FAULT)]
    return not faults or "misuse" in keys.values()
