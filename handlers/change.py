"""A change at the desk: judged by every criterion, answered formally, then its stages."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import mine, notices, promises, resolve
from handlers.ask_client import go_on, remind_of
from handlers.casework import keep, keep_quietly, me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from handlers.visit import Visit, talk_button
from handlers.wording.readers import words_for
from policy import changes
from policy.errors import Refusal
from policy.shapes_papers import Change, Outcome, Stage
from policy.ticket import State, Step, Ticket
from store.turn import Turn
from store.values import Button

DONE = "done-"  # a field of the stage's form: an old form names a stage that is no longer next
ACTS = {"evaluate": "decide", "stage": "resolve"}


def steps(turn: Turn, ticket: Ticket) -> tuple[str, ...]:
    """What a card offers while somebody works on the case: judging it, or its next stage."""
    change = changes.of(turn.book, ticket)
    if change is None or ticket.state not in (State.TAKEN, State.WAITING):
        return ()
    if not changes.is_decided(ticket.details):
        return ("evaluate",)
    return ("stage",) if changes.next_stage(change, ticket.details) else ()


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Evaluar* or *Terminar etapa*: its form, for the case as it stands."""
    ticket = the_ticket(turn, code.number, ACTS[code.verb])
    if code.verb not in steps(turn, ticket):
        raise _wrong(ticket, code.verb)
    return ShowForm(form=code.verb, meta=view_of(ticket))


