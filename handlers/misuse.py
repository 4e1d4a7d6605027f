"""What was explained once: the guide again and no case, with an appeal to a supervisor (S0-58, D6).

It never stands between a person and a real fault, another topic, or a patient's safety; what the
person writes in an appeal is read for such signs before anybody else sees it.
"""

from typing import Any

from handlers import contract, open_ticket, reactivation, reviews
from handlers.conversation import intake, open_ticket_form, pauses
from handlers.conversation.open_ticket_form import GUIDED
from handlers.inbound import Done, Receipt
from handlers.lateness import Cue
from handlers.visit import Visit, talk_button
from kb.reading import Reading
from policy import entitlement
from policy.errors import Refusal
from policy.ticket import Ticket
from store.turn import Turn
from store.values import Button, Review, Timer

FORM = "appeal"
AGAIN = "again"  # in the memory: the guide was named instead of offered
OPENED = {"once": "article.appeal_granted", "cleared": "article.appeal_cleared"}


def again(visit: Visit, reading: Reading) -> bool:
    """The guide in place of a case, where this topic was explained to this person before."""
    decision = reading.decision
    if decision.verdict == "none" or not decision.article or not decision.typology:
        return False
    if reading.stopped or reading.real or not contract.is_struck(visit, decision.typology):
        return False
    story = {**intake.slots_of(visit, reading), "text": reading.stored}
    article, typology = decision.article, decision.typology
    known = {"story": story, "article": article, "article_typology": typology, AGAIN: True}
    visit.remember(**known)
    visit.say(
        "article.again", {"name": visit.person.first_name, "clause": _clause(visit.turn)}, ways()
    )
    facts = {"person": visit.person.id, "typology": typology, "article": article}
    visit.turn.audit.add(None, "guided_again", facts)
    told = {"name": visit.person.first_name, "clause": _clause(visit.turn)}
    visit.turn.tell("story.guided_again", told)
    return True


def ways() -> list[Button]:
    """What there is instead of a case."""
    return [
        talk_button("guide", "label.see_guide"),
        talk_button("something_else", "label.something_else"),
        talk_button("appeal", "label.ask_review"),
    ]


def answers() -> list[Button]:
    """What can be said of a guide that is the way."""
    return [
        talk_button("helped", "label.helped", style="primary"),
        talk_button("something_else", "label.something_else"),
        talk_button("appeal", "label.ask_review"),
    ]


def is_about(visit: Visit, article: str) -> bool:
    """Whether this guide is the way for what the person has just told."""
    memory = visit.here.memory
    if memory.get(AGAIN) and memory.get("article") == article:
        return True
    return visit.here.draft.get("refused") == contract.MISUSE


def appeal(visit: Visit) -> None:
    """*Pedir revisión*: one sentence why the guide is not enough."""
    if visit.here.form == open_ticket_form.NAME:
        intake.again(visit)  # an old button: what is being told goes on
        return
    story = _story(visit)
    if not story:
        menu = [talk_button("new", "label.new_case"), talk_button("list", "label.my_cases")]
        visit.say("talk.nothing_pending", {"name": visit.person.first_name}, menu)
        return
    pending = [r for r in _open_of(visit) if r.about == story.get("typology")]
    if pending:
        visit.say("article.appeal_pending", {"due": pending[0].due_at}, stays=True)
        return
    refused = visit.here.draft.get("refused") == contract.MISUSE
    visit.save(form=FORM, asked="why", answers=story, draft={} if refused else visit.here.draft)
    pauses.wait_a_day(visit)
    visit.say("article.why", {}, _ways_out())


def heard(visit: Visit, reading: Reading) -> None:
    """The sentence: a sign of a real fault opens the case at once; the rest a supervisor reads."""
    if not reading.text.strip() or reading.emoji_only:
        visit.say("article.why", {}, _ways_out())
        return
    story = dict(visit.here.answers)
    if _is_fault(reading):
        told = "\n".join(filter(None, (str(story.get("text") or ""), reading.stored)))
        blank = {"typology": None, "category": None, GUIDED: None, "text": told, "detail": told}
        visit.turn.audit.add(None, "appeal_is_fault", {"person": visit.person.id})
        visit.above("article.appeal_fault")
        open_ticket.send(visit, **{**story, **blank, **_facts_of_fault(visit, reading)})
        return
    put(visit, story, reading.stored)


def put(visit: Visit, story: dict[str, Any], why: str) -> None:
    """The appeal, with its deadline told."""
    turn = visit.turn
    files = [int(file) for file in visit.here.memory.get("files", ())]
    due = entitlement.appeal_by(turn.book, turn.now)
    told = {"answers": story, "files": files, "why": why}
    half = entitlement.appeal_by(turn.book, turn.now, part=0.5)
    review = reviews.put(visit, reviews.APPEAL, str(story.get("typology")), told, due, half)
    _ask(turn, review, "staff.appeal_asked")
    pauses.end(visit, draft=visit.here.draft)
    visit.say("article.appeal_sent", {"due": due}, stays=True)
    turn.tell("story.appealed", {"name": visit.person.first_name, "due": due})


