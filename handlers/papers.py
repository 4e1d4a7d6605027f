"""Papers of a case: a charge is warned of, a notice is sent, an approval is asked for.

The engineer chooses by the paper's plain name; the client reads it with its clause, what it needs
and what is charged. A paper that blocks puts the case behind a wall (`policy.ticket.Ticket.take`).
"""

from collections.abc import Mapping
from typing import Any

from handlers import notices, paper_buttons, promises
from handlers.ask_client import REMIND, remind_of
from handlers.casework import keep, keep_quietly, me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm, Toast
from handlers.wording import Words
from handlers.wording.readers import words_for
from policy import papers
from policy.errors import Refusal
from policy.shapes_papers import Paper
from policy.ticket import Awaited, Step, Ticket
from store.turn import Turn
from store.values import OutboxRow, Person

PUT = paper_buttons.PUT
SENT = "paper"  # what follows when such a letter has left
TOLD = {"charge": "ticket.paper_charge", "notice": "ticket.paper_notice"}
Line = tuple[str, Mapping[str, Any]]


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Avisar un cobro*, *Enviar un aviso*, *Pedir aprobación*: a form with the papers of it."""
    ticket = the_ticket(turn, code.number, "paper")
    if code.verb not in papers.acts(turn.book, ticket):
        notices.draw_card(turn, ticket)
        return Toast(key="toast.old_button")
    return ShowForm(form=code.verb, meta=view_of(ticket))


def put(turn: Turn, number: int, act: str, answers: Mapping[str, str]) -> Receipt:
    """The client reads the paper; where it blocks, the case waits for it and its clock rests."""
    ticket = the_ticket(turn, number, "paper")
    paper = next((p for p in papers.of_act(turn.book, act) if p.key == answers.get("paper")), None)
    if paper is None or act not in papers.acts(turn.book, ticket):
        return Faults(faults={"paper": "form.fault.choose"})
    hours = hours_of(answers.get("hours", ""))
    if hours is None or (paper.limit is not None and hours == 0):
        return Faults(faults={"hours": "form.fault.hours"})
    if papers.over_limit(paper, hours):
        return Faults(faults={"hours": "form.fault.over_limit"})
    finding = answers.get("finding", "").strip()
    if papers.is_proposal(paper) and not finding:
        return Faults(faults={"finding": "form.fault.empty"})
    saved = _kept(turn, papers.put(ticket, paper, turn.now), paper, hours, finding)
    _tell(turn, saved, paper, finding)
    facts = {"name": me(turn).first_name, "paper": paper.label[_house(turn)]}
    notices.to_thread(turn, saved, "thread.paper", facts)
    turn.tell("story.paper", {"number": number, **facts, "clause": paper.clause})
    return Done()


def hours_of(said: str) -> float | None:
    """Hours as a person writes them ("1,5"); 0 for none, None for what is no number of hours."""
    text = said.strip().replace(",", ".")
    if not text:
        return 0.0
    try:
        hours = float(text)
    except ValueError:
        return None
    return hours if 0 < hours < 1000 else None


def sent(turn: Turn, ticket: Ticket, row: OutboxRow) -> None:
    """The letter has left: recorded with its hour; a formal notice fulfils its own need (S0-29)."""
    key = str(row.facts.get("key_of_paper"))
    turn.audit.add(ticket.number, "paper_sent", {"paper": key, "at": row.sent_at or turn.now})
    wanted = (key, papers.SENT) in papers.to_record(ticket)
    if wanted and row.facts.get("formal"):
        done = papers.record(ticket, key, papers.SENT)
        keep_quietly(turn, done, "approval", paper=key, need=papers.SENT)
        if ticket.wall is not None and done.wall is None:
            work_again(turn, turn.tickets.find(ticket.number) or done)


def pressed(turn: Turn, ticket: Ticket, verb: str) -> None:
    """A button under a paper: "paper_ok_<key>" or "paper_talk_<key>". Raises Refusal."""
    _, act, key = verb.split("_", 2)
    deed = {"ok": understood, "talk": talk}.get(act)
    if deed is None or key not in {paper.key for paper in turn.book.papers}:
        raise Refusal("wrong_choice", instead=("list",))
    deed(turn, ticket, key)


def understood(turn: Turn, ticket: Ticket, key: str) -> None:
    """*Entendido*: read, and no more than that."""
    turn.audit.add(ticket.number, "paper_seen", {"paper": key})
    notices.to_thread(turn, ticket, "thread.paper_seen", {"paper": name_of(turn, key)})


def talk(turn: Turn, ticket: Ticket, key: str) -> None:
    """*Hablar con alguien*: who sells answers for charges; the supervisors where nobody does."""
    turn.audit.add(ticket.number, "paper_talk", {"paper": key})
    client = turn.people.get(ticket.requester).name
    facts = {"number": ticket.number, "client": client, "paper": name_of(turn, key)}
    to_commercial(turn, "staff.paper_talk", facts)
    notices.to_thread(turn, ticket, "thread.paper_talk", {"paper": name_of(turn, key)})
    notices.to_client(turn, ticket, "ticket.paper_talk")


def work_again(turn: Turn, ticket: Ticket) -> Ticket:
    """The wall has fallen: back in work where somebody holds it, and the clock goes on."""
    turn.timers.cancel(str(ticket.number), REMIND)
    if not ticket.can(Step.RESUME):
        return ticket
    working = promises.go_on(turn, ticket.take(Step.RESUME, at=turn.now))
    saved = keep(turn, working, "resumed")
    promises.arm(turn, saved)
    return saved


def to_commercial(turn: Turn, key: str, facts: Mapping[str, Any]) -> None:
    """A direct message to whoever sells."""
    sellers: list[Person] = turn.people.staff("sales") or turn.people.staff("supervisor")
    for person in sellers:
        notices.to_staff(turn, person, key, facts)


def at_opening(turn: Turn, ticket: Ticket) -> Ticket:
    """A row of the catalogue may demand papers before any work: they stand from the start."""
    demanded = papers.at_opening(turn.book, ticket.typology)
    for paper in demanded:
        ticket = papers.put(ticket, paper, turn.now)
        turn.audit.add(ticket.number, PUT, {"paper": paper.key, "clause": paper.clause})
    return turn.tickets.save(ticket, quiet=True) if demanded else ticket


def needed(ticket: Ticket, words: Words) -> list[Line]:
    """What the receipt of a new case says of them."""
    return [
        ("ticket.paper_first", {"needs": needs_in_words(words, one), "clause": one.clause})
        for one in ticket.papers
        if one.blocks and not one.complete
    ]


def needs_in_words(words: Words, one: Awaited) -> str:
    """What is still missing: "cotización aprobada; compromiso de pago o pago anticipado"."""
    must = [need for need in one.missing if need in one.needs]
    either = [need for need in one.missing if need not in one.needs]
    told = [words.line(f"need.{need}") for need in must]
    if either:
        told.append(words.line("need.or").join(words.line(f"need.{need}") for need in either))
    return ", ".join(told)


def name_of(turn: Turn, key: str) -> str:
    """The paper's plain name in the desk's language; its key where the pack has lost it."""
    known = next((paper for paper in turn.book.papers if paper.key == key), None)
    return known.label[_house(turn)] if known else key


def _kept(turn: Turn, ticket: Ticket, paper: Paper, hours: float, finding: str) -> Ticket:
    """The change with its audit row, which keeps what the client reads, word by word."""
    written = paper.text[words_for(turn, turn.people.get(ticket.requester)).language]
    facts = {"paper": paper.key, "clause": paper.clause, "text": written, "finding": finding}
    if hours and paper.charge == "hours":
        count_hours(turn, ticket, paper.key, hours)
    if hours and paper.charge == "quoted":
        facts["hours"] = f"{hours:g}"
    wall = ticket.wall
    if wall is None or paper.key != wall.paper:
        return keep(turn, ticket, PUT, **facts)
    waiting = promises.rest(turn, ticket.take(Step.ASK, at=turn.now), "approval")
    saved = keep(turn, waiting, PUT, **facts)
    remind_of(turn, saved, needs_in_words(words_for(turn, turn.people.get(ticket.requester)), wall))
    return saved


def count_hours(turn: Turn, ticket: Ticket, paper: str, hours: float) -> None:
    """Time spent on what may be charged: a fact and a figure; the charge is a person's (D11)."""
    turn.audit.add(ticket.number, "hours", {"paper": paper, "hours": f"{hours:g}"})
    turn.measures.add(
        "chargeable",
        ticket.number,
        seconds=round(hours * 3600),
        person=me(turn).id,
        facts={"paper": paper},
    )


