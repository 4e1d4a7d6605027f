"""Who receives support: contract, start, invoices to the day, products, chat by plan."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from policy.entitlement import (
    Invoice,
    Standing,
    access_from,
    appeal_by,
    back_by,
    covered,
    follows_by_chat,
    judge,
    remembers,
    suspended_from,
)
from policy.errors import Refusal
from tests.policy.desk import at, pack

IMEXHS, SGM = pack("imexhs"), pack("sgm")
TODAY = date(2026, 11, 24)
GOOD = Standing(plan="silver", country="CO")


def reason(standing: Standing, today: date = TODAY) -> str | None:
    try:
        judge(IMEXHS, standing, today)
    except Refusal as refused:
        return refused.code
    return None


def test_what_was_never_told_counts_as_fulfilled() -> None:
    assert reason(GOOD) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [  # S0-08, S0-48, S0-49
        ("not_started", {"contract_from": date(2026, 12, 1)}),
        ("contract_ended", {"contract_to": date(2026, 11, 23)}),
        ("not_signed", {"signed": False}),
        ("no_closing_act", {"closing_act": False}),
        ("no_closing_act", {"closing_act": date(2026, 12, 1)}),
        ("no_first_invoice", {"first_invoice": False}),
        ("no_contract", {"kind": "curioso"}),
        ("unknown_plan", {"plan": "platino"}),
        ("unknown_plan", {"plan": "bronce", "country": "CL"}),
    ],
)
def test_each_condition_refuses_with_its_own_reason_and_a_way_out(
    code: str, fault: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused:
        judge(IMEXHS, replace(GOOD, **fault), TODAY)
    assert refused.value.code == f"entitlement.{code}"
    assert refused.value.instead


def test_a_contract_covers_its_first_and_its_last_day() -> None:
    standing = replace(GOOD, contract_from=TODAY, contract_to=TODAY)
    assert reason(standing) is None
    assert reason(standing, TODAY + timedelta(days=1)) == "entitlement.contract_ended"


def test_suspension_starts_on_day_16_and_ends_with_the_payment() -> None:
    """D5: the invoice of 6 November suspends from Sunday 22."""
    invoice = Invoice(number="FV-2210", issued_on=date(2026, 11, 6))
    owing = replace(GOOD, invoices=(invoice,))
    assert suspended_from(IMEXHS, invoice) == date(2026, 11, 22)
    assert reason(owing, date(2026, 11, 21)) is None
    assert reason(owing, date(2026, 11, 22)) == "entitlement.overdue"
    paid = replace(owing, invoices=(replace(invoice, paid_on=TODAY),))
    assert reason(paid) is None
    assert reason(paid, date(2026, 11, 23)) == "entitlement.overdue"


def test_a_suspension_tells_since_when_the_clause_and_the_oldest_invoice() -> None:
    late = Invoice(number="B", issued_on=date(2026, 11, 6))
    later = Invoice(number="A", issued_on=date(2026, 11, 7))
    with pytest.raises(Refusal) as refused:
        judge(IMEXHS, replace(GOOD, invoices=(later, late)), TODAY)
    assert refused.value.clause == "2.1.2"
    assert refused.value.facts["since"] == date(2026, 11, 22)
    assert (refused.value.facts["invoice"], refused.value.facts["days"]) == ("B", 15)


def test_access_returns_within_24_working_hours_of_the_payment() -> None:
    """S0-07: Tuesday 3 p. m. is 2 + 9 + 9 + 4 hours, Friday noon."""
    assert back_by(IMEXHS, at("2026-11-24T15:00-05:00")) == at("2026-11-27T12:00-05:00")
    # over the holiday of 8 December
    assert back_by(IMEXHS, at("2026-12-04T15:00-05:00")) == at("2026-12-10T12:00-05:00")


def test_sgm_states_no_invoices_and_suspends_nobody() -> None:
    old = Invoice(number="1", issued_on=date(2020, 1, 1))
    judge(SGM, Standing(plan="sgm", country="CO", invoices=(old,)), TODAY)
    assert suspended_from(SGM, old) is None
    assert back_by(SGM, at("2026-11-24T15:00-05:00")) is None


def test_a_trial_asks_for_nothing_but_ends() -> None:
    trial = replace(GOOD, trial=True, signed=False, contract_to=TODAY)
    assert reason(trial) is None
    assert reason(trial, TODAY + timedelta(days=1)) == "entitlement.trial_over"


def test_a_product_that_was_not_bought_is_not_covered() -> None:
    """S0-08: products are named as the catalogue names its categories."""
    standing = replace(GOOD, products=("Ris", "lista de trabajo"))
    covered(IMEXHS, standing, "ris-lentitud")
    covered(IMEXHS, standing, "mwl-caida")
    with pytest.raises(Refusal) as refused:
        covered(IMEXHS, standing, "portal-no-abre-visor")
    assert refused.value.code == "entitlement.not_covered"
    covered(IMEXHS, GOOD, "portal-no-abre-visor")


def test_bronce_is_followed_by_chat_only_until_mail_and_portal_are_there() -> None:
    """D12."""
    assert follows_by_chat(IMEXHS, "bronce", mail_and_portal=False)
    assert not follows_by_chat(IMEXHS, "bronce", mail_and_portal=True)
    assert follows_by_chat(IMEXHS, "silver", mail_and_portal=True)


PAID = Invoice(
    number="FV-2210",
    issued_on=date(2026, 11, 6),
    paid_on=TODAY,
    known_at=at("2026-11-24T15:00-05:00"),
)


def test_access_stays_closed_until_the_hour_of_the_reactivation() -> None:
    """S0-07: known on Tuesday at 3 p. m., open again on Friday at noon, not a second before."""
    owing = replace(GOOD, invoices=(PAID,))
    friday = at("2026-11-27T12:00-05:00")
    assert access_from(IMEXHS, PAID) == friday
    judge(IMEXHS, owing, date(2026, 11, 27), friday)
    with pytest.raises(Refusal) as refused:
        judge(IMEXHS, owing, date(2026, 11, 27), friday - timedelta(seconds=1))
    assert refused.value.code == "entitlement.reactivating"
    assert (refused.value.clause, refused.value.facts["back"]) == ("2.1.2", friday)


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ({"paid_on": None}, None),
        ({"known_at": None}, None),  # settled before anybody was refused for it
        ({"paid_on": date(2026, 11, 21)}, None),  # in time: never suspended
        ({"paid_on": date(2026, 11, 23)}, "2026-11-26T14:00-05:00"),  # learnt of a day later
        ({"restored_at": at("2026-11-24T16:00-05:00")}, "2026-11-24T16:00-05:00"),
    ],
)
def test_what_a_payment_brings_back_and_when(change: dict[str, Any], back: str | None) -> None:
    assert access_from(IMEXHS, replace(PAID, **change)) == (at(back) if back else None)
    assert access_from(SGM, replace(PAID, **change)) is None


def test_an_appeal_waits_in_the_packs_own_hours_or_as_time_passes() -> None:
    """S0-58, D6: nine working hours from Friday afternoon end on Monday; SGM counts elapsed time,
    and so does a pack that states no hours."""
    friday = at("2026-11-27T15:00-05:00")
    assert appeal_by(IMEXHS, friday) == at("2026-11-30T15:00-05:00")
    assert appeal_by(IMEXHS, friday, part=0.5) == at("2026-11-30T10:30-05:00")
    assert appeal_by(SGM, friday) == friday + timedelta(hours=24)
    rule = IMEXHS.misuse
    assert rule is not None
    plain = IMEXHS.model_copy(
        update={"misuse": rule.model_copy(update={"open": None, "holidays": None})}
    )
    assert appeal_by(plain, friday) == friday + timedelta(hours=9)


def test_only_what_a_guide_answers_and_no_patient_suffers_from_is_remembered() -> None:
    assert remembers(IMEXHS, "ris-firmas-formato")
    for other in ("ris-datos-paciente", "ris-lentitud", "nothing", None):
        assert not remembers(IMEXHS, other)
    assert not any(remembers(SGM, one.id) for one in SGM.typologies)


def test_a_plan_is_served_by_the_ways_of_its_intake() -> None:
    """S0-38, D12."""
    judge(IMEXHS, replace(GOOD, plan="bronce"), TODAY, way="portal")
    with pytest.raises(Refusal) as refused:
        judge(IMEXHS, replace(GOOD, plan="bronce"), TODAY, way="phone")
    assert refused.value.code == "entitlement.channel"
    assert refused.value.facts["channels"] == ("chat", "portal")
