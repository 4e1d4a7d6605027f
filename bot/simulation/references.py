"""Names in a scenario that the policy must know, each fault with what was probably meant."""

from collections.abc import Callable, Iterable, Iterator
from zoneinfo import available_timezones

from bot.simulation.shapes import Arrival, Asked, Crew, Demand, Head
from policy import escalation, sla
from policy.names import UnknownName, suggest
from policy.opening import holiday_countries
from policy.pack import Policy


def of_crew(policy: Policy, crew: Crew) -> Iterator[str]:
    """Zone, holidays, levels and skills of a crew."""
    yield from _place(crew.zone, crew.holidays)
    levels = {level.number for level in policy.ladder}
    for level in crew.levels:
        if level not in levels:
            yield f"levels: the policy has no level {level}; it has {_list(sorted(levels))}"
    for skill in crew.skills:
        yield from _known("skills", policy.category, skill)


def of_demand(policy: Policy, demand: Demand) -> Iterator[str]:
    """Plan and country, zone and holidays, and the names that have weights."""
    yield from _asked(policy, demand)
    yield from _place(demand.zone, demand.holidays)
    for name in demand.priorities:
        yield from _known("priorities", policy.priority, name)
    for name in demand.typologies:
        yield from _known("typologies", policy.typology, name)


def of_arrival(policy: Policy, arrival: Arrival) -> Iterator[str]:
    """Plan and country, and what its priority follows from."""
    yield from _asked(policy, arrival)
    if arrival.priority is not None:
        yield from _known("priority", policy.priority, arrival.priority)
    if arrival.typology is not None:
        yield from _known("typology", policy.typology, arrival.typology)
    if arrival.category is not None:
        yield from _known("category", policy.category, arrival.category)


def of_head(policy: Policy, head: Head, staff: Iterable[Crew]) -> Iterator[str]:
    """Priorities with times of their own, and whether somebody takes what is escalated.

    Without `staff` the second is not asked.
    """
    for name in head.handling.priorities:
        yield from _known("handling.priorities", policy.priority, name)
    after = [level.number for level in escalation.reachable(policy, 1)]
    there = {level for crew in staff for level in crew.levels}
    if there and head.handling.escalates and not there & set(after):
        yield f"handling.escalates: nobody works at level {_list(after) or '2'}"


def _asked(policy: Policy, asked: Asked) -> Iterator[str]:
    faults = [*_known("plan", policy.plan, asked.plan)]
    if asked.country is not None:
        faults += _known("country", policy.country, asked.country)
    if not faults:
        try:
            sla.attention(policy, asked.plan, asked.country)
        except UnknownName as unknown:
            faults.append(f"country: {unknown}")
    if asked.hybrid and policy.hybrid is None:
        faults.append("hybrid: the policy has no such add-on")
    yield from faults


def _place(zone: str | None, holidays: str | None) -> Iterator[str]:
    for field, given, known in (
        ("zone", zone, available_timezones),
        ("holidays", holidays, holiday_countries),
    ):
        if given is not None and given not in known():
            near = suggest(given, known())
            hint = f"; did you mean {near!r}?" if near else ""
            yield f"{field}: {given!r} is not known{hint}"


def _known(field: str, pick: Callable[[str], object], name: str) -> Iterator[str]:
    try:
        pick(name)
    except UnknownName as unknown:
        yield f"{field}: {unknown}"


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
