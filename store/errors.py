"""What the store raises on purpose, beside `policy.errors.Outage` for a database that is away."""

from policy.errors import Outage


class StaleTurn(Exception):
    """Another turn was faster and nothing was kept: run the turn once more, from the start."""


class InUse(Outage):
    """Others work with the database: stop the desk, then ask again."""


class Busy(Outage):
    """The turn waited past its budget and was dropped before it began: acknowledge nothing."""
