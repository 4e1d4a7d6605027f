"""The matcher: which article or typology a message speaks of, and whether it is safe to say so."""

from kb.decision import Decision

__all__ = ["Decision"]
