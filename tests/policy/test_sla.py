"""Promises: the figures of the sources, the two clocks, pauses, the add-on, requests."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy import sla
from policy.calendar import Calendar
from policy.escalation import alarms, ladder, reachable
from policy.names import UnknownName
from policy.ticket import Pause, Promise
from tests.policy.desk import at, pack

IMEXHS, SGM = pack("imexhs"), pack("sgm")


def promised(plan: str, country: str, priority: str, when: str, *, hybrid: bool = False) -> Promise:
    return sla.promise(IMEXHS, plan, country, priority, at(when), hybrid=hybrid)


def pause(since: str, until: str | None) -> Pause:
    return Pause(since=at(since), until=at(until) if until else None, cause="asked")


@pytest.mark.parametrize(
    ("country", "opens", "closes", "answers_from", "answers_to"),
    [  # S0-35 and S0-37, local hours
        ("CO", 8, 18, 8, 18),
        ("MX", 7, 17, 7, 16),
        ("AR", 9, 20, 10, 19),
        ("EC", 8, 18, 8, 17),
        ("PE", 8, 18, 8, 17),
        ("HN", 7, 17, 7, 16),
        ("CR", 7, 17, 7, 16),
    ],
)
def test_bronce_has_two_clocks_in_every_country(
    country: str, opens: int, closes: int, answers_from: int, answers_to: int
) -> None:
    zone = ZoneInfo(IMEXHS.country(country).zone)
    monday = datetime(2026, 11, 23, tzinfo=zone)
    tomorrow = monday + timedelta(days=1)
    desk = sla.attention(IMEXHS, "bronce", country)
    assert desk.intervals(monday, tomorrow) == [
        (monday.replace(hour=opens), monday.replace(hour=closes))
    ]
    clock = Calendar.of(sla.promise(IMEXHS, "bronce", country, "alta", monday).hours)
    assert clock.intervals(monday, tomorrow) == [
        (monday.replace(hour=answers_from), monday.replace(hour=answers_to))
    ]


@pytest.mark.parametrize(
    ("plan", "hours"),
    [("bronce", (9, 12, 18)), ("silver", (5, 9, 12)), ("gold", (2, 6, 9))],  # S0-36, 39, 41
)
def test_a_plan_promises_the_hours_that_it_states(plan: str, hours: tuple[int, ...]) -> None:
    for priority, expected in zip(("alta", "media", "baja"), hours, strict=True):
        made = promised(plan, "CO", priority, "2026-11-23T08:00-05:00")
        assert made.seconds == expected * 3600
        assert made.clause == f"sección 3, {plan.upper()}"


def test_bronce_works_on_colombian_holidays() -> None:
    """S0-34, D3: Monday 23 June 2025 is a holiday, and counts."""
    made = promised("BRONCE", "CO", "ALTA", "2025-06-20T17:00-05:00")
    assert made.due == at("2025-06-23T16:00-05:00")
    assert [span.what for span in sla.explain(made)] == ["counted", "skipped", "counted"]


def test_the_addon_skips_colombian_holidays_and_the_earlier_deadline_holds() -> None:
    """D4: on the Friday before a holiday the plan may win, on a plain day the add-on does."""
    plain = promised("bronce", "CO", "alta", "2025-06-17T10:00-05:00", hybrid=True)
    assert (plain.source, plain.due) == ("hybrid", at("2025-06-17T11:00-05:00"))
    bridge = promised("bronce", "CO", "alta", "2025-06-20T17:00-05:00", hybrid=True)
    assert (bridge.source, bridge.due) == ("plan", at("2025-06-23T16:00-05:00"))
    night = promised("gold", "MX", "alta", "2025-06-17T20:00-05:00", hybrid=True)
    assert (night.source, night.due) == ("plan", at("2025-06-17T22:00-05:00"))


def test_a_skipped_holiday_is_named() -> None:
    _, addon = sla.candidates(
        IMEXHS, "bronce", "CO", "media", at("2025-06-20T16:00-05:00"), hybrid=True
    )
    whys = [span.why for span in sla.explain(addon)]
    assert whys[0] == "open"
    assert whys[1] == "outside_hours"
    assert whys[2].startswith("holiday: ")
    assert whys[3:] == ["outside_hours", "open"]
    assert addon.due == at("2025-06-24T09:00-05:00")


def test_a_pause_moves_the_deadline_and_a_lasting_one_leaves_none() -> None:
    """D10: 50 minutes used by 11:02, the answer at 11:55: 3:12 p. m. moves to 4:05."""
    made = promised("silver", "CO", "alta", "2026-11-24T10:12-05:00")
    assert made.due == at("2026-11-24T15:12-05:00")
    asked = pause("2026-11-24T11:02-05:00", "2026-11-24T11:55-05:00")
    assert sla.due(made, (asked,)) == at("2026-11-24T16:05-05:00")
    assert sla.due(made, (pause("2026-11-24T11:02-05:00", None),)) is None
    assert sla.spent(made, (asked,), at("2026-11-24T12:00-05:00")) == 55 * 60
    resting = pause("2026-11-24T16:00-05:00", None)
    assert sla.due(made, (resting,)) == made.due


def test_a_pause_outside_hours_costs_nothing() -> None:
    made = promised("bronce", "MX", "media", "2026-11-22T11:20-06:00")
    assert made.due == at("2026-11-24T10:00-06:00")
    night = pause("2026-11-23T16:00-06:00", "2026-11-24T07:00-06:00")
    assert sla.due(made, (night,)) == made.due


@given(
    st.sampled_from(["bronce", "silver"]),
    st.integers(0, 7 * 1440),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 900)), max_size=4),
)
def test_counted_time_is_the_promise_whatever_the_pauses(
    plan: str, minute: int, spans: list[tuple[int, int]]
) -> None:
    """Overlapping and shuffled pauses included: what counts adds up to the figure."""
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minute)
    made = sla.promise(IMEXHS, plan, "CR", "media", start)
    pauses = [
        Pause(
            since=start + timedelta(minutes=since),
            until=start + timedelta(minutes=since + length),
            cause="asked",
        )
        for since, length in spans
    ]
    due, told = sla.due(made, pauses), sla.explain(made, pauses)
    assert due is not None
    assert (told[0].start, told[-1].end) == (start, due)
    assert all(one.end == two.start for one, two in zip(told, told[1:], strict=False))
    counted = [one.end - one.start for one in told if one.what == "counted"]
    assert sum(counted, timedelta()) == timedelta(seconds=made.seconds or 0)
    assert sla.spent(made, pauses, due) == made.seconds


def test_a_no_brings_a_promise_of_the_same_length() -> None:
    """D21: 4:45 p. m. and five hours more."""
    made = promised("silver", "CO", "alta", "2026-11-24T10:12-05:00")
    again = sla.renew(made, at("2026-11-27T16:45-05:00"))
    assert again.due == at("2026-11-27T21:45-05:00")
    assert (again.seconds, again.clause, again.hours) == (made.seconds, made.clause, made.hours)


@pytest.mark.parametrize(
    ("priority", "minutes"),
    [("Crítica", 30), ("alta", 120), ("MEDIA", 1440), ("baja", 4320), ("planeado", None)],
)
def test_sgm_promises_elapsed_time_and_no_figure_for_planned_work(
    priority: str, minutes: int | None
) -> None:
    """S1-54 to S1-58, D8: nights and Sundays count."""
    sunday = at("2026-11-22T23:50-05:00")
    made = sla.promise(SGM, "sgm", "CO", priority, sunday)
    assert made.due == (sunday + timedelta(minutes=minutes) if minutes else None)
    if minutes is None:
        assert sla.explain(made) == []
        assert not [*alarms(SGM, made)]


def test_a_request_of_tabla_2_has_its_own_time() -> None:
    """S1-13, S1-23, D15: the row decides, whatever the priority."""
    noon = at("2026-11-24T12:00-05:00")
    quick = sla.promise(SGM, "sgm", "CO", "media", noon, typology="solicitud-corregir-identidad")
    long = sla.promise(SGM, "sgm", "CO", "media", noon, typology="solicitud-crear-plantilla")
    assert (quick.source, quick.due) == ("request", noon + timedelta(minutes=10))
    assert (long.clause, long.due) == ("Tabla 2", noon + timedelta(hours=72))


def test_a_country_without_hours_is_an_unknown_name_not_a_guess() -> None:
    with pytest.raises(UnknownName, match="CL"):
        promised("bronce", "CL", "alta", "2026-11-24T12:00-05:00")
    assert promised("gold", "CL", "alta", "2026-11-24T12:00-05:00").due is not None


def test_alarms_warn_with_15_percent_to_go_and_climb_the_ladder_after_the_breach() -> None:
    made = promised("silver", "CO", "alta", "2026-11-24T10:12-05:00")
    assert [(one.at, one.rung, one.kind) for one in alarms(IMEXHS, made)] == [
        (at("2026-11-24T14:27-05:00"), 1, "warn"),  # 45 minutes of five hours to go
        (at("2026-11-24T15:12-05:00"), 2, "breach"),
        (at("2026-11-24T16:12-05:00"), 3, "breach"),
        (at("2026-11-24T19:12-05:00"), 4, "breach"),
        (at("2026-11-24T23:12-05:00"), 5, "breach"),
    ]


def test_alarms_of_business_time_run_in_business_time() -> None:
    made = promised("bronce", "CO", "alta", "2026-11-20T17:00-05:00")
    warn, breach, later, *_ = alarms(IMEXHS, made)
    assert (warn.at, breach.at) == (at("2026-11-23T14:39-05:00"), at("2026-11-23T16:00-05:00"))
    assert later.at == at("2026-11-23T17:00-05:00")


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(("bronce", "silver", "gold")),
    st.sampled_from([one.key for one in IMEXHS.priorities]),
    st.integers(0, 363 * 24 * 60),
)
def test_alarms_come_in_their_order(plan: str, priority: str, minute: int) -> None:
    """Each is computed when it is asked for: what comes first must be the soonest."""
    opened = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found = [*alarms(IMEXHS, sla.promise(IMEXHS, plan, "CO", priority, opened))]
    assert found == sorted(found, key=lambda one: (one.at, one.rung))


def test_the_ladder_has_five_levels_and_the_last_is_reached_from_any() -> None:
    """S1-35, S1-36."""
    for policy in (IMEXHS, SGM):
        assert [level.number for level in ladder(policy)] == [1, 2, 3, 4, 5]
        assert [level.number for level in reachable(policy, 1)] == [2, 5]
        assert [level.number for level in reachable(policy, 4)] == [5]
        assert reachable(policy, 5) == ()
    assert SGM.level(4).name["es"] == "Gerente Tecnología"
