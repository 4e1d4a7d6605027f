"""A service affects the network: everybody is told, as long before as the policy asks (S4-06).

A sudden failure is told at once, and why there was no notice is recorded (D17).
"""

from collections.abc import Mapping

from handlers import news, notices
from handlers.casework import me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm, Toast
from handlers.moments import moment
from handlers.wording import Words
from policy import network
from policy.pack import Policy
from policy.ticket import Ticket
from store.turn import Turn

TOLD = "network_told"  # the audit row of the announcement
FIELDS = ("what", "starts", "ends", "todo")


def offered(book: Policy, ticket: Ticket) -> bool:
    """Whether the card has *Avisar a todos*."""
    return ticket.is_open and network.service_of(book, ticket) is not None


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Avisar a todos*: what stops, from when to when, and what to do meanwhile."""
    ticket = the_ticket(turn, code.number, "paper")
    if not offered(turn.book, ticket):
        return Toast(key="toast.old_button")
    return ShowForm(form="network", meta=view_of(ticket))


def tell(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """Everybody hears it, once; too late an hour is refused unless the failure is sudden."""
    ticket = the_ticket(turn, number, "paper")
    service = network.service_of(turn.book, ticket)
    if service is None:
        return Toast(key="toast.old_button")
    needed = (*FIELDS, "why") if service.exception else FIELDS
    empty = {name: "form.fault.empty" for name in needed if not answers.get(name, "").strip()}
    if empty:
        return Faults(faults=empty)
    zone = turn.book.desk.zone
    starts = moment(answers["starts"], turn.now, zone)
    ends = moment(answers["ends"], turn.now, zone)
    if starts is None or ends is None or ends <= max(starts, turn.now):
        return Faults(faults={"starts" if starts is None else "ends": "form.fault.when"})
    if not network.in_time(service, starts, turn.now):
        return Faults(faults={"starts": "form.fault.notice_before"})
    said = {name: answers[name].strip() for name in ("what", "todo")}
    told = {**said, "starts": starts, "ends": ends, "clause": service.clause}
    item = news.keep(
        turn, "network", news.ASKED, ticket=number, sudden=service.exception,
        expires_at=ends, by=me(turn).id, **told,
    )  # fmt: skip
    why = answers.get("why", "").strip()
    turn.audit.add(number, TOLD, {**told, "news": item, "exception": why})
    news.send(turn, item)
    facts = {"name": me(turn).first_name, "starts": starts, "count": news.reach(turn)}
    notices.draw_card(turn, ticket)
    notices.to_thread(turn, ticket, "thread.network_told", facts)
    turn.tell("story.network_told", {**facts, "number": number, "clause": service.clause})
    return Done()


def at_opening(book: Policy, ticket: Ticket, words: Words) -> list[tuple[str, dict[str, str]]]:
    """What the receipt of such a case says of it."""
    service = network.service_of(book, ticket)
    if service is None:
        return []
    facts = {"told": service.told[words.language], "clause": service.clause}
    return [("ticket.service_told", facts)]
