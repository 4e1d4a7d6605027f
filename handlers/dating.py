"""A date that an engineer gives a case, told to the client: estimated, longer, agreed, a visit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers import notices, promises
from handlers.casework import keep, me, pressed_ticket, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.inbound import Done, Faults, Receipt, ShowForm
from handlers.lateness import Cue
from handlers.moments import moment
from policy import acts, sla
from policy.shapes_clocks import Dating
from policy.ticket import Step, Ticket
from store.turn import Turn
from store.values import Timer

RESOLUTION, VISIT = "date.resolution", "date.visit"  # timers: the date has come
KEPT = {"resolution": "date_resolution", "visit": acts.VISIT}  # among a ticket's details


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Dar una fecha*: which kind, when, and why."""
    ticket = pressed_ticket(turn, code, "ask", Step.ESCALATE)
    return ShowForm(form="date", meta=view_of(ticket))


def give(turn: Turn, number: int, kind: str, when: str, reason: str) -> Receipt:
    """The date is kept with the case and told to the client; only one to come is one."""
    ticket = the_ticket(turn, number, "ask")
    found = acts.datings(turn.book, ticket)
    dating = next((d for d in found if d.kind == kind or len(found) == 1), None)
    if dating is None:
        return Faults(faults={"kind": "form.fault.choose"})
    at = moment(when, turn.now, turn.book.desk.zone)
    if at is None or at <= turn.now:
        return Faults(faults={"when": "form.fault.when"})
    fault = GIVEN[dating.kind](turn, ticket, dating, at, reason.strip())
    return Faults(faults=fault) if fault else Done()


def reached(turn: Turn, ticket: Ticket, timer: Timer) -> None:
    """The hour that the client was told has come: whoever has the case hears of it."""
    at = timer.facts["at"]
    told = ticket.details.get(timer.facts["kept"])
    if told is None or datetime.fromisoformat(told) != at:
        return
    facts = {"at": at, "subject": ticket.subject, "what": f"dated.{timer.facts['kept']}"}
    cue = Cue(timer.due_at)
    notices.to_holder(turn, ticket, "staff.date_reached", facts, cue=cue)
    notices.to_thread(turn, ticket, "thread.date_reached", facts, cue=cue)
    turn.audit.add(ticket.number, "date_reached", {"kept": timer.facts["kept"]})


def _noted(turn: Turn, ticket: Ticket, dating: Dating, at: datetime, reason: str) -> dict[str, str]:
    """An estimate of when it will be done (S3-09), or the hour of a visit: no promise depends on
    it, and a newer date takes the place of an older one."""
    name = KEPT[dating.kind]
    dated = replace(ticket, details={**ticket.details, name: at.isoformat()})
    saved = keep(turn, dated, "dated", kind=dating.kind, at=at, reason=reason)
    timer = RESOLUTION if dating.kind == "resolution" else VISIT
    turn.timers.set(timer, str(saved.number), at, facts={"at": at, "kept": name})
    _tell(turn, saved, dating, {"at": at, "reason": reason})
    return {}


def _extended(
    turn: Turn, ticket: Ticket, dating: Dating, at: datetime, reason: str
) -> dict[str, str]:
    """A request's estimated time grows, before it has run out, with notice (S1-26)."""
    before = ticket.promise.due
    if before is None or before <= turn.now or at <= before:
        return {"when": "form.fault.not_longer"}
    if not reason:
        return {"reason": "form.fault.empty"}
    longer = replace(ticket, promise=sla.extended(ticket.promise, at, ticket.pauses))
    saved = keep(turn, longer, "extended", before=before, due=longer.promise.due, reason=reason)
    promises.arm(turn, saved)
    seconds = (longer.promise.seconds or 0) - (ticket.promise.seconds or 0)
    turn.measures.add("extended", saved.number, seconds=seconds, person=me(turn).id)
    _tell(turn, saved, dating, {"at": at, "before": before, "reason": reason})
    return {}


def _agreed(
    turn: Turn, ticket: Ticket, dating: Dating, at: datetime, reason: str
) -> dict[str, str]:
    """Planned work gets the hour that both sides agreed on (S1-58); the alarms watch over it."""
    promise = sla.agreed(ticket.promise, at, turn.now, dating.clause)
    saved = keep(turn, replace(ticket, promise=promise), "dated", kind="agreed", at=at)
    promises.arm(turn, saved)
    _tell(turn, saved, dating, {"at": at, "reason": reason})
    return {}


def _tell(turn: Turn, ticket: Ticket, dating: Dating, facts: dict[str, Any]) -> None:
    told = {**facts, "clause": dating.clause, "holder": me(turn).first_name}
    notices.to_client(turn, ticket, f"ticket.date_{dating.kind}", told)
    thread = {**told, "name": me(turn).first_name, "what": f"dated.{dating.kind}"}
    notices.to_thread(turn, ticket, "thread.dated", thread)
    turn.tell("story.dated", {"number": ticket.number, "at": facts["at"], "clause": dating.clause})


Given = Callable[[Turn, Ticket, Dating, datetime, str], dict[str, str]]
GIVEN: dict[str, Given] = {
    "resolution": _noted,
    "visit": _noted,
    "extension": _extended,
    "agreed": _agreed,
}
