"""A letter written at once, for tests that must know it again."""

from typing import Any

from store.turn import Turn


def said(turn: Turn, *given: Any, **more: Any) -> int:
    """Say it and write it at once; the outbox id is how a test knows the letter again."""
    turn.say(*given, **more)
    return turn.outbox.list(limit=1)[0].id
