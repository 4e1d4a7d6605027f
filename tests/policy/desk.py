"""What the policy tests share: the two packs and a way to write a local time shortly."""

from datetime import datetime
from functools import lru_cache

from policy.pack import Policy, load


@lru_cache
def pack(name: str) -> Policy:
    return load(name)


def at(text: str) -> datetime:
    """An ISO time with its offset."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None
    return moment
