"""What a desk knows, prepared once a pack: its articles, and the reader that finds them.

Preparing takes half a second; both are immutable, so desks of one pack share them. What a
supervisor has accepted comes on top, as another reader over the same articles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from kb import lessons
from kb.library import Library
from kb.match import Matcher
from kb.reader import Reader
from kb.taught import Taught
from kb.topics import topics
from policy.pack import Policy

PACKS = 4  # kept at once
TAUGHT = 2  # readers with learnt phrases that are kept: desks of one process share them


@dataclass(frozen=True)
class _Pack:
    """A policy by its digest and its owner's folder: the same texts are the same knowledge."""

    digest: str
    guides: Path | None
    policy: Policy = field(compare=False)

    @classmethod
    def of(cls, policy: Policy) -> "_Pack":
        """The key of this policy."""
        return cls(policy.digest, policy.guides, policy)


def knowledge(policy: Policy) -> tuple[Library, Reader]:
    """The articles of this pack and what reads messages with them."""
    return _prepared(_Pack.of(policy))


def taught(policy: Policy, holding: Mapping[str, Sequence[str]]) -> Reader:
    """The reader with the phrases that hold besides, by topic; without any, the pack's own.

    A phrase for "not:<guide>" is one more sign that a message is not about that guide. Topics
    that the pack has no more are passed over.
    """
    pack = _Pack.of(policy)
    if not any(holding.values()):
        return _prepared(pack)[1]
    return _taught(pack, tuple((topic, tuple(holding[topic])) for topic in sorted(holding)))


def said(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """The pack's own phrases by topic: what need not be proposed again."""
    return _said(_Pack.of(policy))


@lru_cache(maxsize=PACKS)
def _prepared(pack: _Pack) -> tuple[Library, Reader]:
    library = _library(pack)
    return library, Reader(pack.policy, Matcher(pack.policy, library))


@lru_cache(maxsize=TAUGHT)
def _taught(pack: _Pack, phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> Reader:
    library, holding = _library(pack), dict(phrases)
    signs = ((one.id, holding.get(f"{lessons.NOT}:{one.id}", ())) for one in library)
    unlike = {id: said for id, said in signs if said}
    return Reader(pack.policy, Taught(pack.policy, _with_signs(library, unlike), holding))


@lru_cache(maxsize=PACKS)
def _library(pack: _Pack) -> Library:
    return Library.load(pack.policy)


@lru_cache(maxsize=PACKS)
def _said(pack: _Pack) -> Mapping[str, tuple[str, ...]]:
    library = _library(pack)
    unlike: dict[str, tuple[str, ...]] = {}
    for one in library:
        key = f"{lessons.NOT}:{one.id}"
        unlike[key] = (*unlike.get(key, ()), *one.not_this)
    return unlike | {topic.key: topic.phrases for topic in topics(pack.policy, library)}


def _with_signs(library: Library, unlike: Mapping[str, tuple[str, ...]]) -> Library:
    """The same articles with more signs that it is not this, told once whatever the languages."""
    first: dict[str, str] = {}
    for one in library:
        first.setdefault(one.id, one.language)
    return Library(
        {
            (one.id, one.language): replace(one, not_this=(*one.not_this, *unlike[one.id]))
            if one.id in unlike and first[one.id] == one.language
            else one
            for one in library
        }
    )
