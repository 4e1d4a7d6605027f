"""No number is forgotten: each has a test that carries it, or a feature that it waits for."""

from tests.matrix.faults import ANY, BOTH, FAULTS, LATER, PARTLY
from tests.matrix.marks import POSTGRESQL, SQLITE, proofs
from tests.matrix.page import PAGE, faults, later, part

NEEDED = {BOTH: {SQLITE, POSTGRESQL}, POSTGRESQL: {POSTGRESQL}, ANY: set[str]()}


def test_every_number_has_a_test_or_a_reason_to_wait() -> None:
    missing = set(FAULTS) - set(proofs()) - set(LATER)
    assert not missing, sorted(missing)
    assert set(proofs()) <= set(FAULTS)
    assert set(LATER) | set(PARTLY) <= set(FAULTS)
    assert list(FAULTS) == [f"F{number:02}" for number in range(1, 58)]


def test_a_fault_that_concerns_the_database_is_proved_on_each_that_it_concerns() -> None:
    """By the fixtures that its tests ask for."""
    known = proofs()
    for number, fault in FAULTS.items():
        if number not in LATER:
            on = {name for proof in known[number] for name in proof.on}
            assert on >= NEEDED[fault.on], (number, fault.on, on)


def test_the_page_shows_the_tests_as_they_are() -> None:
    """Otherwise: python -m tests.matrix."""
    page = PAGE.read_text(encoding="utf-8")
    assert part(page, "faults") == faults()
    assert part(page, "later") == later()
