"""Which hours a pack gives: a plan in a country (two clocks, D2), the add-on, the reactivation."""

from datetime import date
from functools import lru_cache

from policy.calendar import Calendar, Hours, Week
from policy.names import UnknownName
from policy.pack import Policy
from policy.remembered import remembered
from policy.shapes import Hybrid, LocalHours, Plan
from policy.shapes_reviews import Misuse
from policy.shapes_rules import Reactivation
from policy.spans import parse_week

NEVER: Week = ((),) * 7


@remembered
def attention(policy: Policy, plan: str, country: str | None) -> Calendar:
    """Whether the desk is open for this plan and country. Raises UnknownName."""
    bought = policy.plan(plan)
    zone = zone_of(policy, country)
    if bought.always:
        return Calendar.of(_always(zone))
    return Calendar.of(_hours(bought, zone, _local(policy, bought, country).attention))


def response(policy: Policy, plan: Plan, country: str | None) -> Hours:
    """The hours in which the promise of this plan counts. Raises UnknownName."""
    zone = zone_of(policy, country)
    if plan.always:
        return _always(zone)
    return _hours(plan, zone, _local(policy, plan, country).response)


def elapsed(policy: Policy, country: str | None) -> Hours:
    """Time as it passes, told in the country's zone."""
    return _always(zone_of(policy, country))


def of_hybrid(policy: Policy, hybrid: Hybrid) -> Hours:
    """The add-on's hours, which are those of its own country wherever the client is (S0-42)."""
    zone = policy.country(hybrid.country).zone
    return Hours(zone=zone, weekly=parse_week(hybrid.open), holidays=hybrid.holidays)


def of_reactivation(policy: Policy, rule: Reactivation) -> Hours:
    """The working hours in which access returns after a payment (S0-07)."""
    return Hours(zone=policy.desk.zone, weekly=parse_week(rule.open), holidays=rule.holidays)


def of_appeals(policy: Policy, rule: Misuse) -> Hours:
    """The working hours in which an appeal waits; time as it passes where the pack has none."""
    if rule.open is None:
        return _always(policy.desk.zone)
    return Hours(zone=policy.desk.zone, weekly=parse_week(rule.open), holidays=rule.holidays)


def zone_of(policy: Policy, country: str | None) -> str:
    """The zone of a country; the desk's own where the pack does not know the country."""
    if not country:
        return policy.desk.zone
    try:
        return policy.country(country).zone
    except UnknownName:
        return policy.desk.zone


def _local(policy: Policy, plan: Plan, country: str | None) -> LocalHours:
    code = policy.country(country or policy.desk.country).code
    if code not in plan.hours:
        raise UnknownName(f"country of the plan {plan.key}", code, plan.hours)
    return plan.hours[code]


def _hours(plan: Plan, zone: str, windows: tuple[str, ...]) -> Hours:
    return _same(zone, windows, plan.holidays, plan.closed)


@lru_cache(maxsize=512)
def _always(zone: str) -> Hours:
    return Hours(zone=zone, weekly=NEVER, always=True)


@lru_cache(maxsize=512)
def _same(
    zone: str, windows: tuple[str, ...], holidays: str | None, closed: tuple[date, ...]
) -> Hours:
    return Hours(zone=zone, weekly=parse_week(windows), holidays=holidays, extra_closed=closed)
