"""A moment to come, as the desk writes it into a form."""

from datetime import UTC, datetime

import pytest

from handlers.moments import moment

NOW = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)  # a Tuesday, 10:12 in Bogotá


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("2026-12-04 16:00", "2026-12-04T16:00"),
        ("4/12 16:00", "2026-12-04T16:00"),
        ("3/1 08:00", "2027-01-03T08:00"),
        ("3/1/2026 08:00", "2026-01-03T08:00"),
        ("viernes 4 pm", "2026-11-27T16:00"),
        ("Viernes 4:30 p. m.", "2026-11-27T16:30"),
        ("martes a las 8", "2026-12-01T08:00"),
        ("mañana 9:00", "2026-11-25T09:00"),
        ("tomorrow at 12 am", "2026-11-25T00:00"),
        ("hoy 12 pm", "2026-11-24T12:00"),
    ],
)
def test_a_day_and_an_hour(words: str, meant: str) -> None:
    found = moment(words, NOW, "America/Bogota")
    assert found is not None and found.isoformat() == f"{meant}:00-05:00"


@pytest.mark.parametrize(
    "words", ["", "hoy", "mañana", "31/2 8:00", "lunes 25:00", "viernes 13 pm", "8:00", "pronto 8"]
)
def test_half_a_moment_is_none(words: str) -> None:
    assert moment(words, NOW, "America/Bogota") is None
