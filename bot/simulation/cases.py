"""The cases of a scenario, drawn or listed, each with the promise that the policy makes to it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import exp
from zoneinfo import ZoneInfo

from bot.simulation.scenario import Scenario
from bot.simulation.shapes import Arrival, Demand, Times
from policy import hours, priority, sla
from policy.calendar import Calendar, Hours
from policy.pack import Policy
from policy.spans import parse_week
from policy.ticket import Pause, Promise


@dataclass(slots=True, kw_only=True, eq=False)
class Case:
    """One case on its way through the desk. Spans are seconds of an engineer's working time."""

    number: int
    at: datetime
    plan: str
    priority: str
    rank: int
    category: str | None
    promise: Promise
    desk_open: bool
    answer: int
    work: int
    asks: bool
    escalates: bool
    reach: int = 2  # one bit for each level that may take it; at first level 1
    level: int = 1
    watch: int = 0  # counts the pauses: alarms of an older deadline are void
    pauses: tuple[Pause, ...] = ()
    answered_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def due(self) -> datetime | None:
        """The deadline with the pauses counted; None where no figure is promised."""
        return sla.due(self.promise, self.pauses)


def span(policy: Policy, scenario: Scenario) -> tuple[datetime, datetime]:
    """From the first day of the scenario to the end of its last; listed cases may widen it."""
    zone = ZoneInfo(policy.desk.zone)
    listed = [moment(policy, one) for one in scenario.arrivals]
    first = scenario.head.start or min(listed).astimezone(zone).date()
    start = _midnight(first, zone)
    end = _midnight(first + timedelta(days=scenario.head.days), zone)
    if scenario.head.start is None:
        end = _midnight(max(listed).astimezone(zone).date() + timedelta(days=1), zone)
    return min([start, *listed]), max([end, *listed])


def moment(policy: Policy, arrival: Arrival) -> datetime:
    """When a listed case arrives; without a zone, in its country's own time."""
    if arrival.at.tzinfo is not None:
        return arrival.at.astimezone(UTC)
    zone = ZoneInfo(hours.zone_of(policy, arrival.country))
    return arrival.at.replace(tzinfo=zone).astimezone(UTC)


def drawn(policy: Policy, scenario: Scenario) -> list[Case]:
    """Every case in the order of arrival; the same seed draws the same cases."""
    chance = random.Random(scenario.head.seed)
    rows = [(moment(policy, one), one) for one in scenario.arrivals]
    start, end = span(policy, scenario)
    for demand in scenario.demand:
        rows += _of_demand(policy, scenario, demand, start, end, chance)
    rows.sort(key=lambda row: row[0])
    return [_case(policy, scenario, n, at, one, chance) for n, (at, one) in enumerate(rows, 1)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _of_demand(
    policy: Policy,
    scenario: Scenario,
    demand: Demand,
    start: datetime,
    end: datetime,
    chance: random.Random,
) -> Iterator[tuple[datetime, Arrival]]:
    """So many cases on each open day as chance has it, each at any of its open moments."""
    zone = demand.zone or hours.zone_of(policy, demand.country)
    calendar = Calendar.of(
        Hours(zone=zone, weekly=parse_week(demand.open), holidays=demand.holidays)
    )
    names, weights = zip(*(demand.priorities or demand.typologies).items(), strict=True)
    field = "priority" if demand.priorities else "typology"
    share = scenario.head.client.asks, scenario.head.handling.escalates
    local = ZoneInfo(zone)
    day = max(start, _midnight(demand.first, local)) if demand.first else start
    if demand.last:
        end = min(end, _midnight(demand.last + timedelta(days=1), local))
    while day < end:
        tomorrow = min(day + timedelta(days=1), end)
        length = calendar.between(day, tomorrow)
        for _ in range(_poisson(demand.per_day, chance) if length else 0):
            at = calendar.add(day, chance.randrange(length) + 1)
            row = {
                "at": at,
                "plan": demand.plan,
                "country": demand.country,
                "hybrid": demand.hybrid,
                field: chance.choices(names, weights)[0],
                "asks": chance.random() < share[0],
                "escalates": chance.random() < share[1],
            }
            yield at, Arrival.model_validate(row)
        day = tomorrow


def _poisson(mean: float, chance: random.Random) -> int:
    """A number of arrivals with this mean; of a large mean, the normal distribution's."""
    if mean > 50:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    count, left, least = 0, chance.random(), exp(-mean)
    while left > least:
        count, left = count + 1, left * chance.random()
    return count


def _case(
    policy: Policy,
    scenario: Scenario,
    number: int,
    at: datetime,
    one: Arrival,
    chance: random.Random,
) -> Case:
    head = scenario.head
    key = _priority(policy, one)
    level = policy.priority(key)
    whole = at + timedelta(seconds=head.client.complete_after)
    usual = _times(policy, scenario, key)
    factor = 1 + head.handling.spread * (2 * chance.random() - 1)
    return Case(
        number=number,
        at=at,
        plan=policy.plan(one.plan).key,
        priority=key,
        rank=level.rank,
        category=_category(policy, one),
        promise=sla.promise(
            policy, one.plan, one.country, key, whole, hybrid=one.hybrid, typology=one.typology
        ),
        desk_open=sla.attention(policy, one.plan, one.country).is_open(at),
        answer=one.answer if one.answer is not None else round(usual.answer * factor),
        work=one.work if one.work is not None else round(usual.work * factor),
        asks=one.asks,
        escalates=one.escalates,
    )


def _priority(policy: Policy, one: Arrival) -> str:
    if one.priority is not None:
        return policy.priority(one.priority).key
    return priority.decide(policy, one.typology, one.impact, one.urgency).priority


def _category(policy: Policy, one: Arrival) -> str | None:
    if one.category is not None:
        return policy.category(one.category).key
    return policy.typology(one.typology).category if one.typology else None


def _times(policy: Policy, scenario: Scenario, key: str) -> Times:
    handling = scenario.head.handling
    own = {policy.priority(name).key: times for name, times in handling.priorities.items()}
    return own.get(key, handling)
