"""Named places on an event's way where a test may stop, kill or fail the process."""

from collections.abc import Callable

Points = Callable[[str], None]

# In the order in which an event, and then a letter, passes them.
INGRESS = ("after_recv", "after_dedupe", "before_commit", "after_commit", "before_ack")
EGRESS = ("after_claim", "before_send", "after_send", "before_settle")


def nowhere(point: str) -> None:
    """Outside of fault tests every point is passed without a look."""
