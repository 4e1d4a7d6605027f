"""The shapes of what a supervisor may be asked: an exception from a refusal, an appeal."""

from policy.shapes import Rule
from policy.spans import Span, Windows

# What a refusal, or something that is not covered, may offer instead. "pay" and "commercial" are
# for whoever settles the account; anybody else has them told (D22).
WAYS = (
    "pay",
    "commercial",
    "account_manager",
    "quote",
    "urgent",
    "guides",
    "new",
    "list",
    "portal",
    "person",
)


class Misuse(Rule):
    """What was explained with a guide is remembered: the same person, the same typology (D6).

    With `remembers` off nothing is. An appeal waits `desk.appeal_within`: in the hours of `open`,
    without which time counts as it passes. At the deadline it is let through once.
    """

    remembers: bool = True
    open: Windows | None = None
    holidays: str | None = None


class Emergency(Rule):
    """*Es una urgencia* where a contract refuses: a supervisor decides.

    After `within`, elapsed, nobody having answered, the supervisors are reminded once and the
    client is told so.
    """

    within: Span
