"""Business time against a minute-by-minute oracle, and the dates that once went wrong."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.calendar import Calendar, HorizonExceeded, Hours, Week, holidays_of

BOGOTA = ZoneInfo("America/Bogota")
MINUTE = timedelta(minutes=1)
OFFICE: Week = (((480, 1080),),) * 5 + ((), ())
ZONES = (
    "America/Bogota",
    "America/Mexico_City",
    "America/Santiago",  # changes its clock at midnight
    "America/Argentina/Buenos_Aires",
    "America/New_York",
    "Australia/Lord_Howe",  # changes it by half an hour
    "Asia/Kathmandu",  # 5:45 from UTC
)
# The clock changes in Santiago and New York, a Colombian bridge, the turn of the year, plain days.
DAYS = (
    date(2026, 4, 4),
    date(2026, 9, 5),
    date(2026, 3, 7),
    date(2026, 10, 31),
    date(2026, 7, 10),
    date(2025, 12, 30),
    date(2025, 6, 20),
)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Seven days with up to three windows each, at any minute, midnight included."""
    week = []
    for _ in range(7):
        edges = draw(st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        week.append(tuple(pairs))
    return tuple(week)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    closed = draw(st.lists(st.sampled_from(DAYS), max_size=2))
    return Hours(
        zone=draw(st.sampled_from(ZONES)),
        weekly=draw(st.one_of(weeks(), st.just(OFFICE), st.just(((),) * 7))),
        holidays=draw(st.sampled_from([None, "CO", "CL", "MX"])),
        extra_closed=tuple(closed),
    )


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    day = draw(st.sampled_from(DAYS))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + MINUTE * draw(st.integers(-1440, 3 * 1440))


def open_at(hours: Hours, at: datetime) -> bool:
    """The oracle: what the wall clock and the week say about this minute."""
    local = at.astimezone(ZoneInfo(hours.zone))
    day = local.date()
    if day in hours.extra_closed:
        return False
    if hours.holidays and day in holidays_of(hours.holidays, day.year):
        return False
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours.weekly[day.weekday()])


def minutes_between(hours: Hours, a: datetime, b: datetime) -> int:
    return sum(open_at(hours, a + MINUTE * i) for i in range(int((b - a) / MINUTE)))


@pytest.mark.fault("F47")
@given(hours(), moments(), st.integers(0, 5 * 1440))
def test_between_counts_the_minutes_that_the_oracle_counts(
    hours: Hours, start: datetime, span: int
) -> None:
    end = start + MINUTE * span
    counted = Calendar.of(hours).between(start, end)
    assert counted == 60 * minutes_between(hours, start, end)
    assert Calendar.of(hours).between(end, start) == -counted


@given(hours(), moments(), st.integers(1, 2000))
@example(Hours(zone="America/Bogota", weekly=OFFICE), datetime(2025, 6, 20, 22, tzinfo=UTC), 60)
def test_add_ends_at_the_minute_that_the_oracle_finds(
    hours: Hours, start: datetime, minutes: int
) -> None:
    """The first moment by which so many minutes were open: at closing time, not at opening."""
    at, left = start, minutes
    for _ in range(6 * 1440):
        if left == 0:
            break
        left -= open_at(hours, at)
        at += MINUTE
    calendar = Calendar.of(hours)
    if left == 0:
        assert calendar.add(start, minutes * 60) == at
    else:
        assert calendar.between(start, at) == 60 * (minutes - left)


@given(hours(), moments(), st.integers(1, 200_000))
def test_back_is_the_last_moment_that_add_returns_from(
    hours: Hours, start: datetime, seconds: int
) -> None:
    calendar = Calendar.of(hours)
    try:
        end = calendar.add(start, seconds)
    except HorizonExceeded:
        assert not any(hours.weekly)
        return
    latest = calendar.back(end, seconds)
    assert latest >= start
    assert calendar.between(latest, end) == seconds
    assert calendar.between(latest + timedelta(seconds=1), end) == seconds - 1


@given(hours(), moments(), st.integers(0, 3 * 1440))
def test_intervals_are_disjoint_and_hold_just_the_open_minutes(
    hours: Hours, start: datetime, span: int
) -> None:
    end, calendar = start + MINUTE * span, Calendar.of(hours)
    found = calendar.intervals(start, end)
    assert sum(int((b - a).total_seconds()) for a, b in found) == calendar.between(start, end)
    assert all(start <= a < b <= end for a, b in found)
    assert all(b < c for (_, b), (c, _) in zip(found, found[1:], strict=False))
    assert all(open_at(hours, a) and open_at(hours, b - MINUTE) for a, b in found)


@given(hours(), moments())
def test_next_open_and_next_close_are_the_edges_of_the_oracle(hours: Hours, at: datetime) -> None:
    calendar = Calendar.of(hours)
    assert calendar.is_open(at) is open_at(hours, at)
    if not any(hours.weekly):
        with pytest.raises(HorizonExceeded, match="never open"):
            calendar.next_open(at)
        return
    opening, closing = calendar.next_open(at), calendar.next_close(at)
    assert open_at(hours, opening)
    assert calendar.between(at, opening) == 0
    assert open_at(hours, closing - MINUTE)
    assert not open_at(hours, closing)
    assert closing > at


@given(hours())
def test_hours_survive_their_json(hours: Hours) -> None:
    assert Hours.from_json(hours.to_json()) == hours


