"""What an approval consists of is recorded: who gave it, when, and how (S0-13).

The last thing recorded lets the case go back to work, and the client hears it.
"""

from collections.abc import Mapping
from typing import Any

from handlers import notices, papers
from handlers.casework import keep, me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm, Toast
from handlers.wording.readers import words_for
from policy import papers as rules
from policy.ticket import Ticket
from store.turn import Turn
from store.values import StoredFile


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Anotar aprobación*: what came, who gave it, and its number or its file."""
    ticket = the_ticket(turn, code.number, "paper")
    if not rules.to_record(ticket):
        notices.draw_card(turn, ticket)
        return Toast(key="toast.old_button")
    return ShowForm(form="record", meta=view_of(ticket))


def record(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """One thing of one paper, with who, when and how. Raises Refusal for what nobody waits for."""
    ticket = the_ticket(turn, number, "paper")
    paper, _, need = answers.get("what", "").partition("|")
    if (paper, need) not in rules.to_record(ticket):
        return Faults(faults={"what": "form.fault.choose"})
    who, reference = answers.get("who", "").strip(), answers.get("reference", "").strip()
    file = _file(turn, ticket, answers.get("file", ""))
    if not who:
        return Faults(faults={"who": "form.fault.empty"})
    if not reference and file is None:
        return Faults(faults={"reference": "form.fault.proof"})
    proof = {"who": who, "reference": reference, "file": file.name or file.ref if file else ""}
    saved = fulfil(turn, ticket, (paper, need), **proof)
    told = {"name": me(turn).first_name, "need": f"need.{need}", "who": who}
    notices.to_thread(turn, saved, "thread.approval", {**told, "reference": proof["reference"]})
    turn.tell("story.approval", {"number": number, **told})
    return Done()


def fulfil(turn: Turn, ticket: Ticket, what: tuple[str, str], **proof: Any) -> Ticket:
    """One need of one paper is there: kept with its proof, and the client reads what is left."""
    paper, need = what
    saved = keep(
        turn, rules.record(ticket, paper, need), "approval", paper=paper, need=need, **proof
    )
    _tell(turn, ticket, saved, paper, need)
    return saved


def show_hours(turn: Turn, code: TicketCode) -> Receipt:
    """*Anotar horas*: how long, and for which of the papers."""
    ticket = the_ticket(turn, code.number, "paper")
    if not charged(turn, ticket):
        return Toast(key="toast.old_button")
    return ShowForm(form="hours", meta=view_of(ticket))


def hours(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """The time spent, as a number: what is made of it a person decides (D11)."""
    ticket = the_ticket(turn, number, "paper")
    spent = papers.hours_of(answers.get("hours", ""))
    if not spent:
        return Faults(faults={"hours": "form.fault.hours"})
    keys = charged(turn, ticket)
    if answers.get("paper") not in keys:
        return Faults(faults={"paper": "form.fault.choose"})
    papers.count_hours(turn, ticket, answers["paper"], spent)
    facts = {"name": me(turn).first_name, "hours": spent}
    paper = papers.name_of(turn, answers["paper"])
    notices.to_thread(turn, ticket, "thread.hours", {**facts, "paper": paper})
    return Done()


def charged(turn: Turn, ticket: Ticket) -> tuple[str, ...]:
    """The papers put on this case whose charge is the time spent."""
    put = (
        str(row.facts.get("paper"))
        for row in turn.audit.of(ticket.number)
        if row.what == papers.PUT
    )
    return tuple(paper.key for paper in rules.charged_by_hours(turn.book, put))


def _file(turn: Turn, ticket: Ticket, chosen: str) -> StoredFile | None:
    """The attachment chosen, where it is one of this case."""
    found = turn.files.of_ticket(ticket.number)
    return next((file for file in found if str(file.id) == chosen), None)


def _tell(turn: Turn, before: Ticket, saved: Ticket, paper: str, need: str) -> None:
    """What came, and what is still missing or that work goes on; what ends with it, if anything."""
    words = words_for(turn, turn.people.get(saved.requester))
    one = next(one for one in saved.papers if one.paper == paper)
    facts: dict[str, object] = {"need": f"need.{need}"}
    if not one.complete:
        facts["needs"] = papers.needs_in_words(words, one)
        notices.to_client(turn, saved, "ticket.approval_got", facts)
        return
    known = next((each for each in turn.book.papers if each.key == paper), None)
    ends = known.ends_support[words.language] if known and known.ends_support else None
    fell = before.wall is not None and saved.wall is None
    now = papers.work_again(turn, saved) if fell else saved
    running = now.answered_at is None and now.wall is None
    facts |= {"ends": ends, "due": now.promise.due if running else None}
    key = "ticket.approval_complete" if now.wall is None else "ticket.approval_one_more"
    notices.to_client(turn, now, key, facts)
