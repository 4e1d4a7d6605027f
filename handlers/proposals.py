"""The client's word on a proposed solution: nothing is carried out before a yes (S1-27, S1-28)."""

from handlers import mine, notices
from handlers.casework import keep_quietly
from handlers.papers import name_of
from handlers.visit import Visit
from policy import papers
from policy.ticket import Ticket

VERBS = ("paper_yes_", "paper_no_")


def answered(visit: Visit, ticket: Ticket, verb: str) -> None:
    """*Apruebo* or *No apruebo*; an old button meets the case as it stands."""
    _, act, key = verb.split("_", 2)
    if papers.proposals(ticket).get(key) != papers.PROPOSED or not ticket.is_open:
        visit.above("ticket.stale_button")
        mine.show(visit, ticket)
        return
    answer = papers.YES if act == "yes" else papers.NO
    done = papers.answered(ticket, key, answer)
    keep_quietly(visit.turn, done, f"proposal_{answer}", paper=key, by=visit.person.id)
    facts = {"client": visit.person.first_name, "paper": name_of(visit.turn, key)}
    notices.to_thread(visit.turn, done, f"thread.proposal_{answer}", facts)
    notices.to_holder(visit.turn, done, f"staff.proposal_{answer}", facts)
    mine.focus(visit, ticket)
    holder = visit.turn.people.get(ticket.holder).first_name if ticket.holder else None
    told = {"number": ticket.number, "holder": holder}
    visit.say(f"ticket.proposal_{answer}", told, ticket=ticket.number, stays=True)
