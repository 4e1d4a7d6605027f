"""When a colleague's open case may be the same: one institution, one typology, not long ago."""

from datetime import datetime, timedelta

from policy.pack import Policy


def begins(policy: Policy, now: datetime) -> datetime | None:
    """From when on a case counts (`desk.duplicate_window`); None where the desk never asks."""
    window = policy.desk.duplicate_window
    return now - timedelta(seconds=window) if window else None