def test_a_sum_that_ends_at_closing_time_is_due_at_closing_time() -> None:
    calendar = Calendar.of(Hours(zone="America/Bogota", weekly=OFFICE))
    friday = datetime(2025, 6, 20, 17, tzinfo=BOGOTA)
    assert calendar.add(friday, 3600) == datetime(2025, 6, 20, 18, tzinfo=BOGOTA)
    assert calendar.add(friday, 3601) == datetime(2025, 6, 23, 8, 0, 1, tzinfo=BOGOTA)


@pytest.mark.fault("F47")
def test_always_is_elapsed_time_through_holidays_and_clock_changes() -> None:
    always = Hours(zone="America/Santiago", weekly=((),) * 7, holidays="CL", always=True)
    start = datetime(2026, 4, 4, 20, tzinfo=ZoneInfo("America/Santiago"))
    calendar = Calendar.of(always)
    assert calendar.add(start, 86_400) - start.astimezone(UTC) == timedelta(days=1)
    assert calendar.between(start, calendar.add(start, 86_400)) == 86_400
    assert calendar.intervals(start, start + MINUTE) == [(start, start + MINUTE)]
    with pytest.raises(HorizonExceeded, match="never close"):
        calendar.next_close(start)


def test_colombian_holidays_are_the_golden_ones() -> None:
    """17 days in 2025 (two holidays share 30 June) and 19 in 2026, with the new one of 9 July."""
    expected = """01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 06-29 07-13 07-20 08-07
        08-17 10-12 11-02 11-16 12-08 12-25"""
    days = {date.fromisoformat(f"2026-{day}") for day in expected.split()}
    assert set(holidays_of("CO", 2026)) == days
    assert len(holidays_of("CO", 2025)) == 17
    assert date(2025, 6, 30) in holidays_of("CO", 2025)


def test_the_new_holiday_of_9_july_is_kept_on_the_monday() -> None:
    calendar = Calendar.of(Hours(zone="America/Bogota", weekly=OFFICE, holidays="CO"))
    assert not calendar.is_open(datetime(2026, 7, 13, 10, tzinfo=BOGOTA))
    assert calendar.is_open(datetime(2026, 7, 9, 10, tzinfo=BOGOTA))
    assert calendar.holiday(date(2026, 7, 13))
    assert not calendar.is_open(datetime(2027, 7, 12, 10, tzinfo=BOGOTA))


def test_a_moment_without_a_zone_or_outside_the_horizon_is_refused() -> None:
    calendar = Calendar.of(Hours(zone="America/Bogota", weekly=OFFICE))
    with pytest.raises(ValueError, match="without a zone"):
        calendar.add(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), 60)
    with pytest.raises(HorizonExceeded, match="1970 to 2100"):
        calendar.is_open(datetime(1930, 1, 1, tzinfo=UTC))
    with pytest.raises(HorizonExceeded, match="until the year 2100"):
        calendar.add(datetime(2026, 1, 1, tzinfo=UTC), 10**10)
    with pytest.raises(ValueError, match="cannot add"):
        calendar.add(datetime(2026, 1, 1, tzinfo=UTC), -1)


def test_a_long_promise_makes_the_table_grow_and_the_sum_stays_right() -> None:
    hours = Hours(zone="America/Bogota", weekly=(((480, 1020),),) * 5 + ((), ()))
    calendar = Calendar(hours)
    start = datetime(2026, 1, 5, 8, tzinfo=BOGOTA)
    due = calendar.add(start, 9 * 3600 * 5 * 520)  # ten years of weeks
    assert due == datetime(2026, 1, 2, 17, tzinfo=BOGOTA) + timedelta(weeks=520)
    assert calendar.back(due, 9 * 3600 * 5 * 520) == start


def test_a_zero_hours_week_counts_nothing_and_says_so() -> None:
    calendar = Calendar.of(Hours(zone="America/Bogota", weekly=((),) * 7))
    start = datetime(2026, 1, 5, tzinfo=UTC)
    assert calendar.between(start, start + timedelta(days=400)) == 0
    assert calendar.intervals(start, start + timedelta(days=9)) == []
    assert calendar.add(start, 0) == start
    with pytest.raises(HorizonExceeded, match="never open"):
        calendar.add(start, 1)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(((480, 720), (840, 1080)), id="packed"),
        pytest.param(tuple((at, at + 60) for at in range(0, 1440, 300)), id="too many to keep"),
    ],
)
def test_a_calendar_asked_about_every_year_keeps_less_than_five_megabytes(
    day: tuple[tuple[int, int], ...],
) -> None:
    """What it holds on to is counted: packed seconds are 8 bytes each, a list's 40."""
    calendar = Calendar(Hours(zone="UTC", weekly=(day,) * 7))
    first, last = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 12, 30, tzinfo=UTC)
    everything = calendar.between(first, last)
    assert everything == (last - first).days * sum(b - a for a, b in day) * 60
    assert calendar.between(first, calendar.add(first, everything)) == everything
    assert held(calendar) < 5_000_000


def test_a_calendar_of_a_few_years_is_kept_as_it_is_searched_quickest() -> None:
    calendar = Calendar(Hours(zone="America/Bogota", weekly=OFFICE, holidays="CO"))
    calendar.between(datetime(2024, 2, 1, tzinfo=UTC), datetime(2028, 2, 1, tzinfo=UTC))
    assert isinstance(calendar.kept.starts, list)
    assert held(calendar) < 300_000


def held(calendar: Calendar) -> int:
    """Bytes of the seconds that a calendar holds on to."""
    table = calendar.kept
    columns = (table.starts, table.ends, table.sums)
    return sum(len(column) * (40 if isinstance(column, list) else 8) for column in columns)