def _tell(turn: Turn, ticket: Ticket, paper: Paper, finding: str) -> None:
    """The person of the case reads it; what another of the institution decides, without its sum."""
    client = turn.people.get(ticket.requester)
    need = paper_buttons.wanted(turn, ticket, paper.key)
    mine = need is None or paper_buttons.decides(turn, client, need)
    facts = told(turn, ticket, paper, finding if mine else "", client)
    if not mine:
        facts["below"].append(["ticket.deal_elsewhere", {}])
    ways = paper_buttons.ways(turn, ticket, paper, client)
    notices.to_client(turn, ticket, key_of(paper), facts, ways, on_sent=SENT)
    if not mine:
        to_deciders(turn, ticket, paper, client)
    if is_sold(paper):
        about = {"number": ticket.number, "client": client.name, "paper": paper.label[_house(turn)]}
        to_commercial(turn, "staff.paper_asked", {**about, "clause": paper.clause})


def told(turn: Turn, ticket: Ticket, paper: Paper, finding: str, reader: Person) -> dict[str, Any]:
    """What the letter about a paper says, in its reader's language."""
    words = words_for(turn, reader)
    mine = next((one for one in ticket.papers if one.paper == paper.key), None)
    return {
        "number": ticket.number,
        "paper": paper.label[words.language],
        "text": paper.text[words.language],
        "clause": paper.clause,
        "key_of_paper": paper.key,
        "formal": paper.kind == "notice",
        "below": [[key, dict(more)] for key, more in below(paper, mine, finding, words)],
    }


