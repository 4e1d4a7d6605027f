"""What the organisation's contract says today: support, or a refusal with its clause."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.conversation.open_ticket_form import GUIDED
from handlers.visit import Visit
from policy import entitlement
from policy.errors import Refusal
from policy.pack import Policy
from store.turn import Turn
from store.values import NOTHING, InvoiceRow, Organisation

BY_CHAT = "chat"
MISUSE = "entitlement.misuse"


def allows(visit: Visit, answers: Mapping[str, Any] = NOTHING) -> None:
    """Raises Refusal with the clause and what can be done instead: the contract, its start, its
    invoices, the way of the plan, the products bought, what was explained before (S0-06, S0-08,
    S0-38, S0-48, S0-49, S0-58)."""
    turn, home = visit.turn, visit.organisation
    known = standing(home, turn.people.invoices(home.id))
    entitlement.judge(turn.book, known, desk_day(turn), turn.now, BY_CHAT)
    if answers.get("typology"):
        entitlement.covered(turn.book, known, str(answers["typology"]))
    if is_remembered(visit, answers) and not answers.get("wants_person"):
        rule = turn.book.misuse
        raise Refusal(MISUSE, clause=rule.clause if rule else None, instead=("guides",))


def is_remembered(visit: Visit, answers: Mapping[str, Any]) -> bool:
    """Whether this very topic was explained to this person before, and the words are about it."""
    typology = answers.get("typology")
    if not answers.get(GUIDED) or answers.get("stopped"):
        return False
    return is_struck(visit, str(typology)) if typology else False


def is_struck(visit: Visit, typology: str) -> bool:
    """The same by the topic alone: never another topic, another person, or a real fault (D6)."""
    if not entitlement.remembers(visit.turn.book, typology):
        return False
    return visit.turn.strikes.has(visit.person.id, typology)


def desk_day(turn: Turn) -> date:
    """Today in the desk's zone, by which invoices and contracts count."""
    return turn.now.astimezone(ZoneInfo(turn.book.desk.zone)).date()


def access_from(policy: Policy, invoices: tuple[InvoiceRow, ...]) -> datetime | None:
    """The moment of the last reactivation that these payments started; None where none did."""
    back = [entitlement.access_from(policy, invoice(i)) for i in invoices]
    return max((at for at in back if at is not None), default=None)


def invoice(row: InvoiceRow) -> entitlement.Invoice:
    """An invoice as the entitlement rules see it."""
    return entitlement.Invoice(
        number=row.number,
        issued_on=row.issued_on,
        paid_on=row.paid_on,
        known_at=row.known_at,
        restored_at=row.restored_at,
    )


def standing(organisation: Organisation, invoices: tuple[InvoiceRow, ...]) -> entitlement.Standing:
    """The organisation as the entitlement rules see it."""
    return entitlement.Standing(
        plan=organisation.plan,
        country=organisation.country,
        contract_from=organisation.contract_from,
        contract_to=organisation.contract_to,
        signed=organisation.signed,
        closing_act=organisation.closing_act,
        first_invoice=organisation.first_invoice,
        hybrid=organisation.hybrid,
        products=organisation.products,
        kind=organisation.kind,
        trial=organisation.trial,
        invoices=tuple(invoice(row) for row in invoices),
    )
