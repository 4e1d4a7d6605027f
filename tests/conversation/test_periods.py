"""Periods as supervisors type them, in the desk's own zone."""

from datetime import UTC, date, datetime

import pytest

from handlers.periods import parse
from policy.errors import Refusal

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # still Monday the 23rd in Bogota


@pytest.mark.parametrize(
    ("words", "first", "after"),
    [
        ("hoy", date(2026, 11, 23), date(2026, 11, 24)),
        ("ayer", date(2026, 11, 22), date(2026, 11, 23)),
        ("", date(2026, 11, 23), date(2026, 11, 30)),
        ("semana", date(2026, 11, 23), date(2026, 11, 30)),
        ("semana pasada", date(2026, 11, 16), date(2026, 11, 23)),
        ("mes", date(2026, 11, 1), date(2026, 12, 1)),
        ("mes pasado", date(2026, 10, 1), date(2026, 11, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-10-03", date(2026, 10, 3), date(2026, 10, 4)),
        ("2026-10-03..2026-10-05", date(2026, 10, 3), date(2026, 10, 6)),
    ],
)
def test_a_period_is_half_open_in_local_days(words: str, first: date, after: date) -> None:
    period = parse(words, NOW, "America/Bogota")
    assert (period.first, period.after) == (first, after)


def test_a_period_starts_at_local_midnight() -> None:
    assert parse("hoy", NOW, "America/Bogota").start.astimezone(UTC).hour == 5


def test_the_period_before_has_the_same_length() -> None:
    before = parse("semana", NOW, "America/Bogota").before()
    assert (before.first, before.after) == (date(2026, 11, 16), date(2026, 11, 23))


@pytest.mark.parametrize("words", ["nunca", "2026-13", "2026-02-30", "2026-10-05..2026-10-03"])
def test_nonsense_is_refused_and_named(words: str) -> None:
    with pytest.raises(Refusal, match="bad_period"):
        parse(words, NOW, "America/Bogota")