def concerns(visit: Visit, known: dict[str, Any]) -> bool:
    """Whether asking for a person is an appeal: the topic goes by its guide."""
    return contract.is_remembered(visit, known)


def let_through(turn: Turn, review: Review, outcome: str) -> Receipt:
    """Once, or from now on: the case is filed as it was told."""
    if outcome == "cleared":
        turn.strikes.drop(review.person, review.about)
    ticket = _filed(turn, review, OPENED[outcome])
    reviews.settle(turn, review, outcome, ticket=ticket.number if ticket else None)
    return Done()


def upheld(turn: Turn, review: Review, reason: str) -> Receipt:
    """The guide is the way; the client reads who looked at it, and what they say."""
    reviews.settle(turn, review, "upheld", reason)
    visit = pauses.visit_of(turn, review.conversation)
    if visit is not None and visit.person.active:
        who = turn.people.get(turn.actor.person).first_name if turn.actor else ""
        article = turn.book.typology(review.about).article or ""
        guide = talk_button("guide", "label.see_guide", article)
        choices = [guide, talk_button("person", "label.person")]
        facts = {"supervisor": who, "reason": reason}
        visit.say("article.appeal_denied", facts, choices, stays=True)
    return Done()


def remind(turn: Turn, review: Review, timer: Timer) -> None:
    """Half of the time is over."""
    _ask(turn, review, "staff.appeal_reminder", Cue(timer.due_at, until=review.due_at))


def lapsed(turn: Turn, review: Review) -> None:
    """Nobody answered in time: it is let through once, and both sides are told (D6)."""
    ticket = _filed(turn, review, "article.appeal_lapsed")
    reviews.settle(turn, review, "lapsed", ticket=ticket.number if ticket else None)
    if ticket is not None:
        facts = {**reviews.facts_of(turn, review), "number": ticket.number}
        reviews.to_supervisors(turn, "staff.appeal_lapsed", facts)


def explained(turn: Turn, ticket: Ticket, typology: str) -> bool:
    """An engineer found that it was a matter of use: remembered like an accepted guide."""
    if not entitlement.remembers(turn.book, typology):
        return False
    article = turn.book.typology(typology).article or ""
    turn.strikes.add(ticket.requester, typology, article)
    turn.audit.add(ticket.number, "misuse", {"typology": typology, "article": article})
    return True


def _filed(turn: Turn, review: Review, above: str) -> Ticket | None:
    """The case; None where the contract refuses by now, which the client is told."""
    visit = pauses.visit_of(turn, review.conversation)
    if visit is None or not visit.person.active:
        return None
    story = dict(review.told.get("answers", {}))
    try:
        contract.allows(visit, {**story, GUIDED: None})
    except Refusal as refusal:
        reactivation.refused(visit, refusal, {**story, GUIDED: None})
        return None
    ticket = open_ticket.let_through(visit, story, reviews.files_of(review))
    visit.above(above)
    open_ticket.tell(visit, ticket)
    return ticket


def _ask(turn: Turn, review: Review, key: str, cue: Cue | None = None) -> None:
    choices = [
        reviews.button("rv_once", review, "primary"),
        reviews.button("rv_uphold", review),
        reviews.button("rv_clear", review),
    ]
    topic = turn.book.typology(review.about).name[turn.book.desk.languages[0]]
    facts = {**reviews.facts_of(turn, review), "topic": topic}
    reviews.to_supervisors(turn, key, facts, choices, cue)


def _story(visit: Visit) -> dict[str, Any]:
    """What is appealed: the words just read, or the draft that was refused."""
    memory, draft = visit.here.memory, visit.here.draft
    if memory.get(AGAIN):
        return dict(memory.get("story") or {})
    return dict(draft.get("answers", {})) if draft.get("refused") == contract.MISUSE else {}


def _is_fault(reading: Reading) -> bool:
    decision = reading.decision
    known = decision.label == "incident" and decision.typology is not None
    return reading.stopped or reading.real or known


def _facts_of_fault(visit: Visit, reading: Reading) -> dict[str, Any]:
    """What the sentence itself says, with its own topic if it names one."""
    found = intake.slots_of(visit, reading)
    if reading.decision.label == "misuse":
        found = {k: v for k, v in found.items() if k not in ("typology", "category", GUIDED)}
    return {k: v for k, v in found.items() if k != "detail"}


def _open_of(visit: Visit) -> list[Review]:
    return visit.turn.reviews.open_of(visit.person.id, reviews.APPEAL)


def _clause(turn: Turn) -> str:
    return turn.book.misuse.clause if turn.book.misuse else ""


def _ways_out() -> list[Button]:
    return [talk_button("back", "label.back"), talk_button("exit", "label.exit")]
