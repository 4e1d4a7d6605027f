"""A changed copy of a value: the same as the standard library's, only faster."""

from dataclasses import dataclass, field, replace

import pytest

from policy.evolved import evolved, filled


@dataclass(frozen=True, kw_only=True)
class Case:
    """Some fields."""

    number: int
    subject: str = ""
    holders: list[int] = field(default_factory=list[int])


def test_it_is_what_replace_gives_and_the_first_stays_as_it_was() -> None:
    case = Case(number=1, subject="visor")
    assert evolved(case, number=2) == replace(case, number=2)
    assert vars(evolved(case, number=2)) == vars(Case(number=2, subject="visor"))
    assert case == Case(number=1, subject="visor")


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(TypeError, match="Case has no field holder, state"):
        evolved(Case(number=1), holder=1, state="new")


def test_one_that_is_filled_is_like_any_other() -> None:
    case = filled(Case, {"subject": "visor", "number": 1, "holders": [7]})
    assert case == Case(number=1, subject="visor", holders=[7])
    assert vars(case) == vars(Case(number=1, subject="visor", holders=[7]))


def test_what_is_not_given_is_what_it_is_by_default_and_its_own() -> None:
    one, other = filled(Case, {"number": 1}), filled(Case, {"number": 1})
    assert one == other == Case(number=1)
    assert one.holders is not other.holders


@pytest.mark.parametrize(
    ("given", "amiss"),
    [
        ({"subject": "visor"}, "number"),
        ({"number": 1, "state": "new"}, "state"),
        ({"state": "new", "subject": "", "holders": []}, "number, state"),
    ],
)
def test_what_does_not_fit_fills_nothing(given: dict[str, object], amiss: str) -> None:
    with pytest.raises(TypeError, match=f"Case needs, or does not have: {amiss}$"):
        filled(Case, given)
