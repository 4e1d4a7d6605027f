"""The message catalogues: Spanish first, English beside it, compiled when loaded."""

from handlers.wording.words import MissingFact, Words

__all__ = ["MissingFact", "Words"]
