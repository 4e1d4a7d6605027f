"""A patient at risk: the case is open at once, with what not to do meanwhile and the guide.

No gate is asked and no question either: what the contract says of it is settled afterwards. The
guide helps, and the case stays open whatever is said of it.
"""

from dataclasses import replace

from handlers import guide_record, mine, notices, open_ticket
from handlers.casework import keep_quietly
from handlers.conversation import intake, pauses
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from policy.ticket import Ticket

CASE = "safety_case"  # in the memory: the number of the case that goes with the guide


def concerns(visit: Visit, reading: Reading) -> bool:
    """Whether these words come before everything else that this desk would say."""
    return bool(reading.risk) and visit.turn.book.patient_safety


def take(visit: Visit, reading: Reading) -> None:
    """The case, with whatever was told before, and the guide for it where there is one."""
    memory = visit.here.memory
    before = {**dict(memory.get("story") or {}), **visit.here.answers}
    found = intake.slots_of(visit, reading)
    earlier = str(before.get("detail") or before.get("text") or "")
    said = "\n".join(dict.fromkeys(filter(None, (earlier, reading.stored))))
    files = [int(one) for one in memory.get("files", ())]
    offered = list(memory.get("offered", ()))
    answers = {**before, **found, "text": said, "detail": said}
    ticket = open_ticket.let_through(visit, answers, files)
    article = reading.decision.article
    pauses.end(visit, draft=visit.here.draft)
    mine.focus(visit, ticket)
    if article is None or article in offered or reading.decision.label != "misuse":
        open_ticket.tell(visit, ticket, above="article.risk_meanwhile")
        return
    _guide(visit, ticket, reading, article)


def case_of(visit: Visit) -> Ticket | None:
    """The open case that goes with the guide that was shown last."""
    number = visit.here.memory.get(CASE)
    ticket = visit.turn.tickets.find(int(number)) if number else None
    return ticket if ticket is not None and ticket.is_open else None


def answered(visit: Visit, ticket: Ticket, answer: str) -> None:
    """What the person makes of the guide is kept for the engineer; the case stays open."""
    guide_record.answered(visit, answer, ticket=ticket.number)
    visit.remember(article=None, **{CASE: None})
    if answer == "person":
        keep_quietly(visit.turn, replace(ticket, wants_person=True), "wants_person")
    else:
        facts = {"client": visit.person.first_name}
        notices.to_thread(visit.turn, ticket, f"thread.risk_{answer}", facts)
    mine.focus(visit, ticket)
    facts = {"number": ticket.number}
    visit.say(f"article.risk_{answer}", facts, ticket=ticket.number, stays=True)


def _guide(visit: Visit, ticket: Ticket, reading: Reading, article: str) -> None:
    decision = reading.decision
    visit.remember(
        offered=[article],
        article=article,
        article_typology=decision.typology,
        story={"text": reading.stored},
        **{CASE: ticket.number},
    )
    promise = ticket.promise
    visit.owe("article.risk_meanwhile")
    visit.owe("article.risk_filed", number=ticket.number, due=promise.due, clause=promise.clause)
    choices = [
        talk_button("helped", "label.helped", style="primary"),
        talk_button("not_it", "label.not_it"),
        talk_button("person", "label.person"),
    ]
    facts = {"article": article, "number": ticket.number}
    visit.say("article.risk_body", facts, choices, kind="article", ticket=ticket.number, stays=True)
    guide_record.offered(visit, reading, "safety", ticket=ticket.number)
