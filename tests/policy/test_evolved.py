"""A changed copy of a value: the same as the standard library's, only faster."""

from dataclasses import dataclass, replace

import pytest

from policy.evolved import evolved, filled


@dataclass(frozen=True, kw_only=True)
class Case:
    """Some fields."""

    number: int
    subject: str = ""


def test_it_is_what_replace_gives_and_the_first_stays_as_it_was() -> None:
    case = Case(number=1, subject="visor")
    assert evolved(case, number=2) == replace(case, number=2)
    assert hash(evolved(case, number=2)) == hash(Case(number=2, subject="visor"))
    assert case == Case(number=1, subject="visor")


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TypeError, match="Case has no field holder, state"):
        evolved(Case(number=1), holder=1, state="new")


def test_one_whose_fields_are_all_given_is_like_any_other() -> None:
    case = filled(Case, {"subject": "visor", "number": 1})
    assert case == Case(number=1, subject="visor")
    assert hash(case) == hash(Case(number=1, subject="visor"))


@pytest.mark.parametrize("given", [{"number": 1}, {"number": 1, "subject": "", "state": "new"}])
def test_what_is_not_exactly_its_fields_fills_nothing(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="Case has other fields than number"):
        filled(Case, given)