def to_deciders(turn: Turn, ticket: Ticket, paper: Paper, asker: Person) -> int:
    """The paper, whole, to whoever administers the account; how many chats it went to."""
    finding, reached = found(turn, ticket, paper.key), 0
    for admin in paper_buttons.admins(turn, asker):
        facts = told(turn, ticket, paper, finding, admin)
        choices = paper_buttons.ways(turn, ticket, paper, admin)
        reached += paper_buttons.to_chats(turn, admin, key_of(paper), facts, choices)
    return reached


def found(turn: Turn, ticket: Ticket, key: str) -> str:
    """What was written when the paper was last put: the sum of a quote, what was found."""
    put = (row for row in reversed(turn.audit.of(ticket.number)) if row.what == PUT)
    return next((str(r.facts.get("finding", "")) for r in put if r.facts.get("paper") == key), "")


def is_sold(paper: Paper) -> bool:
    """Whether whoever sells is told of it."""
    return bool(set(paper.tells) & {"commercial", "account_manager"})


def key_of(paper: Paper) -> str:
    """The sentence that a paper is told in."""
    if papers.is_proposal(paper):
        return "ticket.paper_proposal"
    return TOLD.get(paper.kind, "ticket.paper_approval")


def below(paper: Paper, mine: Awaited | None, finding: str, words: Words) -> list[Line]:
    """What was found, what is needed and by whose hand, and what is charged and what is not."""
    lines: list[Line] = [("ticket.paper_finding", {"finding": finding})] if finding else []
    if mine is not None and not mine.complete and set(mine.missing) != {papers.SENT}:
        key = "ticket.paper_needs" if paper.blocks else "ticket.paper_needs_beside"
        signed = None
        if paper.signed_by != "nobody":
            signed = words.line(f"signed.{paper.signed_by}")
        facts = {"needs": needs_in_words(words, mine), "limit": paper.limit, "signed": signed}
        lines.append((key, facts))
    if paper.charge != "none":
        lines.append((f"ticket.charge_{paper.charge}", {}))
    return lines


def _house(turn: Turn) -> str:
    return turn.book.desk.languages[0]
