"""Papers of a case as pure rules: which may be put, what they need, when they are complete.

A paper is a quote, a letter, a notice, a charge warning or an agreement of the pack. Once put, it
is frozen on the case (`policy.ticket.Awaited`): a later edit of the pack moves no wall.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from policy.errors import Refusal
from policy.pack import Policy
from policy.remembered import remembered
from policy.shapes_papers import Paper
from policy.shapes_rules import Typology
from policy.ticket import Awaited, State, Ticket

SENT = "notice"  # the need that is fulfilled by the letter itself, once it has left
# What an engineer may put, by the act that puts it.
ACTS: dict[str, frozenset[str]] = {
    "charge": frozenset({"charge"}),
    "notice": frozenset({"notice"}),
    "approval": frozenset({"quote", "letter", "agreement"}),
}
BY_WORD = frozenset({"quote", "go_ahead"})  # what a client's own word in the chat fulfils
PROPOSAL = "proposal-"  # among a case's details, with the paper's key
PROPOSED, YES, NO = "proposed", "approved", "refused"
AT_WORK = frozenset({State.TAKEN, State.WAITING})


def of_act(book: Policy, act: str) -> tuple[Paper, ...]:
    """The pack's papers that this act may put, in the pack's order."""
    kinds = ACTS[act]
    return tuple(paper for paper in book.papers if paper.kind in kinds)


def acts(book: Policy, ticket: Ticket) -> tuple[str, ...]:
    """What a card offers: the acts that have a paper, while somebody works on the case."""
    if ticket.state not in AT_WORK:
        return ()
    return tuple(act for act in ACTS if of_act(book, act))


@remembered
def at_opening(book: Policy, typology: str | None) -> tuple[Paper, ...]:
    """The papers that the catalogue's own row demands before any work."""
    if typology is None:
        return ()
    row = book.typology(typology)
    return tuple(
        paper
        for paper in book.papers
        if paper.blocks and paper.trigger == "request" and _demanded(paper, row)
    )


def awaited(paper: Paper, at: datetime) -> Awaited:
    """The paper as a case keeps it from that moment on."""
    return Awaited(
        paper=paper.key,
        since=at,
        needs=paper.needs,
        one_of=paper.one_of,
        blocks=paper.blocks,
        clause=paper.clause,
    )


def is_proposal(paper: Paper) -> bool:
    """Whether it says how a request would be solved: the client approves it or not (S1-27)."""
    return paper.trigger == "request" and paper.kind == "notice"


def answered(ticket: Ticket, key: str, answer: str) -> Ticket:
    """The case with a proposal as it stands: put, approved or refused."""
    return replace(ticket, details={**ticket.details, f"{PROPOSAL}{key}": answer})


def proposals(ticket: Ticket) -> dict[str, str]:
    """The case's proposals by their paper, each as it stands."""
    found = ticket.details.items()
    return {k.removeprefix(PROPOSAL): v for k, v in found if k.startswith(PROPOSAL)}


def put(ticket: Ticket, paper: Paper, at: datetime) -> Ticket:
    """The case with the paper among those it waits for; once, and only where it needs anything."""
    if is_proposal(paper):
        return answered(ticket, paper.key, PROPOSED)
    known = any(one.paper == paper.key for one in ticket.papers)
    if known or not (paper.needs or paper.one_of):
        return ticket
    return replace(ticket, papers=(*ticket.papers, awaited(paper, at)))


def record(ticket: Ticket, paper: str, need: str) -> Ticket:
    """The case with one thing of a paper recorded. Raises Refusal("not_awaited")."""
    found = next((one for one in ticket.papers if one.paper == paper), None)
    if found is None or need not in found.missing:
        raise Refusal("not_awaited", number=ticket.number)
    got = replace(found, got=(*found.got, need))
    return replace(ticket, papers=tuple(got if one is found else one for one in ticket.papers))


def to_record(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    """What may still be recorded by a person: (paper, need), in order."""
    return tuple((one.paper, need) for one in ticket.papers for need in one.missing)


def by_word(ticket: Ticket, paper: str) -> str | None:
    """What is still missing of this paper and needs the client's yes alone (S0-13, S0-61)."""
    found = next((one for one in ticket.papers if one.paper == paper), None)
    return next((need for need in found.missing if need in BY_WORD), None) if found else None


def over_limit(paper: Paper, hours: float) -> bool:
    """Whether a quote of so many hours is more than the policy lets it cover."""
    return paper.limit is not None and hours * 3600 > paper.limit


def charged_by_hours(book: Policy, keys: Iterable[str]) -> tuple[Paper, ...]:
    """Of these papers, those whose charge is the time spent (D11: recorded, decided elsewhere)."""
    known = {paper.key: paper for paper in book.papers}
    found = (known[key] for key in dict.fromkeys(keys) if key in known)
    return tuple(paper for paper in found if paper.charge == "hours")


def _demanded(paper: Paper, row: Typology) -> bool:
    if paper.typologies:
        return row.id in paper.typologies
    terms = row.request
    return terms is not None and terms.quote == "yes" and "quote" in paper.needs
