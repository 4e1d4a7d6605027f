"""What an engineer may do to a case beyond its ordinary steps, because the policy has it."""

from datetime import datetime, timedelta

from policy.names import UnknownName
from policy.pack import Policy
from policy.shapes_clocks import ClientCause, Dating, Ending
from policy.ticket import UNSOLVED, State, Ticket

VISIT = "date_visit"  # among a ticket's details: the hour of the visit that was agreed
DATES = ("date_resolution", VISIT)  # what a date that no promise depends on is kept as
EFFORT = "effort"  # the same: "low" once an engineer has said so


def causes(policy: Policy, ticket: Ticket) -> tuple[ClientCause, ...]:
    """The causes on the client's side for which the clock of this case may rest (S0-69)."""
    running = ticket.state is State.TAKEN and ticket.answered_at is None
    return policy.client_causes if running and ticket.promise.seconds is not None else ()


def datings(policy: Policy, ticket: Ticket) -> tuple[Dating, ...]:
    """The kinds of dates that may be given to this case as it stands."""
    if ticket.state not in UNSOLVED:
        return ()
    return tuple(one for one in policy.datings if _fits(policy, one, ticket))


def may_be_quick(policy: Policy, ticket: Ticket) -> bool:
    """Whether little effort can still be said of this case (S1-53)."""
    known = ticket.details.get(EFFORT) is not None
    return policy.effort is not None and ticket.state in UNSOLVED and not known


def is_quick(policy: Policy, ticket: Ticket) -> bool:
    """Whether this case goes before the others, since it costs little effort (S1-53)."""
    effort = policy.effort
    return effort is not None and effort.first and ticket.details.get(EFFORT) == "low"


def is_estimated(policy: Policy, ticket: Ticket) -> bool:
    """Whether the time promised is a request's own, printed as an estimate (S1-26)."""
    known = policy.entry(ticket.typology)
    terms = known.request if known else None
    return terms is not None and terms.estimated and ticket.promise.source == "request"


def cause(policy: Policy, ticket: Ticket) -> ClientCause | None:
    """The cause on the client's side for which the clock rests now."""
    last = ticket.pauses[-1] if ticket.pauses else None
    if last is None or last.until is not None:
        return None
    return next((one for one in policy.client_causes if one.key == last.why), None)


def endings(policy: Policy, ticket: Ticket) -> tuple[Ending, ...]:
    """The reasons for which the desk may end this case, now or a little later."""
    return tuple(one for one in policy.endings if ends_from(policy, one, ticket) is not None)


def ends_from(policy: Policy, ending: Ending, ticket: Ticket) -> datetime | None:
    """From which moment on the case may be ended for this reason; None while it never may."""
    if not ticket.is_open or (ending.around_the_clock and not _around_the_clock(policy, ticket)):
        return None
    since = _visit_of(ticket) if ending.key == "missed_visit" else _asked_at(ticket)
    return None if since is None else since + timedelta(seconds=ending.after)


def verbs(policy: Policy, ticket: Ticket) -> tuple[str, ...]:
    """What the case's menu offers of all this."""
    offers = {
        "pause": causes(policy, ticket),
        "date": datings(policy, ticket),
        "quick": may_be_quick(policy, ticket),
        "end": ticket.state is not State.NEW and endings(policy, ticket),
        "agree": ticket.is_open and ticket.state is not State.NEW and policy.closing.by_agreement,
    }
    return tuple(verb for verb, offered in offers.items() if offered)


def _fits(policy: Policy, dating: Dating, ticket: Ticket) -> bool:
    promise = ticket.promise
    if dating.kind == "agreed":
        return promise.seconds is None or promise.source == "agreed"
    if dating.kind == "extension":
        running = ticket.answered_at is None and ticket.state is not State.WAITING
        return is_estimated(policy, ticket) and running and promise.due is not None
    return True


def _asked_at(ticket: Ticket) -> datetime | None:
    """Since when the client has the word: a question of the desk, or a solution that arrived."""
    if ticket.state is State.SOLVED:
        return ticket.notice_sent_at
    return ticket.since if ticket.state is State.WAITING else None


def _visit_of(ticket: Ticket) -> datetime | None:
    told = ticket.details.get(VISIT)
    return datetime.fromisoformat(told) if told else None


def _around_the_clock(policy: Policy, ticket: Ticket) -> bool:
    try:
        return policy.plan(ticket.promise.plan).always
    except UnknownName:  # the pack has lost the plan since
        return ticket.promise.hours.always
