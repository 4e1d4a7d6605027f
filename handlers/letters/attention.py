"""Lists of the staff in the order in which cases are attended (policy/order.py)."""

from collections.abc import Iterable

from policy import acts, order
from policy.ticket import Ticket
from store.figures import PendingRow
from store.turn import Turn


def in_order(turn: Turn, found: Iterable[Ticket]) -> list[Ticket]:
    """These cases, who goes first on top."""
    return sorted(found, key=lambda ticket: _place(turn, ticket))


def rows_in_order(turn: Turn, rows: Iterable[PendingRow]) -> list[PendingRow]:
    """The same for the lines of a report."""
    found = list(rows)
    quick = _quick(turn, found)
    return sorted(found, key=lambda row: _place_of(turn, row, row.number in quick))


def _place(turn: Turn, ticket: Ticket) -> order.Place:
    return order.place(
        turn.book,
        number=ticket.number,
        priority=ticket.priority,
        opened_at=ticket.opened_at,
        due=ticket.promise.due,
        answered=ticket.answered_at is not None,
        quick=acts.is_quick(turn.book, ticket),
    )


def _place_of(turn: Turn, row: PendingRow, quick: bool) -> order.Place:
    return order.place(
        turn.book,
        number=row.number,
        priority=row.priority,
        opened_at=row.opened_at,
        due=row.due_at,
        answered=row.answered_at is not None,
        quick=quick,
    )


def _quick(turn: Turn, rows: Iterable[PendingRow]) -> set[int]:
    """Which of them go before the others: read only where the policy knows of such."""
    if turn.book.effort is None:
        return set()
    unanswered = [row.number for row in rows if row.answered_at is None]
    found = turn.tickets.find_all(unanswered)
    return {ticket.number for ticket in found if acts.is_quick(turn.book, ticket)}
