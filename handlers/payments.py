"""A payment is known: when access returns is told at once, and kept by a timer (S0-07, D5).

The gate stays closed until that hour, or until a supervisor gives access back sooner; both are
recorded. Then the drafts are offered.
"""

from dataclasses import replace
from datetime import datetime

from handlers import contract, notices, reactivation, reviews
from handlers.conversation import pauses
from handlers.inbound import Receipt, Toast
from handlers.lateness import Cue
from handlers.visit import Visit, talk_button
from policy import entitlement
from policy.access import allow
from policy.errors import Refusal
from store.turn import Turn
from store.values import Button, Organisation, Timer

REOPEN = "contract.reopen"


def known(turn: Turn, organisation: int) -> datetime | None:
    """Invoices of this institution have just been paid: the way back to support begins.

    Returns when access is back; None where another invoice still suspends it, or none did.
    """
    back = _back(turn, organisation)
    if back is None or _still_owes(turn, organisation):
        return None
    turn.timers.set(REOPEN, clock_of(organisation), max(back, turn.now))
    turn.audit.add(None, "payment_known", {"organisation": organisation, "back": back})
    if back <= turn.now:
        return back
    home, clause = turn.people.organisation(organisation), _clause(turn)
    for visit in _waiting(turn, organisation):
        turn.timers.cancel(str(visit.here.id), pauses.REACTIVATE)
        told = {"back": back, "clause": clause, "draft": _gist(visit)}
        night = notices.is_night(turn, visit.person)
        visit.say("refusal.payment_known", told, _ways(turn), stays=True, silent=night)
    _to_admins(turn, organisation, "admin.payment_known", {"back": back, "clause": clause})
    again = talk_button("reactivate", "label.reactivate", organisation, "primary")
    facts = {"organisation": home.name, "back": back, "clause": clause}
    reviews.to_supervisors(turn, "staff.payment_known", facts, [again])
    turn.tell("story.payment_known", facts)
    return back


def restore(turn: Turn, organisation: int) -> Receipt:
    """*Reactivar ya*: a supervisor does not wait for the hour. Raises Refusal for who may not."""
    if turn.actor is None:
        raise Refusal("not_allowed")
    allow(turn.actor, "exception")
    home = _home(turn, organisation)
    if home is None:
        return Toast(key="toast.old_button")
    back = _back(turn, organisation)
    facts = {"organisation": home.name}
    if _still_owes(turn, organisation):
        return Toast(key="toast.not_paid", facts=facts)
    if back is None or back <= turn.now:
        return Toast(key="toast.already_active", facts=facts)
    for row in turn.people.invoices(organisation):
        at = entitlement.access_from(turn.book, contract.invoice(row))
        if at is not None and at > turn.now:
            turn.people.save_invoice(replace(row, restored_at=turn.now))
    turn.timers.cancel(clock_of(organisation), REOPEN)
    _reopen(turn, home, early=True)
    return Toast(key="toast.reactivated", facts=facts)


def restore_named(turn: Turn, name: str) -> Receipt:
    """The same by the institution's name: /radica reactivar <institución>."""
    home = turn.people.organisation_named(name) if name.strip() else None
    if home is None:
        return Toast(key="toast.no_organisation", facts={"organisation": name[:60]})
    return restore(turn, home.id)


def reopen(turn: Turn, timer: Timer) -> None:
    """The promised hour: support is back; nothing where another invoice has come to suspend it."""
    home = _home(turn, int(timer.about.rpartition(":")[2]))
    if home is not None and not _still_owes(turn, home.id):
        _reopen(turn, home, early=False, cue=Cue(timer.due_at))


def clock_of(organisation: int) -> str:
    """What the timer of a reactivation is about."""
    return f"organisation:{organisation}"


def _reopen(turn: Turn, home: Organisation, *, early: bool, cue: Cue | None = None) -> None:
    by = turn.actor.person if turn.actor else None
    turn.audit.add(None, "reactivated", {"organisation": home.id, "early": early, "by": by})
    offered = {visit.person.id for visit in _waiting(turn, home.id) if _offered(turn, visit)}
    _to_admins(turn, home.id, "admin.active_again", {}, beside=offered, cue=cue)
    turn.tell("story.reactivated", {"organisation": home.name, "clause": _clause(turn)})


def _offered(turn: Turn, visit: Visit) -> bool:
    """The draft now; by the clock of its chat where something else is being talked about."""
    if visit.here.form is None:
        turn.timers.cancel(str(visit.here.id), pauses.REACTIVATE)
        reactivation.offer(visit)
        return True
    reactivation.arm(visit)
    return False


def _waiting(turn: Turn, organisation: int) -> list[Visit]:
    """Chats of the institution with a draft that a pending payment refused."""
    return [
        Visit(turn, person, here)
        for person in turn.people.of_organisation(organisation)
        for here in turn.conversations.of_person(person.id)
        if person.active and here.draft.get("refused") in reactivation.ABOUT_MONEY
    ]


def _to_admins(
    turn: Turn,
    organisation: int,
    key: str,
    facts: dict[str, object],
    *,
    beside: set[int] | None = None,
    cue: Cue | None = None,
) -> None:
    """The institution's administrators, but those who hear it with their own draft."""
    told = beside if beside is not None else {v.person.id for v in _waiting(turn, organisation)}
    for admin in turn.people.of_organisation(organisation):
        if "client_admin" not in admin.roles or not admin.active or admin.id in told:
            continue
        for bound in turn.people.bound(admin.id):
            if bound.chat and not bound.blocked:
                late = cue.facts(turn.now) if cue else {}
                notices.to_bound(turn, admin, bound, key, {**facts, **late})


def _back(turn: Turn, organisation: int) -> datetime | None:
    return contract.access_from(turn.book, turn.people.invoices(organisation))


def _still_owes(turn: Turn, organisation: int) -> bool:
    """Whether an invoice suspends this institution today."""
    today = contract.desk_day(turn)
    rows = turn.people.invoices(organisation)
    return any(entitlement.suspends(turn.book, contract.invoice(row), today) for row in rows)


def _home(turn: Turn, organisation: int) -> Organisation | None:
    try:
        return turn.people.organisation(organisation)
    except LookupError:
        return None


def _gist(visit: Visit) -> str | None:
    return pauses.gist(visit.here.draft.get("answers", {})) or None


def _ways(turn: Turn) -> list[Button]:
    urgent = [talk_button("urgent", "label.is_urgent")] if turn.book.emergency else []
    return [*urgent, talk_button("understood", "label.understood")]


def _clause(turn: Turn) -> str:
    return turn.book.reactivation.clause if turn.book.reactivation else ""
