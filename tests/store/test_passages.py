"""The way of a row's values into the driver and out of it (store/statements.Passage)."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.statements import Passage
from store.types import safe

Way = Callable[[Any], Any] | None

TEXTS = st.none() | st.text(st.characters(codec=None), max_size=6)
WAYS: st.SearchStrategy[list[Way]] = st.lists(st.sampled_from((None, safe, str, repr)), max_size=8)
TABLES = WAYS.flatmap(
    lambda ways: st.tuples(
        st.just(ways), st.lists(st.tuples(*(TEXTS for _ in ways)), min_size=1, max_size=4)
    )
)


def one_by_one(ways: list[Way], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Each value through its own way, in its own place."""
    return tuple(way(value) if way else value for way, value in zip(ways, row, strict=True))


@given(TABLES)
def test_every_value_goes_its_own_way_and_keeps_its_place(
    table: tuple[list[Way], list[tuple[Any, ...]]],
) -> None:
    ways, rows = table
    names = [f"c{place}" for place in range(len(ways))]
    by_name, by_place = Passage.of(names, ways), Passage.of(range(len(ways)), ways)
    told = [one_by_one(ways, row) for row in rows]
    assert [by_name.through(dict(zip(names, row, strict=True))) for row in rows] == told
    assert [by_place.through(row) for row in rows] == told
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    assert [*by_name.columns_through(columns)] == (told if ways else [])
