"""The engineer's checklist: what the client checked, and the desk's own checks after it (S1-50)."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import notices
from handlers.casework import keep_quietly, me, the_ticket
from handlers.claim import view_of
from handlers.codes import TicketCode
from handlers.conversation import checks
from handlers.conversation.form import UNKNOWN
from handlers.inbound import Done, Faults, Receipt, ShowForm
from policy import checklist
from policy.errors import Refusal
from policy.pack import Policy
from policy.shapes_rules import Check
from policy.ticket import Ticket
from store.turn import Turn

RESULTS = ("ok", "bad", "unknown")
KEPT = {"ok": "ok", "bad": "bad", "unknown": UNKNOWN}


def of(policy: Policy, ticket: Ticket) -> tuple[Check, ...]:
    """The checks of a case, in order; none where the pack no longer knows its entry."""
    known = {row.id for row in policy.typologies}
    typology = ticket.typology if ticket.typology in known else None
    outside = ticket.details.get(checks.WHERE) == "outside"
    return checklist.of(policy, typology, outside=outside)


def told(policy: Policy, ticket: Ticket, language: str) -> dict[str, str]:
    """The short names by result: `ok`, `bad`, `unknown`, and `left` with whose turn it is."""
    done = checks.results(ticket.details)
    by: dict[str, list[str]] = {"ok": [], "bad": [], "unknown": []}
    for check in of(policy, ticket):
        result = result_of(done.get(check.key))
        if result:
            by[result].append(check.short[language])
    return {result: ", ".join(names) for result, names in by.items()}


def left(policy: Policy, ticket: Ticket) -> tuple[Check, ...]:
    """The checks without a result."""
    done = checks.results(ticket.details)
    return tuple(check for check in of(policy, ticket) if check.key not in done)


def result_of(kept: str | None) -> str:
    """How a kept result reads to an engineer; empty for none.

    What the client found and put right, and it still fails, is no longer wrong.
    """
    if kept is None:
        return ""
    return {"found": "ok", UNKNOWN: "unknown"}.get(kept, kept)


def show(turn: Turn, code: TicketCode) -> Receipt:
    """*Revisiones*: every check of the case, with what is known."""
    ticket = the_ticket(turn, code.number, "note")
    if not of(turn.book, ticket):
        raise Refusal("no_checks", number=ticket.number)
    return ShowForm(form="checks", meta=view_of(ticket))


def record(turn: Turn, number: int, answers: Mapping[str, str]) -> Receipt:
    """What was checked, kept on the case and in the audit; the client's come first (S1-50)."""
    ticket = the_ticket(turn, number, "note")
    known = of(turn.book, ticket)
    given = {c.key: KEPT[answers[c.key]] for c in known if answers.get(c.key) in RESULTS}
    before = checks.results(ticket.details)
    fresh = {k: v for k, v in given.items() if result_of(before.get(k)) != result_of(v)}
    owed = checklist.owed_first(known, {**before, **given})
    early = [c.key for c in known if c.by == "desk" and c.key in given]
    if owed and early:
        return Faults(faults=dict.fromkeys(early, "form.fault.client_first"))
    if not fresh:
        return Done()
    kept = {f"{checks.CHECK}{key}": value for key, value in fresh.items()}
    changed = replace(ticket, details={**ticket.details, **kept})
    saved = keep_quietly(turn, changed, "checked", results=fresh)
    _tell(turn, saved, fresh)
    return Done()


def _tell(turn: Turn, ticket: Ticket, fresh: Mapping[str, str]) -> None:
    language = turn.book.desk.languages[0]
    by: dict[str, list[str]] = {result: [] for result in RESULTS}
    for key, value in fresh.items():
        by[result_of(value)].append(turn.book.check(key).short[language])
    facts = {result: ", ".join(names) for result, names in by.items()}
    notices.to_thread(turn, ticket, "thread.checked", {"name": me(turn).first_name, **facts})
