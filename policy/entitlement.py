"""Who receives support today: contract, signature, start, invoices, products, channels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policy import hours
from policy.calendar import Calendar
from policy.errors import Refusal
from policy.names import UnknownName, fold
from policy.pack import Policy
from policy.shapes_rules import Gate


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice of the client; unpaid while `paid_on` is None."""

    number: str
    issued_on: date
    paid_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a client. What was never told (None, empty) counts as fulfilled."""

    plan: str
    country: str
    contract_from: date | None = None
    contract_to: date | None = None
    signed: bool | None = None
    closing_act: bool | date | None = None
    first_invoice: bool | date | None = None
    hybrid: bool = False
    products: tuple[str, ...] = ()
    kind: str = ""
    invoices: tuple[Invoice, ...] = ()
    trial: bool = False


def judge(policy: Policy, standing: Standing, today: date) -> None:
    """Nothing where the client receives support today.

    Raises Refusal("entitlement.<reason>") with the clause, the ways out and `since` where the
    reason has a day. `today` is the day in the desk's zone.
    """
    _plan(policy, standing)
    if standing.trial:
        _trial(policy, standing, today)
        return
    _contract(policy, standing, today)
    _started(policy, standing, today)
    _kind(policy, standing)
    _invoices(policy, standing, today)


def covered(policy: Policy, standing: Standing, typology: str) -> None:
    """Raises Refusal("entitlement.not_covered") where the client did not buy that product (S0-08).

    Products are the catalogue's categories; a client without a list has them all.
    """
    gate = policy.gate("product")
    if gate is None or not standing.products:
        return
    category = policy.category(policy.typology(typology).category)
    bought = {fold(product) for product in standing.products}
    if not bought & {fold(category.key), fold(category.label), fold(category.name.es)}:
        raise _refusal(gate, "not_covered", category=category.key)


def follows_by_chat(policy: Policy, plan: str, *, mail_and_portal: bool) -> bool:
    """Whether a case of this plan is talked about in the chat (D12).

    Until a mail channel and the portal are both there, chat carries every plan.
    """
    everywhere = policy.desk.chat_follow_up_for_all or not mail_and_portal
    return everywhere or "chat" in policy.plan(plan).channels.follow_up


def suspended_from(policy: Policy, invoice: Invoice) -> date | None:
    """The first day without support while this invoice stays unpaid: day 16 (D5)."""
    gate = policy.gate("invoice")
    if gate is None or gate.days is None:
        return None
    return invoice.issued_on + timedelta(days=gate.days + 1)


def back_by(policy: Policy, paid_at: datetime) -> datetime | None:
    """When access is back at the latest for a payment known at `paid_at` (S0-07)."""
    rule = policy.reactivation
    if rule is None:
        return None
    return Calendar.of(hours.of_reactivation(policy, rule)).add(paid_at, rule.within)


def _plan(policy: Policy, standing: Standing) -> None:
    try:
        hours.attention(policy, standing.plan, standing.country)
    except UnknownName as unknown:
        facts = {"plan": standing.plan, "country": standing.country}
        raise Refusal("entitlement.unknown_plan", instead=("person",), **facts) from unknown


def _trial(policy: Policy, standing: Standing, today: date) -> None:
    end = standing.contract_to
    if end is not None and today > end:
        raise Refusal("entitlement.trial_over", instead=("person",), since=end)


def _contract(policy: Policy, standing: Standing, today: date) -> None:
    gate = policy.gate("contract")
    if gate is not None:
        begin, end = standing.contract_from, standing.contract_to
        if begin is not None and today < begin:
            raise _refusal(gate, "not_started", since=begin)
        if end is not None and today > end:
            raise _refusal(gate, "contract_ended", since=end)
    gate = policy.gate("signed")
    if gate is not None and standing.signed is False:
        raise _refusal(gate, "not_signed")


def _started(policy: Policy, standing: Standing, today: date) -> None:
    for key, told in (
        ("closing_act", standing.closing_act),
        ("first_invoice", standing.first_invoice),
    ):
        gate = policy.gate(key)
        if gate is not None and not _fulfilled(told, today):
            raise _refusal(gate, f"no_{key}")


def _fulfilled(told: bool | date | None, today: date) -> bool:
    if isinstance(told, date):
        return told <= today
    return told is not False


def _kind(policy: Policy, standing: Standing) -> None:
    gate = policy.gate("kind")
    if gate is None or not standing.kind or not gate.kinds:
        return
    if fold(standing.kind) not in {fold(kind) for kind in gate.kinds}:
        raise _refusal(gate, "no_contract", kind=standing.kind)


def _invoices(policy: Policy, standing: Standing, today: date) -> None:
    gate = policy.gate("invoice")
    overdue = list(_overdue(policy, standing.invoices, today))
    if gate is None or not overdue:
        return
    since, invoice = min(overdue, key=lambda one: (one[0], one[1].number))
    facts = {"since": since, "invoice": invoice.number, "issued": invoice.issued_on}
    raise _refusal(gate, "overdue", **facts, days=gate.days)


def _overdue(
    policy: Policy, invoices: Iterable[Invoice], today: date
) -> Iterable[tuple[date, Invoice]]:
    for invoice in invoices:
        since = suspended_from(policy, invoice)
        paid = invoice.paid_on is not None and invoice.paid_on <= today
        if since is not None and today >= since and not paid:
            yield since, invoice


def _refusal(gate: Gate, reason: str, **facts: object) -> Refusal:
    return Refusal(f"entitlement.{reason}", clause=gate.clause, instead=gate.instead, **facts)
