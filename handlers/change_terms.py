"""What a receipt says of a request: its terms, who judges it, and which answers may come."""

from collections.abc import Iterable
from typing import Any

from handlers.wording import Words
from policy import changes
from policy.pack import Policy
from policy.shapes_papers import Change
from policy.ticket import Ticket


def at_opening(policy: Policy, ticket: Ticket, words: Words) -> list[tuple[str, dict[str, Any]]]:
    """The lines under the receipt; none for an incident."""
    change = changes.of(policy, ticket)
    row = changes.row_of(policy, ticket.typology)
    lines: list[tuple[str, dict[str, Any]]] = []
    if row is not None and row.request is not None:
        quote = words.line(f"quote.{row.request.quote}")
        estimated = words.line("quote.estimated") if row.request.estimated else None
        lines.append(("ticket.request_terms", {"estimated": estimated, "quote": quote}))
    if change is None:
        return lines
    if ticket.kind == changes.KIND:
        lines.append(("ticket.change_next", _next(change, words.language)))
    elif change.told is not None:
        lines.append(("intake.change_told", {"told": change.told[words.language]}))
    return lines


def _next(change: Change, language: str) -> dict[str, Any]:
    return {
        "decides": change.decides[language],
        "criteria": _listed(one.label[language] for one in change.criteria),
        "outcomes": _listed(one.label[language] for one in change.outcomes),
    }


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(label[:1].lower() + label[1:] for label in labels)
