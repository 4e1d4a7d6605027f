"""The client approves a quote or gives the go-ahead in the chat, with a second press (U24).

It is recorded as the desk records what comes by other ways: who, when and how (S0-13, S1-27).
"""

from collections.abc import Callable

from handlers import approvals, mine, notices, paper_buttons, papers
from handlers.ask_client import REMIND
from handlers.casework import keep_quietly
from handlers.visit import Visit
from policy.errors import Refusal
from policy.shapes_papers import Paper
from policy.ticket import Ticket

Deed = Callable[[Visit, Ticket, Paper, str], None]


def pressed(visit: Visit, ticket: Ticket, verb: str) -> None:
    """A button under a paper: "deal_<act>_<key>"; an old one meets the case as it stands."""
    _, act, key = verb.split("_", 2)
    deed = ACTS.get(act)
    if deed is None:
        raise Refusal("wrong_choice", instead=("list",))
    need = paper_buttons.wanted(visit.turn, ticket, key)
    paper = next((one for one in visit.turn.book.papers if one.key == key), None)
    if paper is None or need is None or not ticket.is_open:
        visit.above("ticket.stale_button")
        mine.show(visit, ticket)
    elif act != "tell" and not paper_buttons.decides(visit.turn, visit.person, need):
        choices = [paper_buttons.tell_button(ticket, key)]
        visit.say("ticket.deal_not_yours", {"number": ticket.number}, choices, ticket=ticket.number)
    else:
        deed(visit, ticket, paper, need)


def _sure(visit: Visit, ticket: Ticket, paper: Paper, need: str) -> None:
    """The second press repeats what is approved, and in whose name."""
    facts = {
        "number": ticket.number,
        "paper": paper.label[visit.words.language],
        "organisation": visit.organisation.name,
        "finding": papers.found(visit.turn, ticket, paper.key) or None,
    }
    choices = [
        notices.step_button(f"deal_yes_{paper.key}", ticket, "label.confirm_deal", "primary"),
        notices.step_button(f"deal_back_{paper.key}", ticket, "label.back"),
    ]
    visit.say("ticket.deal_sure", facts, choices, ticket=ticket.number)


def _back(visit: Visit, ticket: Ticket, paper: Paper, need: str) -> None:
    found = papers.found(visit.turn, ticket, paper.key)
    facts = papers.told(visit.turn, ticket, paper, found, visit.person)
    choices = paper_buttons.ways(visit.turn, ticket, paper, visit.person)
    visit.say(papers.key_of(paper), facts, choices, ticket=ticket.number)


def _yes(visit: Visit, ticket: Ticket, paper: Paper, need: str) -> None:
    """The case goes on with the last thing that was missing; its person reads so."""
    proof = {"who": visit.person.name, "reference": "", "file": "", "by": visit.person.id}
    saved = approvals.fulfil(visit.turn, ticket, (paper.key, need), how="chat", **proof)
    _to_desk(visit, saved, paper, "approved")
    if visit.person.id != ticket.requester:
        visit.say("ticket.deal_yes", {"number": ticket.number}, ticket=ticket.number, stays=True)


def _no(visit: Visit, ticket: Ticket, paper: Paper, need: str) -> None:
    """Nothing is done and nothing charged; it may still be approved, or the case withdrawn."""
    visit.turn.timers.cancel(str(ticket.number), REMIND)
    kept = keep_quietly(visit.turn, ticket, "declined", paper=paper.key, by=visit.person.id)
    _to_desk(visit, kept, paper, "declined")
    mine.focus(visit, ticket)
    choices = [
        notices.step_button(f"deal_ask_{paper.key}", ticket, "label.approve"),
        notices.step_button("withdraw", ticket, "label.withdraw"),
    ]
    holder = visit.turn.people.get(ticket.holder).first_name if ticket.holder else None
    facts = {"number": ticket.number, "holder": holder}
    visit.say("ticket.deal_no", facts, choices, ticket=ticket.number, stays=True)


def _tell(visit: Visit, ticket: Ticket, paper: Paper, need: str) -> None:
    """*Recordárselo*: whoever administers the account reads it again; else who sells is told."""
    reached = papers.to_deciders(visit.turn, ticket, paper, visit.person)
    visit.turn.audit.add(ticket.number, "deal_reminded", {"paper": paper.key})
    if reached:
        visit.say("ticket.deal_told", {"number": ticket.number}, ticket=ticket.number, stays=True)
    else:
        papers.talk(visit.turn, ticket, paper.key)


def _to_desk(visit: Visit, ticket: Ticket, paper: Paper, answer: str) -> None:
    name = papers.name_of(visit.turn, paper.key)
    facts = {"number": ticket.number, "client": visit.person.first_name, "paper": name}
    notices.to_thread(visit.turn, ticket, f"thread.paper_{answer}", facts)
    notices.to_holder(visit.turn, ticket, f"staff.paper_{answer}", facts)
    if papers.is_sold(paper):
        papers.to_commercial(visit.turn, f"staff.paper_{answer}", facts)


ACTS: dict[str, Deed] = {"ask": _sure, "back": _back, "yes": _yes, "no": _no, "tell": _tell}
