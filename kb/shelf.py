"""What a desk knows, prepared once a pack: its articles, and the reader that finds them.

Preparing takes half a second; both are immutable, so desks of one pack share them.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from kb.library import Library
from kb.match import Matcher
from kb.reader import Reader
from policy.pack import Policy

PACKS = 4  # kept at once


@dataclass(frozen=True)
class _Pack:
    """A policy by its digest: the same text is the same knowledge."""

    digest: str
    policy: Policy = field(compare=False)


def knowledge(policy: Policy) -> tuple[Library, Reader]:
    """The articles of this pack and what reads messages with them."""
    return _prepared(_Pack(policy.digest, policy))


@lru_cache(maxsize=PACKS)
def _prepared(pack: _Pack) -> tuple[Library, Reader]:
    library = Library.load(pack.policy)
    return library, Reader(pack.policy, Matcher(pack.policy, library))
