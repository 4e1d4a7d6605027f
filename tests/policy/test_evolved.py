"""A changed copy of a value: the same as the standard library's, only faster."""

from dataclasses import dataclass, replace

import pytest

from policy.evolved import evolved


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