def evaluate(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """Every criterion recorded, and the formal answer told with its reason (S3-15..20)."""
    ticket = the_ticket(turn, number, "decide")
    change = changes.of(turn.book, ticket)
    if change is None or "evaluate" not in steps(turn, ticket):
        raise _wrong(ticket, "evaluate")
    said = {one.key: answers.get(one.key, "").strip() for one in change.criteria}
    chosen = changes.outcome(change, answers.get("outcome"))
    reason = answers.get("reason", "").strip()
    faults = {key: "form.fault.empty" for key, text in said.items() if not text}
    if chosen is None:
        faults["outcome"] = "form.fault.choose"
    if not reason:
        faults["reason"] = "form.fault.empty"
    if faults or chosen is None:
        return Faults(faults=faults)
    facts = {"outcome": chosen.key, "reason": reason, "criteria": said}
    saved = _answered(turn, ticket, chosen, reason, facts)
    _tell(turn, saved, change, chosen, reason)
    told = {"name": me(turn).first_name, "outcome": chosen.label[_house(turn)], "reason": reason}
    notices.to_thread(turn, saved, "thread.evaluated", told)
    turn.tell("story.evaluated", {"number": number, **told})
    return Done()


def finish(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """One stage carried out, in order; the last one tells what changed (S3-21..26)."""
    ticket = the_ticket(turn, number, "resolve")
    change = changes.of(turn.book, ticket)
    stage = changes.next_stage(change, ticket.details) if change else None
    if change is None or stage is None or "stage" not in steps(turn, ticket):
        raise _wrong(ticket, "stage")
    field = f"{DONE}{stage.key}"
    if field not in answers:
        raise Refusal("stage_order", number=number)
    done = answers[field].strip()
    judged = changes.is_approved_of(change, stage)
    if not done:
        return Faults(faults={field: "form.fault.empty"})
    if judged and answers.get("approved") not in ("yes", "no"):
        return Faults(faults={"approved": "form.fault.choose"})
    good = not judged or answers["approved"] == "yes"
    details = changes.finish(change, ticket.details, stage.key, good=good)
    facts = {"stage": stage.key, "text": done, "good": good}
    changed = replace(ticket, details=details)
    saved = keep_quietly(turn, changed, "stage" if good else "stage_failed", **facts)
    _stage_told(turn, saved, change, stage, done, good=good)
    left = changes.next_stage(change, details)
    if left is not None:
        return Done()
    _tell_affected(turn, saved, done, everybody=answers.get("everybody", "") == "yes")
    return resolve.resolve(turn, number, done)


def again(visit: Visit, ticket: Ticket) -> None:
    """*Enviar de nuevo*: a rejected change is judged once more, with what the client adds."""
    if ticket.details.get(changes.STATUS) != "rejected" or not ticket.is_open:
        mine.show(visit, ticket)
        return
    changed = replace(ticket, details={**ticket.details, changes.STATUS: changes.AGAIN})
    keep_quietly(visit.turn, changed, "change_again")
    notices.to_thread(visit.turn, ticket, "thread.change_again", {"client": visit.person.name})
    mine.focus(visit, ticket)
    visit.say("ticket.change_again", {"number": ticket.number}, ticket=ticket.number)


def _answered(
    turn: Turn, ticket: Ticket, chosen: Outcome, reason: str, facts: Mapping[str, object]
) -> Ticket:
    """The case with its answer; what needs more information waits for the client (S3-20)."""
    details = {**ticket.details, changes.STATUS: chosen.key}
    if chosen.key == changes.MORE:
        waiting = promises.rest(turn, ticket.take(Step.ASK, at=turn.now), "asked")
        saved = keep(turn, replace(waiting, details=details), "evaluated", **facts)
        remind_of(turn, saved, reason)
        return saved
    free = go_on(turn, ticket) if ticket.state is State.WAITING else ticket
    return keep(turn, replace(free, details=details), "evaluated", **facts)


def _tell(turn: Turn, ticket: Ticket, change: Change, chosen: Outcome, reason: str) -> None:
    """The formal answer in the pack's words, its reason, and what comes next."""
    language = words_for(turn, turn.people.get(ticket.requester)).language
    going = chosen.key == changes.APPROVED
    stages = " ▸ ".join(f"{n} {one.label[language]}" for n, one in enumerate(change.stages, 1))
    facts = {
        "label": chosen.label[language],
        "text": chosen.text[language],
        "reason": reason,
        "stages": stages if going else None,
        "clause": chosen.clause,
    }
    ways = _ways(ticket, chosen)
    notices.to_client(turn, ticket, "ticket.change_answer", facts, ways, on_sent="answer")


def _ways(ticket: Ticket, chosen: Outcome) -> list[Button]:
    if chosen.key == changes.APPROVED:
        return [notices.step_button("history", ticket, "label.see_history")]
    if chosen.key == changes.MORE:
        return [
            notices.step_button("not_now", ticket, "label.not_now"),
            notices.step_button("dont_understand", ticket, "label.dont_understand"),
        ]
    return [
        notices.step_button("change_again", ticket, "label.change_again"),
        notices.step_button("withdraw", ticket, "label.withdraw"),
        talk_button("person", "label.person"),
    ]


def _stage_told(
    turn: Turn, ticket: Ticket, change: Change, stage: Stage, done: str, *, good: bool
) -> None:
    """The thread hears every stage, the client those that were finished but for the last."""
    n, total = changes.number_of(change, stage), len(change.stages)
    name = {"name": me(turn).first_name, "stage": stage.label[_house(turn)], "text": done}
    key = "thread.stage" if good else "thread.stage_failed"
    notices.to_thread(turn, ticket, key, {**name, "n": n, "total": total})
    following = changes.next_stage(change, ticket.details)
    turn.tell("story.stage", {"number": ticket.number, "n": n, "total": total})
    if not good or following is None:
        return
    language = words_for(turn, turn.people.get(ticket.requester)).language
    facts = {"stage": stage.label[language], "next": following.label[language]}
    ways = [notices.step_button("history", ticket, "label.see_history")]
    notices.to_client(turn, ticket, "ticket.change_stage", {**facts, "n": n, "total": total}, ways)


def _tell_affected(turn: Turn, ticket: Ticket, done: str, *, everybody: bool) -> None:
    """What changed, to who follows the case, and to the whole institution where asked (S3-26)."""
    facts = {"number": ticket.number, "text": done}
    notices.to_watchers(turn, ticket, "ticket.change_live", facts)
    if not everybody:
        return
    told = {ticket.requester, *(person for person, _ in turn.tickets.watchers(ticket.number))}
    for person in turn.people.of_organisation(ticket.organisation):
        if person.id in told:
            continue
        for bound in turn.people.bound(person.id):
            if bound.chat and not bound.blocked:
                notices.to_bound(turn, person, bound, "ticket.change_live", facts)


def _wrong(ticket: Ticket, step: str) -> Refusal:
    return Refusal("wrong_state", number=ticket.number, state=str(ticket.state), step=step)


def _house(turn: Turn) -> str:
    return turn.book.desk.languages[0]
