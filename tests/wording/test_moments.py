"""A moment is told so that nobody has to ask which day, which hour, or whose clock (U9)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.wording import MissingFact, Words

HOME = "America/Bogota"
COUNTRIES = {
    "CO": "America/Bogota",
    "MX": "America/Mexico_City",
    "AR": "America/Argentina/Buenos_Aires",
    "EC": "America/Guayaquil",
    "PE": "America/Lima",
    "HN": "America/Tegucigalpa",
    "CR": "America/Costa_Rica",
    "DO": "America/Santo_Domingo",
}
DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
NOW = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # a Tuesday, 10:12 in Bogotá
moments = st.integers(min_value=0, max_value=2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def reader(country: str = "CO", *, now: datetime = NOW, language: str = "es") -> Words:
    return Words(language, zone=COUNTRIES[country], home_zone=HOME, country=country, now=now)


@given(at=moments, now=moments, country=st.sampled_from(sorted(COUNTRIES)))
def test_a_moment_always_tells_day_hour_and_foreign_zone(
    at: datetime, now: datetime, country: str
) -> None:
    words = reader(country, now=now)
    told = words.line("ticket.asked_later", at=at)
    local = at.astimezone(ZoneInfo(COUNTRIES[country]))
    day = local - timedelta(days=1) if (local.hour, local.minute) == (0, 0) else local
    assert DAYS[day.weekday()] in told
    assert f" {day.day}" in told
    assert _hour(local) in told
    assert ("hora de" in told) == (country != "CO")


@given(at=moments, country=st.sampled_from(sorted(COUNTRIES)))
def test_no_time_breaks_over_two_lines(at: datetime, country: str) -> None:
    """ "3:12 p. m." is held together by no-break spaces, and never by U+202F."""
    told = reader(country).line("ticket.reopened_noted", due=at)
    assert "\u202f" not in told
    assert " a.\u00a0m." not in told
    assert " p.\u00a0m." not in told


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 11, 24, 20, 12, tzinfo=UTC), "hoy, martes 24, antes de las 3:12 p. m."),
        (datetime(2026, 11, 25, 18, 5, tzinfo=UTC), "mañana, miércoles 25, antes de la 1:05 p. m."),
        (
            datetime(2026, 12, 2, 21, 0, tzinfo=UTC),
            "antes del miércoles 2 de diciembre a las 4:00 p. m.",
        ),
        (
            datetime(2026, 11, 27, 17, 0, tzinfo=UTC),
            "antes del viernes 27 de noviembre a las 12 del mediodía",
        ),
        (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), "hoy, martes 24, antes de las 12 de la noche"),
        (
            datetime(2027, 1, 4, 15, 0, tzinfo=UTC),
            "antes del lunes 4 de enero de 2027 a las 10:00 a. m.",
        ),
    ],
)
def test_a_limit_reads_as_a_person_says_it(at: datetime, told: str) -> None:
    line = reader().line("ticket.reopened_noted", due=at).replace("\u00a0", " ")
    assert line == f"Anotado. Le responden {told.removesuffix('.')}. No tiene que hacer nada más."


def test_english_says_the_same_hour() -> None:
    at = datetime(2026, 12, 2, 17, 0, tzinfo=UTC)
    line = reader(language="en").line("ticket.reopened_noted", due=at).replace("\u00a0", " ")
    assert line.startswith("Noted. They answer you before 12 noon on Wednesday, December 2.")


def test_the_zone_is_named_once_and_only_where_it_is_not_the_desks() -> None:
    later = NOW + timedelta(days=2)
    facts = {"at": later, "close": later, "number": 1042}
    assert reader("MX").line("ticket.not_tried_set", **facts).count("hora de Ciudad de México") == 1
    assert "hora de" not in reader("CO").line("ticket.not_tried_set", **facts)


@pytest.mark.parametrize(
    ("country", "word"),
    [("CO", "festivo"), ("MX", "festivo"), ("AR", "feriado"), ("DO", "feriado")],
)
def test_a_public_holiday_is_called_as_in_the_country(country: str, word: str) -> None:
    assert word in reader(country).line("closed.holiday")


@pytest.mark.parametrize(
    ("country", "told"), [("CO", "4,4"), ("AR", "4,4"), ("MX", "4.4"), ("PE", "4.4"), ("DO", "4.4")]
)
def test_figures_carry_the_countrys_decimal_sign(country: str, told: str) -> None:
    line = reader(country).line("report.rating", average=4.4, count=38)
    assert f"Satisfacción: {told} de 5" in line


def test_spans_are_hours_and_minutes_never_days() -> None:
    words = reader()
    assert words.write("span", 17_880) == "4\u00a0h\u00a058\u00a0min"
    assert words.write("span", timedelta(hours=72)) == "72\u00a0h"
    assert words.write("span", 30) == "menos de 1\u00a0min"
    assert words.write("clock", 42) == "0:42"


def test_the_packs_own_name_of_a_priority_wins() -> None:
    words = Words("es", zone=HOME, priorities={"p1": "Crítica"}, now=NOW)
    assert words.write("priority", "p1") == "crítica"
    assert words.write("shout", "p1") == "CRÍTICA"
    assert words.write("priority", "high") == "alta"


def test_a_missing_fact_is_named_not_papered_over() -> None:
    with pytest.raises(MissingFact, match=r"ticket\.taken needs the fact 'holder'"):
        reader().text("ticket.taken", number=1042, role="role.engineer")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        reader().text("ticket.no_such_thing")


def _hour(local: datetime) -> str:
    if local.minute == 0 and local.hour in (0, 12):
        return "12\u00a0del mediodía" if local.hour else "12\u00a0de la noche"
    half = "p.\u00a0m." if local.hour >= 12 else "a.\u00a0m."
    return f"{(local.hour - 1) % 12 + 1}:{local.minute:02d}\u00a0{half}"
