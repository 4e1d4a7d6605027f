"""Services that affect the network: how long before everybody is told (S4-06, D17)."""

from datetime import datetime, timedelta

from policy.pack import Policy
from policy.shapes_service import Service
from policy.ticket import Ticket


def service_of(book: Policy, ticket: Ticket) -> Service | None:
    """The kind of service of a case that affects the network; None for every other case."""
    if ticket.typology is None:
        return None
    return next((one for one in book.services if ticket.typology in one.network_typologies), None)


def earliest(service: Service, now: datetime) -> datetime:
    """The first moment at which it may begin, when everybody is told now."""
    return now + timedelta(seconds=service.network_notice)


def in_time(service: Service, starts: datetime, now: datetime) -> bool:
    """Whether everybody would be told long enough before; what could not be is an exception."""
    return service.exception or starts >= earliest(service, now)
