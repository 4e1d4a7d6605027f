"""Who may do what: one question, denied by default; a foreign ticket does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy.errors import Refusal
from policy.ticket import Ticket


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: the person, what they are, and whose they are (None: of the desk)."""

    person: int
    roles: frozenset[str]
    organisation: int | None = None
    level: int = 1


CLIENTS = frozenset({"client", "client_admin"})
DESK = frozenset({"engineer", "supervisor", "committee", "sales", "admin", "system"})
ENGINEERS = frozenset({"engineer", "supervisor", "admin", "system"})
LEADERS = frozenset({"supervisor", "admin", "system"})

# On a ticket: its requester (or the client's administrator) ...
OWN = frozenset({"read", "relay", "withdraw", "confirm", "reopen", "rate", "worse"})
# ... anybody of the same client: number, subject, state; never messages or files (U25) ...
COLLEAGUE = frozenset({"glance", "join"})
# ... who holds it, anybody while nobody does, a leader always ...
HELD = frozenset({"ask", "resolve", "release"})
# ... and these roles, whoever holds it.
ON_TICKET: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "read": DESK,
        "glance": DESK,
        "note": DESK,
        "relay": ENGINEERS,
        "claim": ENGINEERS,
        "assign": ENGINEERS,
        "escalate": ENGINEERS,
        "priority": ENGINEERS,
        "reopen": ENGINEERS,
        "paper": ENGINEERS | {"sales"},
        "topic": ENGINEERS,
        "draft": ENGINEERS,
        "close": frozenset({"system"}),
        "decide": frozenset({"committee", "supervisor", "admin"}),
        "quote": frozenset({"sales", "admin"}),
        "exception": LEADERS,
    }
)
# Without a ticket.
AT_LARGE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "open": CLIENTS | ENGINEERS,
        "report": LEADERS,
        "appeal": LEADERS,
        "learn": LEADERS,
        "exception": LEADERS,
        "outage": LEADERS,
        "broadcast": LEADERS,
        "invoices": frozenset({"client_admin", "sales", "admin", "system"}),
        "approve": frozenset({"client_admin"}),
        "import": frozenset({"admin", "system"}),
        "invite": LEADERS,
        "settings": frozenset({"admin", "system"}),
    }
)
ACTIONS = frozenset({*OWN, *COLLEAGUE, *HELD, *ON_TICKET, *AT_LARGE})


def allow(actor: Actor, action: str, ticket: Ticket | None = None) -> None:
    """Nothing where the actor may.

    Raises Refusal("not_found") for a ticket of another client, which looks exactly like one that
    does not exist, and Refusal("not_allowed") for everything else that no rule permits.
    """
    if ticket is None:
        permitted = bool(actor.roles & AT_LARGE.get(action, frozenset()))
    elif actor.roles & DESK:
        permitted = _desk_may(actor, action, ticket) or _client_may(actor, action, ticket)
    elif actor.organisation != ticket.organisation:
        raise Refusal("not_found", number=ticket.number)
    else:
        permitted = _client_may(actor, action, ticket)
    if not permitted:
        raise Refusal("not_allowed", instead=("person",), action=action)


def allowed(actor: Actor, action: str, ticket: Ticket | None = None) -> bool:
    """The same question, for a view that only leaves a button out."""
    try:
        allow(actor, action, ticket)
    except Refusal:
        return False
    return True


def _desk_may(actor: Actor, action: str, ticket: Ticket) -> bool:
    if action in HELD:
        if actor.roles & LEADERS:
            return True
        return "engineer" in actor.roles and ticket.holder in (None, actor.person)
    return bool(actor.roles & ON_TICKET.get(action, frozenset()))


def _client_may(actor: Actor, action: str, ticket: Ticket) -> bool:
    if not actor.roles & CLIENTS or actor.organisation != ticket.organisation:
        return False
    if action in COLLEAGUE:
        return True
    return action in OWN and (actor.person == ticket.requester or "client_admin" in actor.roles)
