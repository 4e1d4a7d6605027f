"""What the organisation's contract says today: support, or a refusal with its clause."""

from typing import Any

from handlers.visit import Visit
from policy import entitlement
from store.values import Organisation


def allows(visit: Visit) -> None:
    """Raises Refusal with the clause and what can be done instead (S0-06, S0-48, S0-49)."""
    entitlement.judge(
        visit.turn.book,
        standing(visit.organisation, visit.turn.people.invoices(visit.organisation.id)),
        visit.words.today(),
    )


def standing(organisation: Organisation, invoices: tuple[Any, ...]) -> entitlement.Standing:
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
        invoices=tuple(
            entitlement.Invoice(number=i.number, issued_on=i.issued_on, paid_on=i.paid_on)
            for i in invoices
        ),
    )
