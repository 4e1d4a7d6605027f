"""A case is opened: entitled, judged, promised, on the card, and told to the client."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers import (
    change_terms,
    contract,
    network,
    notices,
    papers,
    patient_safety,
    promises,
    reactivation,
)
from handlers.conversation import change_form, checks, open_ticket_form, pauses, summary
from handlers.conversation.form import UNKNOWN
from handlers.receipt import receipt
from handlers.visit import Visit
from kb.reading import Reading
from kb.secrets import mask_documents
from policy import closing, priority, sla
from policy.errors import Refusal
from policy.pack import Policy
from policy.priority import Judgement
from policy.ticket import Promise, State, Ticket
from store.values import Organisation

DETAILS = (
    *("place", "device", "scope", "stopped", "what", "since"),
    *("study", "error", "spot", "since_part"),
    *("maybe_same", checks.IT, checks.WHERE),
)
IMPACT = {"one": "low", "several": "medium", "all": "high"}


def send(visit: Visit, read: Reading | None = None, /, **more: Any) -> Ticket | None:
    """File what the conversation gathered; `read` is the message of this very turn, where the story
    is in it. None when the contract refuses: the draft is kept."""
    answers = open_ticket_form.settled(visit.turn.book, {**visit.here.answers, **more})
    try:
        contract.allows(visit, answers)
    except Refusal as refusal:
        reactivation.refused(visit, refusal, answers)
        return None
    ticket = _file(visit, answers, read)
    pauses.end(visit)
    tell(visit, ticket)
    return ticket


def let_through(visit: Visit, answers: Mapping[str, Any], files: Sequence[int]) -> Ticket:
    """File what a supervisor, or the clock in their place, lets through; no gate is asked.

    A conversation that is under way in the chat goes on as it stands.
    """
    own = visit.here.memory.get("files")
    visit.remember(files=list(files) or None)
    ticket = _file(visit, open_ticket_form.settled(visit.turn.book, answers))
    visit.remember(files=own)
    return ticket


def judge(policy: Policy, answers: Mapping[str, Any]) -> Judgement:
    """Priority by catalogue, matrix and what the client answered (D1)."""
    scope = open_ticket_form.scope_of(answers)
    urgency = "high" if answers.get("stopped") else None
    impact = IMPACT[scope] if scope else None
    if impact and urgency is None:
        urgency = {"low": "low", "medium": "medium", "high": "medium"}[impact]
    return priority.decide(policy, answers.get("typology"), impact, urgency)


def tell(visit: Visit, ticket: Ticket, *, above: str = "") -> None:
    """The receipt: number, priority, hour, where it comes from, and when the desk is closed."""
    key, facts, buttons = receipt(visit, ticket)
    if above:
        visit.above(above)
    needed = papers.needed(ticket, visit.words)
    terms = change_terms.at_opening(visit.turn.book, ticket, visit.words)
    service = network.at_opening(visit.turn.book, ticket, visit.words)
    below = [[line, dict(more)] for line, more in (*terms, *needed, *service)]
    told = {**facts, "below": below} if below else facts
    visit.say(key, told, buttons, ticket=ticket.number, stays=True)


def _file(visit: Visit, answers: Mapping[str, Any], read: Reading | None = None) -> Ticket:
    turn = visit.turn
    policy = turn.book
    organisation = visit.organisation
    judged = judge(policy, answers)
    told = _text(answers)
    promise = _promise(visit, organisation, judged.priority, answers)
    ticket = turn.tickets.add(
        organisation=organisation.id,
        requester=visit.person.id,
        conversation=visit.here.id,
        state=State.NEW,
        kind=str(answers.get("kind") or "incident"),
        category=answers.get("category"),
        typology=answers.get("typology"),
        priority=judged.priority,
        because=judged.because,
        subject=mask_documents(summary.subject(policy, answers, policy.desk.languages[0])),
        text=change_form.written(policy, answers) or told,
        details=_details(answers) | _risk(policy, answers, told, read),
        impact=IMPACT.get(str(answers.get("scope"))),
        urgency="high" if answers.get("stopped") else None,
        promise=promise,
        waits=closing.waits(policy, judged.priority),
        pack=policy.name,
        digest=policy.digest,
        opened_at=turn.now,
        since=turn.now,
        linked_to=answers.get("linked"),
        wants_person=bool(answers.get("wants_person")),
    )
    _follow(visit, ticket)
    return papers.at_opening(turn, ticket)


def _promise(
    visit: Visit, organisation: Organisation, key: str, answers: Mapping[str, Any]
) -> Promise:
    return sla.promise(
        visit.turn.book,
        organisation.plan,
        organisation.country,
        key,
        visit.turn.now,
        hybrid=organisation.hybrid,
        typology=answers.get("typology"),
    )


def _follow(visit: Visit, ticket: Ticket) -> None:
    """Everything that goes with a new case: its story, files, alarms, card and strip."""
    turn = visit.turn
    memory = visit.here.memory
    turn.audit.add(
        ticket.number, "opened", {"priority": ticket.priority, "because": ticket.because}
    )
    turn.measures.add("opened", ticket.number, facts={"category": ticket.category})
    files = [int(f) for f in memory.get("files", ())]
    turn.files.attach(files, ticket.number)
    promises.arm_new(turn, ticket)
    notices.draw_card(turn, ticket, first=True)
    patient_safety.told(turn, ticket)
    if files or len(ticket.text) > summary.SUBJECT_LENGTH:
        text = mask_documents(ticket.text)
        facts = {"author": visit.person.name, "channel": visit.here.channel, "text": text}
        notices.to_thread(turn, ticket, "thread.client_wrote", facts, kind="relay", files=files)
    turn.tell(
        "story.opened",
        {
            "name": visit.person.first_name,
            "number": ticket.number,
            "priority": ticket.priority,
            "because": f"because.{ticket.because}",
            "due": ticket.promise.due,
            "clause": ticket.promise.clause,
        },
    )


def _text(answers: Mapping[str, Any]) -> str:
    """What was told, once; empty where there were only files and "I cannot say"."""
    said = [str(answers.get(name) or "") for name in ("text", "detail")]
    said = [part for part in said if part and part != UNKNOWN]
    once = said[:1] if len(set(said)) < 2 or said[0] in said[1] else said
    return "\n".join([*once, *filter(None, [str(answers.get("notes") or "")])])


def _risk(
    policy: Policy, answers: Mapping[str, Any], told: str, read: Reading | None
) -> dict[str, str]:
    """What the words show to be at risk for a patient, be it told first or last."""
    entry = policy.entry(answers.get("typology"))
    kind = patient_safety.of_words(policy, told, entry.risk if entry else "", read)
    return {patient_safety.RISK: kind} if kind else {}


def _details(answers: Mapping[str, Any]) -> dict[str, str]:
    """What the conversation learnt, as plain values; the card words them on the day it is drawn."""
    kept = {k: str(answers[k]) for k in filter(answers.get, DETAILS)}
    own = (checks.CHECK, change_form.FIELD)
    kept |= {k: str(v) for k, v in answers.items() if k.startswith(own)}
    moments = {k: answers.get(k) for k in ("since_at", "since_day")}
    return kept | {k: at.isoformat() for k, at in moments.items() if isinstance(at, datetime)}
