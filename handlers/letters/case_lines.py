"""Lines that only some cards have: what was checked, a request's terms, how a change stands."""

from collections.abc import Iterator
from typing import Any

from handlers import checklist
from handlers.casework import JOINED
from handlers.conversation import change_form
from handlers.letters.messages import cut
from handlers.wording import Words
from kb.secrets import mask_documents
from policy import changes, papers
from policy.pack import Policy
from policy.shapes_rules import Request
from policy.ticket import Ticket

QUOTED = 180
NOTED = 120
ANSWERED = 90  # of each answer of a change form: the whole stands in the thread
PROPOSALS = {
    papers.PROPOSED: "proposal_proposed",
    papers.YES: "proposal_approved",
    papers.NO: "proposal_refused",
}
Line = tuple[str, dict[str, Any]]


def of_checks(policy: Policy, ticket: Ticket, words: Words) -> dict[str, Any] | None:
    """The checks by result, and what is left with whose turn it is; None where there are none."""
    if not checklist.of(policy, ticket):
        return None
    left = ", ".join(
        f"{check.short[words.language]} ({words.line(f'card.by_{check.by}')})"
        for check in checklist.left(policy, ticket)
    )
    return {**checklist.told(policy, ticket, words.language), "left": cut(left, QUOTED)}


def of_colleagues(ticket: Ticket) -> Iterator[Line]:
    """Who joined the case, and the case that it may be a twin of."""
    if JOINED in ticket.details:
        yield "joined", {"count": int(ticket.details[JOINED])}
    if "maybe_same" in ticket.details:
        yield "maybe_same", {"linked": int(ticket.details["maybe_same"])}


def of_change(policy: Policy, ticket: Ticket, words: Words) -> Iterator[Line]:
    """The terms of a request, how its judgement stands, and what a change form told."""
    row = changes.row_of(policy, ticket.typology)
    if row is not None and row.request is not None:
        yield "request", _terms(row.request, words)
    stands = changes.standing(policy, ticket, words.language)
    if stands is not None:
        yield "change", stands
    for answer in papers.proposals(ticket).values():
        yield PROPOSALS[answer], {}
    if ticket.kind != changes.KIND:
        return
    for label, text in change_form.answered(policy, ticket.details, words.language):
        said = cut(mask_documents(text), ANSWERED) or words.line("label.dont_know")
        yield "change_field", {"label": label, "text": said}


def _terms(terms: Request, words: Words) -> dict[str, Any]:
    return {
        "quote": words.line(f"quote.{terms.quote}"),
        "complexity": words.line(f"complexity.{terms.complexity}"),
        "committee": words.line(f"card.committee_{'yes' if terms.committee else 'no'}"),
        "estimated": words.line("card.estimated") if terms.estimated else None,
        "note": cut(terms.note, NOTED),
    }
