"""Who receives support today: contract, signature, start, invoices, products, channels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy import hours
from policy.calendar import Calendar
from policy.errors import Refusal
from policy.names import UnknownName, fold
from policy.pack import Policy
from policy.shapes_rules import Gate

Gates = Mapping[str, Gate]  # the conditions of support, by their keys


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice of the client; unpaid while `paid_on` is None.

    `known_at` is when the desk learnt of the payment (None: before anybody was refused for it),
    `restored_at` when a supervisor gave access back ahead of its hour.
    """

    number: str
    issued_on: date
    paid_on: date | None = None
    known_at: datetime | None = None
    restored_at: datetime | None = None


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


def judge(
    policy: Policy, standing: Standing, today: date, now: datetime | None = None, way: str = "chat"
) -> None:
    """Nothing where the client receives support today, by this way.

    Raises Refusal("entitlement.<reason>") with the clause, the ways out and `since` where the
    reason has a day. `today` is the day in the desk's zone; without `now` nobody waits for the
    hour of a reactivation.
    """
    _plan(policy, standing)
    if standing.trial:
        _trial(standing, today)
        return
    gates = policy.gates
    _contract(gates, standing, today)
    _started(gates, standing, today)
    _kind(gates, standing)
    _channel(policy, standing, way)
    if standing.invoices:
        _invoices(policy, standing, today)
        if now is not None:
            _reactivation(policy, standing, now)


def covered(policy: Policy, standing: Standing, typology: str) -> None:
    """Raises Refusal("entitlement.not_covered") where the client did not buy that product (S0-08).

    Products are the catalogue's categories; a client without a list has them all.
    """
    gate = policy.gates.get("product")
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
    gate = policy.gates.get("invoice")
    if gate is None or gate.days is None:
        return None
    return invoice.issued_on + timedelta(days=gate.days + 1)


def suspends(policy: Policy, invoice: Invoice, today: date) -> bool:
    """Whether this invoice keeps support suspended today (S0-06, D5)."""
    since = suspended_from(policy, invoice)
    paid = invoice.paid_on is not None and invoice.paid_on <= today
    return since is not None and today >= since and not paid


def back_by(policy: Policy, paid_at: datetime) -> datetime | None:
    """When access is back at the latest for a payment known at `paid_at` (S0-07)."""
    rule = policy.reactivation
    if rule is None:
        return None
    return Calendar.of(hours.of_reactivation(policy, rule)).add(paid_at, rule.within)


def access_from(policy: Policy, invoice: Invoice) -> datetime | None:
    """When access is back after this payment, where it had suspended (S0-07, D5).

    None where it never did: unpaid, paid in time, or settled before the desk kept count. Counted
    from the day of the payment where the desk learns of it later; a supervisor may be earlier.
    """
    since = suspended_from(policy, invoice)
    paid, known = invoice.paid_on, invoice.known_at
    if since is None or paid is None or known is None or paid < since:
        return None
    if invoice.restored_at is not None:
        return invoice.restored_at
    day_over = datetime.combine(paid + timedelta(days=1), time(), tzinfo=ZoneInfo(policy.desk.zone))
    return back_by(policy, min(known, day_over))


def appeal_by(policy: Policy, asked_at: datetime, part: float = 1.0) -> datetime:
    """Until when a supervisor may answer an appeal (S0-58, D6); or when that part of it is over."""
    rule, within = policy.misuse, int(policy.desk.appeal_within * part)
    if rule is None:
        return asked_at + timedelta(seconds=within)
    return Calendar.of(hours.of_appeals(policy, rule)).add(asked_at, within)


def remembers(policy: Policy, typology: str | None) -> bool:
    """Whether this typology, once explained, goes by its guide from then on (S0-58)."""
    if policy.misuse is None or not policy.misuse.remembers:
        return False
    known = policy.entry(typology)
    if known is None or not known.misuse or known.article is None:
        return False
    return not (policy.patient_safety and known.patient_safety)


def _plan(policy: Policy, standing: Standing) -> None:
    try:
        hours.attention(policy, standing.plan, standing.country)
    except UnknownName as unknown:
        facts = {"plan": standing.plan, "country": standing.country}
        raise Refusal("entitlement.unknown_plan", instead=("person",), **facts) from unknown


def _trial(standing: Standing, today: date) -> None:
    end = standing.contract_to
    if end is not None and today > end:
        raise Refusal("entitlement.trial_over", instead=("person",), since=end)


def _contract(gates: Gates, standing: Standing, today: date) -> None:
    gate = gates.get("contract")
    if gate is not None:
        begin, end = standing.contract_from, standing.contract_to
        if begin is not None and today < begin:
            raise _refusal(gate, "not_started", since=begin)
        if end is not None and today > end:
            raise _refusal(gate, "contract_ended", since=end)
    gate = gates.get("signed")
    if gate is not None and standing.signed is False:
        raise _refusal(gate, "not_signed")


def _started(gates: Gates, standing: Standing, today: date) -> None:
    for key, told in (
        ("closing_act", standing.closing_act),
        ("first_invoice", standing.first_invoice),
    ):
        gate = gates.get(key)
        if gate is not None and not _fulfilled(told, today):
            raise _refusal(gate, f"no_{key}")


def _fulfilled(told: bool | date | None, today: date) -> bool:
    if isinstance(told, date):
        return told <= today
    return told is not False


def _kind(gates: Gates, standing: Standing) -> None:
    gate = gates.get("kind")
    if gate is None or not standing.kind or not gate.kinds:
        return
    if fold(standing.kind) not in {fold(kind) for kind in gate.kinds}:
        raise _refusal(gate, "no_contract", kind=standing.kind)


def _channel(policy: Policy, standing: Standing, way: str) -> None:
    gate = policy.gates.get("channel")
    if gate is None:
        return
    bought = policy.plan(standing.plan).channels.intake
    hybrid = policy.hybrid.channels.intake if standing.hybrid and policy.hybrid else ()
    allowed = tuple(dict.fromkeys((*bought, *hybrid)))
    if way not in allowed:
        raise _refusal(gate, "channel", channels=allowed)


def _reactivation(policy: Policy, standing: Standing, now: datetime) -> None:
    hours_back = [access_from(policy, invoice) for invoice in standing.invoices]
    back = max((at for at in hours_back if at is not None), default=None)
    rule, gate = policy.reactivation, policy.gates.get("invoice")
    if rule is None or gate is None or back is None or now >= back:
        return
    instead = tuple(way for way in gate.instead if way != "pay") or ("person",)
    raise Refusal(
        "entitlement.reactivating",
        clause=rule.clause,
        instead=instead,
        back=back,
        within=rule.within,
    )


def _invoices(policy: Policy, standing: Standing, today: date) -> None:
    gate = policy.gates.get("invoice")
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
        if since is not None and suspends(policy, invoice, today):
            yield since, invoice


def _refusal(gate: Gate, reason: str, **facts: object) -> Refusal:
    return Refusal(f"entitlement.{reason}", clause=gate.clause, instead=gate.instead, **facts)
